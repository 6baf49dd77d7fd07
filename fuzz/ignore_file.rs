//! Reads arbitrary text as a `.gitignore`: `fuzz/run 60 ignore_file`.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| {
    if let Ok(Some(rules)) = podwright_session::ignore_file::parse(text) {
        for line in text.lines().take(20) {
            let _ = rules.matched(line.trim_start_matches(['/', '!']), line.ends_with('/'));
        }
    }
});
