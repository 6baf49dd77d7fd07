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
}

pub(super) const fn lost(why: &'static str, names: &'static str) -> Lost {
    Lost { why, names }
}
