//! Checks values against `values.schema.json` (`pkg/chart/common/util/jsonschema.go`).

mod format;
mod keywords;

use podwright_go_template::{Data, Entries, Map, Value};
use podwright_syntax::text::Location;
use serde_json::Value as Json;

use crate::RenderError;

use super::chart::{Chart, File};
use keywords::Validator;

/// Most mistakes that one message names.
const MAX_MISTAKES: usize = 5;

/// Checks the values of a chart and of those that it depends on.
///
/// # Errors
///
/// Returns what the schema rejects first, or that it needs a schema which is elsewhere.
pub(super) fn validate(chart: &Chart, values: &Map) -> Result<(), RenderError> {
    if let Some(file) = &chart.schema {
        validate_one(chart, file, values)?;
    }
    for subchart in &chart.dependencies {
        let inner = values.get(subchart.name());
        match inner.as_ref().map(|value| &value.data) {
            None | Some(Data::Nil) => {}
            Some(Data::Map(map)) => validate(subchart, map)?,
            Some(_) => {
                let place = inner.as_ref().and_then(Value::place).or(Some(chart.place));
                let name = subchart.name();
                let message = format!("the values of chart `{name}` are not a mapping");
                return Err(RenderError::at(place, message));
            }
        }
    }
    Ok(())
}

fn validate_one(chart: &Chart, file: &File, values: &Map) -> Result<(), RenderError> {
    let text = file.text();
    let schema: Json = serde_json::from_str(text.as_str()).map_err(|error| {
        RenderError::at(
            file.start(),
            format!("`values.schema.json` is not valid JSON: {error}"),
        )
    })?;
    if let Some(url) = remote(&schema, None, 0) {
        let place = at(file, text.as_str(), &url);
        let message = format!("the schema needs `{url}`, which is not on this machine");
        return Err(RenderError::at(place, message));
    }
    let values = match values.is_nil {
        true => Map::new(Entries::new()),
        false => values.clone(),
    };
    let mut validator = Validator::new(&schema);
    let root = Value::constant(Data::Map(values));
    validator.check(&schema, &root, "");
    let mistakes = validator.mistakes;
    let Some(first) = mistakes.first() else {
        return Ok(());
    };
    let shown: Vec<String> = mistakes
        .iter()
        .take(MAX_MISTAKES)
        .map(ToString::to_string)
        .collect();
    let message = format!(
        "the schema of chart `{}` rejects the values: {}",
        chart.name(),
        shown.join("; ")
    );
    let place = first.place.unwrap_or(file.start());
    Err(RenderError::at(place, message))
}

/// A reference to a schema that is not in this file.
fn remote(schema: &Json, base: Option<&str>, depth: usize) -> Option<String> {
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
                    return Some(url.clone());
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
