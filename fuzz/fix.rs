//! Fixes arbitrary text and verifies that nothing is left to fix: `fuzz/run 60 fix`.
#![no_main]

mod whole;

use podwright_lint::DefaultRules;
use podwright_lint::fix::{FixOptions, repair};
use podwright_rule::finding::Severity;

libfuzzer_sys::fuzz_target!(|text: &str| {
    let rules = DefaultRules::default();
    for unsafe_too in [false, true] {
        let wish = FixOptions {
            unsafe_too,
            from: Severity::Info,
        };
        let before = whole::workspace(text);
        let errors = |workspace: &podwright_cluster::workspace::Workspace| -> usize {
            // A chart that can be rendered after a fix has a new file.
            workspace.files[..workspace.inputs()]
                .iter()
                .map(|file| file.tree.errors().len())
                .sum()
        };
        let errors_before = errors(&before);
        let once = repair(before, &rules, wish, &|_| true);
        assert!(errors(&once.workspace) <= errors_before);
        let twice = repair(once.workspace, &rules, wish, &|_| true);
        assert!(twice.changes.is_empty(), "fixes are not idempotent");
    }
});
