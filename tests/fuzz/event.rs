//! Parses arbitrary text as events: `tests/fuzz/run 60 event`.
#![no_main]

use podwright::explain::event::events;

libfuzzer_sys::fuzz_target!(|text: &str| {
    _ = events(text);
});
