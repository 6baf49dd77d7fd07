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
        summary: "a comment or annotation ignores what is not found",
        page: include_str!("../../../rules/podwright/unused-ignore.md"),
        level: Level::Warning,
        since: "0.1.0",
    };
}

/// Its findings are made by the engine, when it has applied the ignores of a file.
impl Check for UnusedIgnore {}
