use crate::finding::Level;
use crate::rule::{Check, Meta, Rule};

/// Options of `internal-error`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct InternalError {}

impl Rule for InternalError {
    const META: Meta = Meta {
        name: "internal-error",
        chapter: "podwright",
        summary: "internal error in podwright",
        page: include_str!("../../../rules/podwright/internal-error.md"),
        level: Level::Error,
        since: "0.1.0",
    };
}

/// The engine reports these findings when a rule panics.
impl Check for InternalError {}
