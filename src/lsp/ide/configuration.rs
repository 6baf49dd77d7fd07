//! Completions and hovers in `.podwright.yaml`, from its JSON Schema and the metadata of the rules.

use std::sync::LazyLock;

use podwright_lint::config::schema;
use podwright_rules::find;
use podwright_syntax::text::{Source, Span};
use podwright_syntax::{NodeId, PathSegment, SyntaxTree};
use serde_json::Value;

use super::field::{PLACEHOLDER, Word};
use super::{Completion, CompletionKind, Completions, Hover};

static SCHEMA: LazyLock<Value> = LazyLock::new(schema);

/// Maximum number of references between schemas that are followed.
const MAX_DEPTH: usize = 16;

/// Completes the keys at `offset`, names of rules and groups among them, or the values of a key. Returns `None` if there
/// are none.
#[must_use]
pub fn configuration_completions(source: &Source, offset: u32) -> Option<Completions> {
    let word = Word::at(&source.text, offset)?;
    // An incomplete line is not valid YAML, so it is completed before it is parsed.
    let tree = podwright_syntax::parse(word.completed(&source.text).into());
    let node = tree
        .ids()
        .find(|&id| tree.kind(id).is_scalar() && tree.source_text(id) == PLACEHOLDER)?;
    let mut path = tree.path(node);
    let items = match tree.mapping_of_key(node) {
        Some(mapping) => {
            path.pop();
            let here = schemas_at(&path);
            let keys = keys(&here, &tree, mapping);
            // An item of a list may become a mapping or a value.
            if keys.is_empty() { values(&here) } else { keys }
        }
        None => values(&schemas_at(&path)),
    };
    (!items.is_empty()).then_some(Completions {
        replaces: word.span,
        items,
    })
}

/// Describes the key at `offset`, or the key of the value there. Returns `None` if there is none.
#[must_use]
pub fn configuration_hover(tree: &SyntaxTree, offset: u32) -> Option<Hover> {
    let touches = |span: Span| span.start <= offset && offset <= span.end;
    let node = tree
        .ids()
        .find(|&id| tree.kind(id).is_scalar() && touches(tree.span(id)))?;
    let mut path = tree.path(node);
    let value = tree.mapping_of_key(node).is_none();
    let value = value.then(|| tree.decoded(node).into_owned());
    // An item of a list is described as the list.
    while matches!(path.last(), Some(PathSegment::Index(_))) {
        path.pop();
    }
    let Some(PathSegment::Key(key)) = path.pop() else {
        return None;
    };
    let property = property(&schemas_at(&path), &key)?;
    let mut parts = vec![described(&key, property, &path)];
    if let Some(value) = value {
        let mut all = Vec::new();
        alternatives(property, 0, &mut all);
        let of_items = all.clone();
        for items in of_items.iter().filter_map(|one| one.get("items")) {
            alternatives(items, 0, &mut all);
        }
        let meaning = choices(&all).into_iter().find(|(name, _)| *name == value);
        let meaning = meaning.filter(|(_, text)| !text.is_empty());
        parts.extend(meaning.map(|(name, text)| format!("`{name}`: {text}")));
    }
    Some(Hover {
        span: tree.span(node),
        markdown: parts.join("\n\n"),
    })
}

/// The name of a rule with its level, summary and page; otherwise the key with its description.
fn described(key: &str, property: &Value, path: &[PathSegment]) -> String {
    let is_rules = matches!(path.last(), Some(PathSegment::Key(last)) if last == "rules");
    if let Some(rule) = find(key).filter(|_| is_rules) {
        let meta = &rule.meta;
        return format!(
            "`{}`: {}, group `{}`\n\n{}\n\n[{}]({})",
            meta.name,
            meta.level.name(),
            meta.group,
            meta.summary,
            meta.name,
            meta.url()
        );
    }
    match description(property).as_str() {
        "" => format!("`{key}`"),
        text => format!("`{key}`\n\n{text}"),
    }
}

fn keys(here: &[&'static Value], tree: &SyntaxTree, mapping: NodeId) -> Vec<Completion> {
    let properties = here
        .iter()
        .filter_map(|one| one.get("properties")?.as_object())
        .flatten();
    let mut items: Vec<Completion> = Vec::new();
    for (name, property) in properties {
        if tree.get(mapping, name).is_some() || items.iter().any(|item| item.name == *name) {
            continue;
        }
        let text = description(property);
        let first = text.split_inclusive(". ").next().unwrap_or_default();
        let detail = match find(name) {
            Some(rule) => format!("{}: {}", rule.meta.level.name(), rule.meta.summary),
            None => first.trim_end().to_owned(),
        };
        items.push(Completion {
            name: name.clone(),
            text: match is_collection(property) {
                true => format!("{name}:"),
                false => format!("{name}: "),
            },
            detail,
            kind: CompletionKind::Field,
        });
    }
    items
}

fn values(here: &[&Value]) -> Vec<Completion> {
    let all = choices(here).into_iter();
    let item = |(name, detail): (String, String)| Completion {
        text: name.clone(),
        name,
        detail,
        kind: CompletionKind::Value,
    };
    all.map(item).collect()
}

/// The values that the schemas list, each with what it means.
fn choices(schemas: &[&Value]) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    for schema in schemas {
        let one = schema.get("const").and_then(Value::as_str).into_iter();
        let several = schema.get("enum").and_then(Value::as_array);
        let several = several.into_iter().flatten().filter_map(Value::as_str);
        let detail = match schema.get("const") {
            Some(_) => description(schema),
            None => String::new(),
        };
        let is_truth = schema.get("type").is_some_and(|of| has_type(of, "boolean"));
        let truths = ["true", "false"].into_iter().filter(|_| is_truth);
        for name in one.chain(several).chain(truths) {
            if !found.iter().any(|(known, _)| known == name) {
                found.push((name.to_owned(), detail.clone()));
            }
        }
    }
    found
}

fn has_type(of: &Value, name: &str) -> bool {
    let mut several = of.as_array().into_iter().flatten();
    of == name || several.any(|one| one == name)
}

fn is_collection(property: &'static Value) -> bool {
    let mut all = Vec::new();
    alternatives(property, 0, &mut all);
    // A rule is a level or a mapping: the level is usual.
    let is_simple = |schema: &&Value| !choices(&[*schema]).is_empty();
    let of = |schema: &&Value| schema.get("type").cloned().unwrap_or_default();
    !all.iter().any(is_simple)
        && all
            .iter()
            .any(|one| has_type(&of(one), "array") || has_type(&of(one), "object"))
}

/// The description of a schema as one line.
fn description(schema: &Value) -> String {
    let text = schema.get("description").and_then(Value::as_str);
    let words: Vec<&str> = text.unwrap_or_default().split_whitespace().collect();
    words.join(" ")
}

/// The schemas of what is at a path.
fn schemas_at(path: &[PathSegment]) -> Vec<&'static Value> {
    let mut here = Vec::new();
    alternatives(&SCHEMA, 0, &mut here);
    for step in path {
        let mut next = Vec::new();
        match step {
            PathSegment::Key(key) => {
                if let Some(property) = property(&here, key) {
                    alternatives(property, 0, &mut next);
                }
            }
            PathSegment::Index(_) => {
                for items in here.iter().filter_map(|one| one.get("items")) {
                    alternatives(items, 0, &mut next);
                }
            }
        }
        here = next;
    }
    here
}

fn property(schemas: &[&'static Value], key: &str) -> Option<&'static Value> {
    let mut all = schemas.iter();
    all.find_map(|one| one.get("properties")?.get(key))
}

/// Adds a schema, what it refers to, and its alternatives.
fn alternatives(schema: &'static Value, depth: usize, found: &mut Vec<&'static Value>) {
    if depth == MAX_DEPTH {
        return;
    }
    found.push(schema);
    if let Some(pointer) = schema.get("$ref").and_then(Value::as_str)
        && let Some(target) = SCHEMA.pointer(pointer.trim_start_matches('#'))
    {
        alternatives(target, depth + 1, found);
    }
    for list in ["anyOf", "oneOf", "allOf"] {
        for one in schema
            .get(list)
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            alternatives(one, depth + 1, found);
        }
    }
}
