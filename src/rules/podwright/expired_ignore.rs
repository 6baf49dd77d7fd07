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
        summary: "the last day of a comment or annotation that ignores is over",
        page: include_str!("../../../rules/podwright/expired-ignore.md"),
        level: Level::Warning,
        since: "0.1.0",
    };
}

/// Its findings are made by the engine, when it has applied the ignores of a file.
impl Check for ExpiredIgnore {}
