//! Parses arbitrary text as YAML and verifies the tree: `cargo +nightly fuzz run --fuzz-dir tests/fuzz yaml`.
#![no_main]

#[path = "../yaml/invariants.rs"]
mod invariants;

libfuzzer_sys::fuzz_target!(|text: &str| {
    invariants::check(text);
});
