//! Parses arbitrary text as a Docker configuration: `cargo +nightly fuzz run --fuzz-dir fuzz docker_config`.
#![no_main]

#[path = "../tests/it/keyring/invariants.rs"]
mod invariants;

libfuzzer_sys::fuzz_target!(|text: &str| {
    invariants::check(text);
});
