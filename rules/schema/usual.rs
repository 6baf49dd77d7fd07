//! What is usual instead of an invalid quantity or name, or a missing field.

use podwright_model::name::dns_label;
use podwright_rule::{Applicability, Fix, RuleContext};
use podwright_schema::advice::{quantities_meant, usual};
use podwright_schema::{NameKind, Problem};
use podwright_syntax::{Destination, Entry, NodeId, PathSegment, Scalar};

use super::{raw, schema_subject};

/// Advice and fix for an invalid quantity.
pub(super) fn quantity_meant(problem: &Problem<'_>, cx: &RuleContext<'_>) -> (String, Option<Fix>) {
    let (node, tree) = (problem.node, cx.tree());
    let resource = match tree.path(node).pop() {
        Some(PathSegment::Key(key)) => key,
        _ => problem.field.to_owned(),
    };
    let meant = match tree.scalar(node) {
        Scalar::Str(text) => quantities_meant(&text, &resource),
        _ => Vec::new(),
    };
    let fix = meant
        .first()
        .and_then(|meant| raw(node, meant, Applicability::Unsafe, cx));
    let help = match meant.as_slice() {
        [] => "use a number with an optional suffix and no space: `500m`, `2`, `1Gi`".to_owned(),
        [one] => format!("use `{one}`"),
        [binary, decimal, ..] => {
            format!("use `{binary}` (units of 1024), or `{decimal}` (units of 1000)")
        }
    };
    (help, fix)
}

/// Name for a container after its image.
fn name_of_image(container: NodeId, cx: &RuleContext<'_>) -> Option<String> {
    let tree = cx.tree();
    let Scalar::Str(image) = tree.scalar(tree.get(container, "image")?.value) else {
        return None;
    };
    let last = image.rsplit('/').next()?;
    let name = last.split([':', '@']).next()?.to_owned();
    let name = valid_name(&name, NameKind::Label).unwrap_or(name);
    dns_label(&name).is_ok().then_some(name)
}

/// Labels that identify an application. Others, such as a version, change, and a selector cannot be changed.
const IDENTIFYING: [&str; 6] = [
    "app.kubernetes.io/name",
    "app.kubernetes.io/instance",
    "app.kubernetes.io/component",
    "app",
    "k8s-app",
    "name",
];

/// Advice and fix for a missing selector: the labels of the Pod template.
fn selector_of_template(spec: NodeId, cx: &RuleContext<'_>) -> Option<(String, Option<Fix>)> {
    let tree = cx.tree();
    let labels = ["template", "metadata", "labels"]
        .iter()
        .try_fold(spec, |node, key| Some(tree.get(node, key)?.value))?;
    let is_simple = |entry: &Entry| {
        let value = tree.scalar(entry.value);
        matches!(value, Scalar::Str(text) if !text.contains(['\n', '$', '{']))
    };
    let all: Vec<Entry> = tree.entries(labels).filter(is_simple).collect();
    let named = |entry: &&Entry| IDENTIFYING.contains(&&*tree.key_text(entry.key));
    let mut chosen: Vec<&Entry> = all.iter().filter(named).collect();
    if chosen.is_empty() {
        chosen.extend(&all);
    }
    let first = chosen.first()?;
    let line = |entry: &Entry| {
        let (key, value) = (tree.source_text(entry.key), tree.source_text(entry.value));
        format!("{key}: {value}")
    };
    let help = format!(
        "add `selector.matchLabels` with labels of the Pod template: `{}`",
        line(first)
    );
    let lines: String = chosen
        .iter()
        .map(|entry| format!("\n    {}", line(entry)))
        .collect();
    let to = Destination {
        mapping: spec,
        missing: &[],
    };
    let edit = tree.add_entry(to, "selector", &format!("\n  matchLabels:{lines}"));
    let fix = edit.map(|edit| cx.fix("Add `selector.matchLabels`", Applicability::Unsafe, [edit]));
    Some((help, fix))
}

/// Advice and fix for a required field that is missing.
pub(super) fn usual_value(node: NodeId, name: &str, cx: &RuleContext<'_>) -> (String, Option<Fix>) {
    if name == "selector"
        && let Some(advice) = selector_of_template(node, cx)
    {
        return advice;
    }
    if name == "name"
        && let Some(name) = name_of_image(node, cx)
    {
        return (format!("add `name`, for example `name: {name}`"), None);
    }
    let usual = schema_subject(cx).and_then(|subject| usual(&subject, node, name));
    let Some(usual) = usual else {
        return (format!("add `{name}`"), None);
    };
    let to = Destination {
        mapping: node,
        missing: &[],
    };
    let fix = usual.value.and_then(|value| {
        let edit = cx.tree().add_entry(to, name, value)?;
        Some(cx.fix(
            format!("Add `{name}: {value}`"),
            Applicability::Unsafe,
            [edit],
        ))
    });
    (format!("add {}", usual.advice), fix)
}

/// The name with lowercase letters and with `-` instead of other characters, if that is valid.
pub(super) fn valid_name(text: &str, kind: NameKind) -> Option<String> {
    let most = match kind {
        NameKind::Label => 63,
        NameKind::Subdomain => 253,
        NameKind::Port => 15,
        _ => return None,
    };
    let mut name = String::new();
    let mut is_lower = false;
    for c in text.trim().chars() {
        match c {
            'A'..='Z' => {
                if is_lower {
                    name.push('-');
                }
                name.push(c.to_ascii_lowercase());
            }
            'a'..='z' | '0'..='9' => name.push(c),
            '.' if kind == NameKind::Subdomain => name.push(c),
            '-' | '_' | ' ' | '.' | '/' | ':' => name.push('-'),
            _ => return None,
        }
        is_lower = c.is_ascii_lowercase();
    }
    let name = name.trim_matches(['-', '.']);
    let is_valid = !name.is_empty()
        && name.len() <= most
        && name != text
        && !name.contains("..")
        && name.contains(|c: char| c.is_ascii_lowercase());
    (is_valid && !(kind == NameKind::Port && name.contains("--"))).then(|| name.to_owned())
}
