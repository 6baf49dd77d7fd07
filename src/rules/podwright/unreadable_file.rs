use crate::finding::Level;
use crate::rule::{Check, Meta, Rule};

/// Options of `unreadable-file`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct UnreadableFile {}

impl Rule for UnreadableFile {
    const META: Meta = Meta {
        name: "unreadable-file",
        chapter: "podwright",
        summary: "file cannot be read",
        page: include_str!("../../../rules/podwright/unreadable-file.md"),
        level: Level::Error,
        since: "0.1.0",
    };
}

/// The command line reports these findings when a file cannot be read.
impl Check for UnreadableFile {}
