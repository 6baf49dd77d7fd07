use podwright_rule::{Rule, declare_rule};

declare_rule! {
    ExpiredIgnore {
        name: "expired-ignore",
        summary: "expired suppression",
        severity: Warning,
        since: "0.1.0",
    }
}

/// The engine reports these findings after it applies the suppressions of a file.
impl Rule for ExpiredIgnore {}
