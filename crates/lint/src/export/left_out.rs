//! Rules that are not exported, and why.

use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

/// Why a rule has no policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// `rejected`: the API server does the same.
    Rejected,
    /// `objects`: a policy sees one object and its namespace.
    Objects,
    /// `changed`: the API server sets defaults and drops unknown fields before policies see the object.
    Changed,
    /// `cel`: for example what a Secret contains, what a shell does, and names that are similar to others.
    Cel,
    /// `text`: a policy does not see files, charts and kustomizations.
    Text,
    /// `node`: the configuration of nodes is not in the API.
    Node,
    /// `release`: it concerns only releases that do not have policies.
    Release,
    /// `run`: it is about a run of podwright.
    Run,
}

impl Reason {
    /// All of them, in the order of the documentation.
    pub const ALL: [Self; 8] = [
        Self::Rejected,
        Self::Objects,
        Self::Changed,
        Self::Cel,
        Self::Text,
        Self::Node,
        Self::Release,
        Self::Run,
    ];
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Rejected => "the API server rejects it anyway, or returns a warning itself",
            Self::Objects => "other objects decide, but a policy sees one object",
            Self::Changed => {
                "the API server sets a default, drops the field or converts it before policies see the object"
            }
            Self::Cel => {
                "CEL cannot express it: encoded data, commands of shells, similar names, large tables, any field"
            }
            Self::Text => "it is about the text of a file, a chart or a kustomization",
            Self::Node => "files or settings of nodes decide",
            Self::Release => "it concerns releases before 1.30, which do not have these policies",
            Self::Run => "it is about a run of podwright",
        })
    }
}

impl FromStr for Reason {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Ok(match text {
            "rejected" => Self::Rejected,
            "objects" => Self::Objects,
            "changed" => Self::Changed,
            "cel" => Self::Cel,
            "text" => Self::Text,
            "node" => Self::Node,
            "release" => Self::Release,
            "run" => Self::Run,
            _ => return Err(format!("`{text}` is not a reason")),
        })
    }
}

/// Rule without a policy.
#[derive(Clone, Copy, Debug)]
pub struct LeftOut {
    /// Name of the rule.
    pub rule: &'static str,
    /// Why it has none.
    pub reason: Reason,
}

/// All rules without a policy, by name.
pub static LEFT_OUT: LazyLock<Vec<LeftOut>> = LazyLock::new(|| {
    let lines = include_str!("left_out.tsv").lines();
    let lines = lines.filter(|line| !line.starts_with('#'));
    lines
        .filter_map(|line| {
            let (rule, reason) = line.split_once('\t')?;
            let reason = reason.parse().ok()?;
            Some(LeftOut { rule, reason })
        })
        .collect()
});

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use podwright_rules::{POLICIES, RULES};

    use super::LEFT_OUT;

    #[test]
    fn each_rule_has_a_policy_or_a_reason() {
        let exported: BTreeSet<&str> = POLICIES.iter().map(|(name, _)| *name).collect();
        let left_out: BTreeSet<&str> = LEFT_OUT.iter().map(|one| one.rule).collect();
        let all: BTreeSet<&str> = RULES.iter().map(|rule| rule.meta.name).collect();
        let neither: Vec<_> = all
            .iter()
            .filter(|name| !exported.contains(*name) && !left_out.contains(*name))
            .collect();
        assert!(
            neither.is_empty(),
            "add `<rule>.cel.yaml` beside the rule, or a line with the reason to left_out.tsv: {neither:?}"
        );
        let both: Vec<_> = exported.intersection(&left_out).collect();
        assert!(both.is_empty(), "a policy and a reason: {both:?}");
        let unknown: Vec<_> = left_out.difference(&all).collect();
        assert!(unknown.is_empty(), "not rules: {unknown:?}");
        let written = include_str!("left_out.tsv").lines();
        let written = written.filter(|line| !line.starts_with('#')).count();
        assert_eq!(written, left_out.len(), "a line is twice or cannot be read");
    }
}
