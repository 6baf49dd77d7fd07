use super::{SyntaxTree, json, yaml};
use crate::text::SharedText;

/// Parses a text like kubectl parses a file: as a stream of JSON values if the first character is `{` and the whole
/// text is JSON, otherwise as YAML (`YAMLOrJSONDecoder` of apimachinery).
#[must_use]
pub fn parse(text: SharedText) -> SyntaxTree {
    let start = text.trim_start_matches('\u{feff}').trim_ascii_start();
    if start.starts_with('{') {
        let tree = json::read_stream(text.clone());
        if tree.errors().is_empty() {
            return tree;
        }
    }
    yaml::read(text)
}
