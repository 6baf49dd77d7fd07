/// Check of another tool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ForeignCheck {
    /// Name of the check in that tool.
    pub name: &'static str,
    /// Equivalent podwright rules.
    pub rules: &'static [&'static str],
    /// Whether the tool runs the check by default.
    pub is_default: bool,
    /// Options with which the rules look for the same, as entries of a YAML flow mapping.
    pub options: Option<&'static str>,
}

impl ForeignCheck {
    /// The check if the tool does not run it by default.
    pub(super) const fn optional(self) -> Self {
        Self {
            is_default: false,
            ..self
        }
    }

    /// The check with options for its rules.
    pub(super) const fn with(self, options: &'static str) -> Self {
        Self {
            options: Some(options),
            ..self
        }
    }
}

/// Check that the tool runs by default.
pub(super) const fn check(name: &'static str, rules: &'static [&'static str]) -> ForeignCheck {
    ForeignCheck {
        name,
        rules,
        is_default: true,
        options: None,
    }
}

/// Checks without an equivalent rule, for one reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Lost {
    pub(super) why: &'static str,
    /// Names of the checks, separated by whitespace.
    pub(super) names: &'static str,
    /// Whether the tool runs them by default.
    pub(super) is_default: bool,
}

impl Lost {
    /// The checks if the tool does not run them by default.
    pub(super) const fn optional(self) -> Self {
        Self {
            is_default: false,
            ..self
        }
    }
}

/// Why advice of other tools has no rule.
pub(super) const USUALLY_RIGHT: &str =
    "podwright does not report it, because what the check finds is usually right";

/// Why a check that sums up others has no rule.
pub(super) const PARTS: &str = "podwright has rules for each of its parts";

/// Why checks for a program of the past have no rule.
pub(super) const TILLER: &str = "nothing installs Tiller since Helm 3";

pub(super) const fn lost(why: &'static str, names: &'static str) -> Lost {
    Lost {
        why,
        names,
        is_default: true,
    }
}
