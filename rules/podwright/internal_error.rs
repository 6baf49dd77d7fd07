use podwright_rule::{Rule, declare_rule};

declare_rule! {
    InternalError {
        name: "internal-error",
        summary: "internal error in podwright",
        severity: Error,
        since: "0.1.0",
    }
}

/// The engine reports these findings when a rule panics.
impl Rule for InternalError {}
