//! Parses arbitrary text as a Docker configuration: `cargo +nightly fuzz run --fuzz-dir tests/fuzz docker_config`.
#![no_main]

#[path = "../keyring/invariants.rs"]
mod invariants;

libfuzzer_sys::fuzz_target!(|text: &str| {
    invariants::check(text);
});
