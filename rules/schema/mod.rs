//! Rules that check objects against their schema. One walk over the object yields all problems; each rule reports its
//! own kind of problem.

pub(crate) mod custom_resource_invalid;
pub(crate) mod deprecated_api;
pub(crate) mod enum_value_invalid;
pub(crate) mod field_case_mismatch;
pub(crate) mod field_not_available_in_version;
pub(crate) mod kind_case;
pub(crate) mod label_invalid;
pub(crate) mod list_map_key_duplicate;
pub(crate) mod name_invalid;
pub(crate) mod null_list_item;
pub(crate) mod number_out_of_range;
pub(crate) mod quantity_invalid;
pub(crate) mod removed_api;
pub(crate) mod required_field_empty;
pub(crate) mod required_field_missing;
pub(crate) mod selector_requirement_values;
pub(crate) mod unknown_field;
pub(crate) mod unknown_kind;
pub(crate) mod wrong_shape_image_pull_secrets;
pub(crate) mod wrong_type;
pub(crate) mod yaml_boolean_like_string;
pub(crate) mod yaml_int_as_string;
pub(crate) mod yaml_key_resolved_non_string;
pub(crate) mod yaml_number_like_string;
pub(crate) mod yaml_octal_surprise;

use podwright_model::VersionRange;
use podwright_rule::RuleContext;
use podwright_rule::finding::{Applicability, Edit, Fix};
use podwright_schema::{ApiChange, Expected, Found, Problem};
use podwright_syntax::text::{Location, Span};
use podwright_syntax::{NodeId, NodeKind, PathSegment};

/// Names the value of a problem for a message: "`image`", "an item of `args`", "`cpu` of `limits`".
fn subject(problem: &Problem<'_>, cx: &RuleContext<'_>) -> String {
    let field = problem.field;
    if !problem.is_inner {
        return format!("`{field}`");
    }
    match cx.tree().path(problem.node).pop() {
        Some(PathSegment::Key(key)) if key != field => format!("`{key}` of `{field}`"),
        _ => format!("an item of `{field}`"),
    }
}

/// Returns the fix that renames the field at `key`. `None` if the mapping already has a field `name`, or if the change
/// could affect other users of an anchor.
fn rename(
    mapping: NodeId,
    key: NodeId,
    name: &str,
    safety: Applicability,
    cx: &RuleContext<'_>,
) -> Option<Fix> {
    let tree = cx.tree();
    let is_free = tree.get(mapping, name).is_none() && !tree.is_anchored(key);
    (is_free && !matches!(tree.kind(key), NodeKind::Literal | NodeKind::Folded))
        .then(|| cx.replace(key, name, safety))
}

/// Returns the fix that replaces the scalar `node`, including its quotes, with `content` verbatim.
fn raw(node: NodeId, content: &str, safety: Applicability, cx: &RuleContext<'_>) -> Option<Fix> {
    let tree = cx.tree();
    let is_simple = !matches!(tree.kind(node), NodeKind::Literal | NodeKind::Folded)
        && tree.tag(node).is_none();
    (is_simple && !tree.is_anchored(node)).then(|| Fix {
        title: format!("Replace with `{content}`"),
        safety,
        edits: vec![Edit {
            place: cx.place(node),
            content: content.to_owned(),
        }],
    })
}

/// Returns the fix that quotes the scalar `node` without changing its content. For a credential, the fix only inserts
/// the quotes, so that it does not show the value.
fn quote(node: NodeId, safety: Applicability, cx: &RuleContext<'_>) -> Option<Fix> {
    let written = cx.tree().source_text(node);
    if written.contains(['"', '\\', '\n']) {
        return None;
    }
    let mut fix = raw(node, &format!("\"{written}\""), safety, cx)?;
    let place = cx.place(node);
    if cx.file().shown().concealed_in(place.span).next().is_some() {
        let quote = |at| Edit {
            place: Location {
                span: Span::at(at),
                ..place
            },
            content: "\"".to_owned(),
        };
        fix.title = "Add quotes".to_owned();
        fix.edits = vec![quote(place.span.start), quote(place.span.end)];
    }
    Some(fix)
}

/// Formats the Kubernetes releases that the manifests target: "1.36", "1.28 to 1.36".
fn range(versions: VersionRange) -> String {
    if versions.oldest == versions.newest {
        format!("{}", versions.oldest)
    } else {
        format!("{} to {}", versions.oldest, versions.newest)
    }
}

/// Kind of the object; empty if unknown.
fn kind(cx: &RuleContext<'_>) -> String {
    let kind = cx.object.and_then(|(_, object)| object.kind.text());
    kind.unwrap_or_default().to_owned()
}

/// Path of a value in the notation of custom resource validation: `spec.items[0].name`.
fn path(node: NodeId, cx: &RuleContext<'_>) -> String {
    let mut path = String::new();
    for step in cx.tree().path(node) {
        match step {
            PathSegment::Key(key) if path.is_empty() => path = key,
            PathSegment::Key(key) => path = format!("{path}.{key}"),
            PathSegment::Index(index) => path = format!("{path}[{index}]"),
        }
    }
    path
}

/// Error message of the API server for a value of the wrong type in a custom resource. `None` for other objects, which
/// the API server cannot decode.
fn must_be(
    problem: &Problem<'_>,
    expected: Expected,
    found: Found,
    cx: &RuleContext<'_>,
) -> Option<String> {
    if !problem.is_custom {
        return None;
    }
    let expected = match expected {
        Expected::Text => "string",
        Expected::Boolean => "boolean",
        Expected::Integer(_) => "integer",
        Expected::IntOrString => "integer,string",
        Expected::List => "array",
        Expected::Mapping => "object",
        Expected::Number | Expected::Quantity => "number",
    };
    let found = match found {
        Found::Text => "string",
        Found::Boolean => "boolean",
        Found::Integer => "integer",
        Found::Fraction => "number",
        Found::List => "array",
        Found::Mapping => "object",
        Found::Null => "null",
    };
    let path = path(problem.node, cx);
    Some(format!(
        "the API server rejects the object (422, `{path} in body must be of type {expected}: \"{found}\"`)"
    ))
}

/// Help text that names the replacement of an API version.
fn successor(replacement: Option<&str>) -> String {
    match replacement {
        Some(api) if api.contains('/') || api.starts_with('v') => format!("use `{api}`"),
        Some(other) => format!("migrate to {other}"),
        None => "remove the object: this API has no replacement".to_owned(),
    }
}

/// Returns the fix that replaces the API version with its successor, if nothing else in the object has to change.
fn replacement(change: &ApiChange, node: NodeId, cx: &RuleContext<'_>) -> Option<Fix> {
    let api = change
        .replacement
        .as_deref()
        .filter(|_| change.is_same_shape)?;
    (!cx.tree().is_anchored(node)).then(|| cx.replace(node, api, Applicability::Safe))
}

fn quoted(texts: &[String]) -> String {
    let texts: Vec<String> = texts.iter().map(|text| format!("`{text}`")).collect();
    texts.join(", ")
}
