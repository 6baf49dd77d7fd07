use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Set of rules that can be switched on together.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Profile {
    /// What the cluster certainly or very likely does against the author's wish. On by default.
    Default,
    /// Good practice.
    Strict,
    /// Hardening.
    Security,
    /// What only the organization can decide. The rules need options, and report nothing without them.
    Policy,
    /// Every rule, also those that no other profile has.
    All,
    /// In no profile but `all`: on by name.
    #[serde(skip)]
    Named,
}

impl Profile {
    /// All profiles that can be chosen.
    pub const ALL: [Self; 5] = [
        Self::Default,
        Self::Strict,
        Self::Security,
        Self::Policy,
        Self::All,
    ];

    /// Name in the configuration and on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::Strict => "strict",
            Self::Security => "security",
            Self::Policy => "policy",
            Self::All => "all",
            Self::Named => "by name",
        }
    }

    /// Whether rules of this profile are on if `chosen` are chosen.
    #[must_use]
    pub fn is_in(self, chosen: &[Self]) -> bool {
        match self {
            Self::Default => true,
            Self::Named => chosen.contains(&Self::All),
            own => chosen.contains(&own) || chosen.contains(&Self::All),
        }
    }
}

impl fmt::Display for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Profile {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let known = Self::ALL.into_iter().find(|profile| profile.name() == text);
        known.ok_or_else(|| {
            let names = Self::ALL.map(Self::name).join(", ");
            format!("expected one of {names}")
        })
    }
}
