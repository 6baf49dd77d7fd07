//! Whether a schema is one: what the meta-schemas of JSON Schema say about keywords that charts use.

use serde_json::Value as Json;

const MAX_DEPTH: usize = 200;

const TYPES: [&str; 7] = [
    "array", "boolean", "integer", "null", "number", "object", "string",
];

/// Keywords whose values map names to schemas.
const MAPS: [&str; 4] = ["properties", "patternProperties", "definitions", "$defs"];

/// Keywords whose value is a list of schemas.
const LISTS: [&str; 3] = ["allOf", "anyOf", "oneOf"];

/// Keywords whose value is a schema.
const SCHEMAS: [&str; 7] = [
    "not",
    "if",
    "then",
    "else",
    "contains",
    "propertyNames",
    "additionalProperties",
];

/// Keywords whose value is a number.
const NUMBERS: [&str; 9] = [
    "minimum",
    "maximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
    "minProperties",
    "maxProperties",
];

/// The first keyword whose value is not allowed: a JSON pointer to the value, and what is wrong with it.
pub(super) fn invalid(schema: &Json) -> Option<(String, String)> {
    let mut pointer = String::new();
    walk(schema, schema, &mut pointer, 0).map(|message| (pointer, message))
}

/// Leaves `pointer` at the value that is wrong.
fn walk(root: &Json, schema: &Json, pointer: &mut String, depth: usize) -> Option<String> {
    if depth > MAX_DEPTH {
        return None;
    }
    let map = match schema {
        Json::Object(map) => map,
        Json::Bool(_) => return None,
        _ => return Some("a schema is an object or a boolean".to_owned()),
    };
    let length = pointer.len();
    for (key, value) in map {
        step(pointer, key);
        if let Some(message) = keyword(root, key, value) {
            return Some(message);
        }
        let key = key.as_str();
        let found = match value {
            Json::Object(inner) if MAPS.contains(&key) => inner.iter().find_map(|(name, inner)| {
                let length = pointer.len();
                step(pointer, name);
                let found = walk(root, inner, pointer, depth + 1);
                if found.is_none() {
                    pointer.truncate(length);
                }
                found
            }),
            Json::Array(inner) if LISTS.contains(&key) || key == "items" => {
                inner.iter().enumerate().find_map(|(index, inner)| {
                    let length = pointer.len();
                    step(pointer, &index.to_string());
                    let found = walk(root, inner, pointer, depth + 1);
                    if found.is_none() {
                        pointer.truncate(length);
                    }
                    found
                })
            }
            _ if SCHEMAS.contains(&key) || key == "items" => walk(root, value, pointer, depth + 1),
            _ => None,
        };
        if found.is_some() {
            return found;
        }
        pointer.truncate(length);
    }
    None
}

fn step(pointer: &mut String, name: &str) {
    pointer.push('/');
    pointer.push_str(&name.replace('~', "~0").replace('/', "~1"));
}

fn keyword(root: &Json, key: &str, value: &Json) -> Option<String> {
    let is_type = |value: &Json| value.as_str().is_some_and(|name| TYPES.contains(&name));
    match key {
        "type" => {
            let is_valid = match value {
                Json::Array(names) => !names.is_empty() && names.iter().all(is_type),
                value => is_type(value),
            };
            let shown = value.as_str().map_or(value.to_string(), str::to_owned);
            (!is_valid).then(|| format!("unknown type `{shown}`"))
        }
        "required" => {
            let is_valid = value
                .as_array()
                .is_some_and(|names| names.iter().all(Json::is_string));
            (!is_valid).then(|| "`required` is not a list of names".to_owned())
        }
        "enum" => (!value.is_array()).then(|| "`enum` is not a list".to_owned()),
        "pattern" => match value.as_str() {
            None => Some("`pattern` is not a string".to_owned()),
            Some(pattern) => is_wrong_pattern(pattern),
        },
        "patternProperties" => value
            .as_object()?
            .keys()
            .find_map(|pattern| is_wrong_pattern(pattern)),
        "$ref" => {
            let pointer = value.as_str()?.strip_prefix('#')?;
            let is_pointer = pointer.starts_with('/') && !pointer.contains('%');
            (is_pointer && !has_ids(root, 0) && root.pointer(pointer).is_none())
                .then(|| format!("nothing is at `#{pointer}`"))
        }
        key if MAPS.contains(&key) => {
            (!value.is_object()).then(|| format!("`{key}` is not an object"))
        }
        key if LISTS.contains(&key) => {
            (!value.is_array()).then(|| format!("`{key}` is not a list"))
        }
        key if NUMBERS.contains(&key) => {
            (!value.is_number()).then(|| format!("`{key}` is not a number"))
        }
        _ => None,
    }
}

/// What Go's expressions do not have: they never look around or back.
fn is_wrong_pattern(pattern: &str) -> Option<String> {
    let is_foreign = ["(?=", "(?!", "(?<=", "(?<!"]
        .iter()
        .any(|syntax| pattern.contains(syntax));
    let is_wrong = is_foreign && matches!(regex::Regex::new(pattern), Err(regex::Error::Syntax(_)));
    is_wrong.then(|| format!("`{pattern}` is not a regular expression of Go"))
}

/// Whether a part has its own `$id`, which references inside count from.
fn has_ids(schema: &Json, depth: usize) -> bool {
    if depth > MAX_DEPTH {
        return true;
    }
    match schema {
        Json::Object(map) => {
            (depth > 0 && map.contains_key("$id"))
                || map.values().any(|inner| has_ids(inner, depth + 1))
        }
        Json::Array(items) => items.iter().any(|inner| has_ids(inner, depth + 1)),
        _ => false,
    }
}
