use podwright_rule::{Rule, declare_rule};

declare_rule! {
    UnusedIgnore {
        name: "unused-ignore",
        summary: "unused suppression",
        severity: Warning,
        since: "0.1.0",
    }
}

/// The engine reports these findings after it applies the suppressions of a file.
impl Rule for UnusedIgnore {}
