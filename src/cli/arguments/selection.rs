//! Names of rules and groups on the command line.

use clap::builder::PossibleValue;
use podwright_lint::compat::Tool;
use podwright_lint::config::rule_named;
use podwright_rule::{Profile, RuleDefinition};
use podwright_rules::RULES;
use podwright_syntax::text::did_you_mean;

/// The rules that one name selects: a rule, or a group with all its rules.
#[derive(Clone, Debug)]
pub(crate) struct Selection(Vec<&'static RuleDefinition>);

impl Selection {
    /// All rules of the selections.
    pub(crate) fn rules(all: &[Self]) -> Vec<&'static RuleDefinition> {
        all.iter().flat_map(|one| one.0.iter().copied()).collect()
    }
}

/// Reads the name of a rule or a group.
///
/// # Errors
///
/// Returns a message that names what was probably meant: the rule for a check of another tool, or the nearest name.
pub(super) fn parse(name: &str) -> Result<Selection, String> {
    let name = name.trim();
    if let Ok(rule) = rule_named(name) {
        return Ok(Selection(vec![rule]));
    }
    let group: Vec<_> = group(name).collect();
    if !group.is_empty() {
        return Ok(Selection(group));
    }
    Err(unknown(name))
}

/// Names of all groups and rules.
pub(super) fn names() -> Vec<PossibleValue> {
    let mut names: Vec<&str> = RULES.iter().map(|rule| rule.meta.group).collect();
    names.dedup();
    names.extend(podwright_rules::names());
    names.into_iter().map(PossibleValue::new).collect()
}

/// The rules of a group, without those that run only by name.
fn group(name: &str) -> impl Iterator<Item = &'static RuleDefinition> {
    let all = RULES.iter().copied();
    all.filter(move |rule| rule.meta.group == name && rule.profile != Profile::Named)
}

/// What to say about a name that is neither a rule nor a group.
fn unknown(name: &str) -> String {
    for tool in Tool::ALL {
        if let Some(check) = tool.check(name) {
            let rules: Vec<String> = check.rules.iter().map(|rule| format!("`{rule}`")).collect();
            let rules = rules.join(", ");
            return format!("`{name}` is a check of {tool}; use {rules}");
        }
    }
    let mut groups: Vec<&str> = RULES.iter().map(|rule| rule.meta.group).collect();
    groups.dedup();
    let names = podwright_rules::names();
    // A suggestion looks only at a limited number of candidates.
    match did_you_mean(name, groups).or_else(|| did_you_mean(name, names)) {
        Some(near) => format!("unknown rule or group `{name}`: did you mean `{near}`?"),
        None => format!(
            "unknown rule or group `{name}`: run `podwright rules --search {name}` to search"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::{Selection, parse};

    fn names(text: &str) -> Result<Vec<&'static str>, String> {
        let selected = parse(text)?;
        let rules = Selection::rules(&[selected]);
        Ok(rules.iter().map(|rule| rule.meta.name).collect())
    }

    #[test]
    fn rules_and_groups() {
        assert_eq!(names("env-duplicate-name").unwrap(), ["env-duplicate-name"]);
        let group = names("pull").unwrap();
        assert!(group.contains(&"pull-policy-invalid"), "{group:?}");
        assert!(!group.contains(&"env-duplicate-name"), "{group:?}");
    }

    #[test]
    fn other_names_are_explained() {
        for (name, expected) in [
            (
                "CKV_K8S_14",
                "`CKV_K8S_14` is a check of checkov; use `image-tag-latest`",
            ),
            (
                "env-duplicat-name",
                "unknown rule or group `env-duplicat-name`: did you mean `env-duplicate-name`?",
            ),
            (
                "securty",
                "unknown rule or group `securty`: did you mean `security`?",
            ),
        ] {
            assert_eq!(names(name).unwrap_err(), expected);
        }
    }
}
