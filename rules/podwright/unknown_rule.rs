use podwright_rule::{Rule, declare_rule};

declare_rule! {
    UnknownRule {
        name: "unknown-rule",
        summary: "suppression of a rule that does not exist",
        severity: Warning,
        since: "0.1.0",
    }
}

/// The engine reports these findings when it reads the suppressions of a file.
impl Rule for UnknownRule {}
