//! Any text can be judged, reported and explained: `tests/fuzz/run 60 check`.
#![no_main]

mod whole;

libfuzzer_sys::fuzz_target!(|text: &str| {
    whole::judge(&whole::workspace(text));
});
