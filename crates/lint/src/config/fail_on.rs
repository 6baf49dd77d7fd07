use podwright_rule::finding::Severity;
use schemars::JsonSchema;
use serde::Deserialize;

/// Lowest level of a finding with which a run fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum FailOn {
    /// Advice.
    Info,
    /// Very likely wrong.
    Warning,
    /// Certainly wrong.
    Error,
    /// Findings never make a run fail.
    Never,
}

impl FailOn {
    /// The level; `None` if no finding makes a run fail.
    #[must_use]
    pub const fn level(self) -> Option<Severity> {
        match self {
            Self::Info => Some(Severity::Info),
            Self::Warning => Some(Severity::Warning),
            Self::Error => Some(Severity::Error),
            Self::Never => None,
        }
    }

    /// Name in the configuration.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self.level() {
            Some(level) => level.name(),
            None => "never",
        }
    }
}
