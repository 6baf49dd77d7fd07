/// Check of another tool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ForeignCheck {
    /// Name of the check in that tool.
    pub name: &'static str,
    /// Equivalent podwright rules.
    pub rules: &'static [&'static str],
    /// Whether the tool runs the check by default.
    pub is_default: bool,
}

pub(super) const fn check(name: &'static str, rules: &'static [&'static str]) -> ForeignCheck {
    ForeignCheck {
        name,
        rules,
        is_default: true,
    }
}

pub(super) const fn optional(name: &'static str, rules: &'static [&'static str]) -> ForeignCheck {
    ForeignCheck {
        name,
        rules,
        is_default: false,
    }
}
