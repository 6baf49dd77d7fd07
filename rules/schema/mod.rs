//! Rules that check objects against their schema. One walk over the object yields all problems; each check reports
//! some kinds of them.

pub(crate) mod api;
pub(crate) mod custom_resource_invalid;
pub(crate) mod fields;
mod meant;
mod shape;
pub(crate) mod types;
mod usual;
pub(crate) mod values;

use std::fmt::Display;

use podwright_model::VersionRange;
use podwright_rule::{Applicability, Fix, RuleContext};
use podwright_schema::{Expected, Found, Problem, Subject};
use podwright_syntax::{NodeId, NodeKind, PathSegment, text::Span};

/// The current object, for questions about its schema.
fn schema_subject<'a>(cx: &RuleContext<'a>) -> Option<Subject<'a>> {
    let (_, object) = cx.object?;
    Some(Subject {
        tree: cx.tree(),
        object,
        range: cx.versions,
        is_partial: cx.is_partial(),
        custom: cx.workspace.custom_kinds(cx.file_id),
    })
}

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
    (is_simple && !tree.is_anchored(node)).then(|| {
        cx.fix(
            format!("Replace with `{content}`"),
            safety,
            [(cx.tree().span(node), content)],
        )
    })
}

/// Returns the fix that quotes the scalar `node` without changing its content. For a credential, the fix only inserts
/// the quotes, so that it does not show the value.
fn quote(node: NodeId, safety: Applicability, cx: &RuleContext<'_>) -> Option<Fix> {
    let written = cx.tree().source_text(node);
    if written.contains(['"', '\\', '\n']) {
        return None;
    }
    let fix = raw(node, &format!("\"{written}\""), safety, cx)?;
    let span = cx.tree().span(node);
    if !cx.file().shown().is_redacted(span) {
        return Some(fix);
    }
    let quotes = [span.start, span.end].map(|at| (Span::at(at), "\""));
    Some(cx.fix("Add quotes", safety, quotes))
}

/// Formats the Kubernetes releases that the manifests target: "1.36", "1.28 to 1.36".
fn range(versions: VersionRange) -> String {
    if versions.oldest == versions.newest {
        format!("{}", versions.oldest)
    } else {
        format!("{} to {}", versions.oldest, versions.newest)
    }
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

fn quoted(texts: &[impl Display]) -> String {
    let shown = texts.iter().take(MAX_QUOTED);
    let shown: Vec<String> = shown.map(|text| format!("`{text}`")).collect();
    let more = if texts.len() > MAX_QUOTED {
        ", …"
    } else {
        ""
    };
    shown.join(", ") + more
}

/// Maximum number of values in a message.
const MAX_QUOTED: usize = 50;
