//! Parses arbitrary text as YAML and verifies the tree: `cargo +nightly fuzz run --fuzz-dir fuzz yaml`.
#![no_main]

#[path = "../tests/it/yaml/invariants.rs"]
mod invariants;

libfuzzer_sys::fuzz_target!(|text: &str| {
    invariants::check(text);
});
