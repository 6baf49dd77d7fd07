use crate::finding::Level;
use crate::rule::{Check, Meta, Rule};

/// Options of `unused-ignore`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct UnusedIgnore {}

impl Rule for UnusedIgnore {
    const META: Meta = Meta {
        name: "unused-ignore",
        chapter: "podwright",
        summary: "unused suppression",
        page: include_str!("../../../rules/podwright/unused-ignore.md"),
        level: Level::Warning,
        since: "0.1.0",
    };
}

/// The engine reports these findings after it applies the suppressions of a file.
impl Check for UnusedIgnore {}
