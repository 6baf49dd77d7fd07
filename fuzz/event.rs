//! Parses arbitrary text as events: `fuzz/run 60 event`.
#![no_main]

use podwright_explain::event::events;

libfuzzer_sys::fuzz_target!(|text: &str| {
    _ = events(text);
});
