use crate::finding::Level;
use crate::rule::{Check, Meta, Rule};

/// Options of `unknown-rule`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct UnknownRule {}

impl Rule for UnknownRule {
    const META: Meta = Meta {
        name: "unknown-rule",
        chapter: "podwright",
        summary: "suppression of a rule that does not exist",
        page: include_str!("../../../rules/podwright/unknown-rule.md"),
        level: Level::Warning,
        since: "0.1.0",
    };
}

/// The engine reports these findings when it reads the suppressions of a file.
impl Check for UnknownRule {}
