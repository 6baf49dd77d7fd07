//! Checks values against `values.schema.json` (`pkg/chart/common/util/jsonschema.go`).

mod format;
mod keywords;
mod meta;

use podwright_go_template::{Data, Entries, Map, Value};
use podwright_syntax::text::Location;
use serde_json::Value as Json;

use crate::RenderError;

use super::ProblemKind;
use super::chart::{Chart, File};
use super::problem::Problems;
use keywords::Validator;

/// Most mistakes that are kept of one schema.
const MAX_MISTAKES: usize = 20;

/// Checks the values of a chart and of those that it depends on.
pub(super) fn validate(chart: &Chart, values: &Map, problems: &mut Problems) {
    if let Some(file) = &chart.schema {
        validate_one(chart, file, values, problems);
    }
    for subchart in &chart.dependencies {
        let inner = values.get(subchart.name());
        match inner.as_ref().map(|value| &value.data) {
            None | Some(Data::Nil) => {}
            Some(Data::Map(map)) => validate(subchart, map, problems),
            Some(_) => {
                let place = inner.as_ref().and_then(Value::place).or(Some(chart.place));
                let name = subchart.name();
                let message = format!("the values of chart `{name}` are not a mapping");
                let error = RenderError::at(place, message);
                problems.add_about(ProblemKind::Schema, name.to_owned(), error);
            }
        }
    }
}

fn validate_one(chart: &Chart, file: &File, values: &Map, problems: &mut Problems) {
    let text = file.text();
    let schema: Json = match serde_json::from_str(text.as_str()) {
        Ok(schema) => schema,
        Err(error) => {
            let message = format!("`values.schema.json` is not valid JSON: {error}");
            let place = position(file, text.as_str(), error.line(), error.column());
            problems.add(ProblemKind::InvalidSchema, RenderError::at(place, message));
            return;
        }
    };
    if let Some((pointer, what)) = meta::invalid(&schema) {
        let place = at_pointer(file, &pointer);
        let error = RenderError::at(place, what);
        problems.add_about(ProblemKind::InvalidSchema, pointer, error);
        return;
    }
    if let Some((url, is_on_web)) = remote(&schema, None, 0) {
        let place = at(file, text.as_str(), &url);
        let (kind, message) = match is_on_web {
            true => (
                ProblemKind::RemoteSchema,
                format!("the schema needs `{url}`, which is not on this machine"),
            ),
            false => (
                ProblemKind::InvalidSchema,
                format!("the schema needs the file `{url}`"),
            ),
        };
        problems.add_about(kind, url, RenderError::at(place, message));
        return;
    }
    let values = match values.is_nil {
        true => Map::new(Entries::new()),
        false => values.clone(),
    };
    let mut validator = Validator::new(&schema);
    let root = Value::constant(Data::Map(values));
    validator.check(&schema, &root, "");
    if validator.is_exhausted() {
        let message = "the schema takes too many steps";
        let help = "make the schema simpler, or remove values";
        problems.add(
            ProblemKind::Limit,
            RenderError::limit(file.start(), message, help),
        );
    }
    if validator.has_large_pattern {
        let message = "a pattern of the schema needs more than 1 MiB of memory";
        let help = "use smaller repetition counts in `pattern` and `patternProperties`";
        problems.add(
            ProblemKind::Limit,
            RenderError::limit(file.start(), message, help),
        );
    }
    for mistake in validator.mistakes.into_iter().take(MAX_MISTAKES) {
        let place = mistake.place.unwrap_or(file.start());
        let error = RenderError {
            related: Some(file.start()),
            help: mistake.help.clone(),
            near: mistake.near.clone(),
            ..RenderError::at(place, mistake.to_string())
        };
        let path = mistake.path.replace('/', ".");
        let path = format!("{}{path}", chart.name());
        problems.add_about(ProblemKind::Schema, path, error);
    }
}

/// Location of a line and column, both from 1.
fn position(file: &File, text: &str, line: usize, column: usize) -> Location {
    let before = text.split_inclusive('\n').take(line.saturating_sub(1));
    let start: usize = before.map(str::len).sum();
    let at = (start + column.saturating_sub(1)).min(text.len());
    let mut place = file.start();
    place.span = podwright_syntax::text::Span::at(u32::try_from(at).unwrap_or(0));
    place
}

/// Location of the value at a JSON pointer.
fn at_pointer(file: &File, pointer: &str) -> Location {
    let mut place = file.start();
    let tree = file.source.tree();
    let Some(document) = tree.documents().first() else {
        return place;
    };
    let mut node = tree.resolve(document.root);
    for step in pointer.split('/').skip(1) {
        let step = step.replace("~1", "/").replace("~0", "~");
        let inner = match tree.kind(node).is_sequence() {
            true => step
                .parse()
                .ok()
                .and_then(|index| tree.items(node).nth(index)),
            false => tree.get(node, &step).map(|entry| entry.value),
        };
        match inner {
            Some(inner) => node = tree.resolve(inner),
            None => break,
        }
    }
    place.span = tree.span(node);
    place
}

/// A reference to a schema that is not in this file, and whether it is on another machine. Helm gives the schema the URL
/// `file:///values.schema.json`, so that a relative reference leads to the root of the disk.
fn remote(schema: &Json, base: Option<&str>, depth: usize) -> Option<(String, bool)> {
    if depth > 200 {
        return None;
    }
    match schema {
        Json::Object(map) => {
            let id = map.get("$id").and_then(Json::as_str);
            let base = id.map(|id| id.trim_end_matches('#')).or(base);
            if let Some(Json::String(url)) = map.get("$ref") {
                let (document, _) = url.split_once('#').unwrap_or((url, ""));
                let is_own = document.is_empty() || base == Some(document);
                // What is not found by its name is taken for anything.
                if !is_own
                    && !document.starts_with("urn:")
                    && !document.contains("json-schema.org/")
                {
                    let is_web =
                        |url: &str| url.starts_with("http://") || url.starts_with("https://");
                    let is_relative = !url.contains("://");
                    let is_on_web = is_web(url) || (is_relative && base.is_some_and(is_web));
                    return Some((url.clone(), is_on_web));
                }
            }
            let inner = map.iter().filter(|(key, _)| {
                !matches!(key.as_str(), "enum" | "const" | "default" | "examples")
            });
            let mut inner = inner.map(|(_, value)| value);
            inner.find_map(|value| remote(value, base, depth + 1))
        }
        Json::Array(items) => items.iter().find_map(|item| remote(item, base, depth + 1)),
        _ => None,
    }
}

/// Location of a text in a file.
fn at(file: &File, text: &str, part: &str) -> Location {
    let mut place = file.start();
    if let Some(at) = text.find(part) {
        let start = u32::try_from(at).unwrap_or(0);
        let end = u32::try_from(at + part.len()).unwrap_or(0);
        place.span = podwright_syntax::text::Span::new(start, end);
    }
    place
}
