use crate::finding::Level;
use crate::rule::{Check, Meta, Rule};

/// Options of `expired-ignore`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct ExpiredIgnore {}

impl Rule for ExpiredIgnore {
    const META: Meta = Meta {
        name: "expired-ignore",
        chapter: "podwright",
        summary: "expired suppression",
        page: include_str!("../../../rules/podwright/expired-ignore.md"),
        level: Level::Warning,
        since: "0.1.0",
    };
}

/// The engine reports these findings after it applies the suppressions of a file.
impl Check for ExpiredIgnore {}
