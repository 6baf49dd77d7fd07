use serde::Deserialize;

use podwright_rule::finding::Severity;

/// Whether a rule runs, and the level at which it reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Switch {
    /// The rule does not run.
    Off,
    /// Advice.
    Info,
    /// Very likely wrong.
    Warning,
    /// Certainly wrong.
    Error,
}

impl Switch {
    /// Names of all variants.
    pub const NAMES: &[&str] = &["off", "info", "warning", "error"];

    /// Level of the rule; `None` if the rule is off.
    #[must_use]
    pub const fn level(self) -> Option<Severity> {
        match self {
            Self::Off => None,
            Self::Info => Some(Severity::Info),
            Self::Warning => Some(Severity::Warning),
            Self::Error => Some(Severity::Error),
        }
    }
}
