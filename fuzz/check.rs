//! Checks, reports and explains arbitrary text: `fuzz/run 60 check`.
#![no_main]

mod whole;

libfuzzer_sys::fuzz_target!(|text: &str| {
    whole::judge(&whole::workspace(text));
});
