//! Prints arbitrary text: nothing in it may be a command of a CI system: `fuzz/run 60 printed`.
#![no_main]

use podwright_report::{escape_lines, without_commands};

libfuzzer_sys::fuzz_target!(|text: &str| {
    let printed = without_commands(text);
    for line in printed.split(['\n', '\r']) {
        let is_github = line.trim_start().starts_with("::");
        let anywhere = ["##[", "##vso[", "##teamcity["];
        assert!(!is_github && !anywhere.iter().any(|prefix| line.contains(prefix)));
    }
    assert_eq!(without_commands(&printed), printed);
    let _ = escape_lines(text);
});
