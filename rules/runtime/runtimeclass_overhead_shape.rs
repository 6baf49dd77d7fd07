use podwright_model::{Field, RuntimeClass};
use podwright_rule::{Applicability, Fix, RuleContext, declare_rule};
use podwright_syntax::{Entry, NodeId};

declare_rule! {
    name: "runtimeclass-overhead-shape",
    summary: "overhead resources are not under `podFixed`",
    severity: Error,
    since: "0.1.0",
    hooks: { runtime_class: check },
}

fn check(class: &RuntimeClass, cx: &mut RuleContext<'_>) {
    let Field::Value(_, node) = class.overhead else {
        return;
    };
    let entries: Vec<Entry> = cx.tree().entries(node).collect();
    let is_resource = |entry: &&Entry| {
        let key = cx.tree().key_text(entry.key);
        RESOURCES.contains(&&*key) || key.starts_with("hugepages-")
    };
    let wrong: Vec<Entry> = entries.iter().filter(is_resource).copied().collect();
    if wrong.is_empty() {
        return;
    }
    let fix = (wrong.len() == entries.len())
        .then(|| nested(node, &entries, cx))
        .flatten();
    let names: Vec<String> = wrong
        .iter()
        .map(|entry| format!("`{}`", cx.tree().key_text(entry.key)))
        .collect();
    let names = names.join(", ");
    let message = format!("overhead resources belong under `podFixed`: {names}");
    cx.report_missing(node, message)
        .note(
            "the API server drops the unknown field, so Pods have no overhead; with strict validation, as in \
             `kubectl apply`, it rejects the RuntimeClass: `strict decoding error: unknown field`",
        )
        .help("move them to `overhead.podFixed`")
.fix(fix);
}

const RESOURCES: [&str; 3] = ["cpu", "memory", "ephemeral-storage"];

/// Returns the fix that moves all entries under `podFixed`.
fn nested(overhead: NodeId, entries: &[Entry], cx: &RuleContext<'_>) -> Option<Fix> {
    let tree = cx.tree();
    if tree.is_anchored(overhead) || tree.is_recovered(overhead) {
        return None;
    }
    let span = tree.span(overhead);
    let written = tree.slice(span);
    let content = if written.starts_with('{') {
        format!("{{podFixed: {written}}}")
    } else {
        let text = tree.text();
        let start = tree.span(entries.first()?.key).range().start;
        let line = text[..start].rfind('\n').map_or(0, |at| at + 1);
        let indent = &text[line..start];
        if !indent.chars().all(|c| c == ' ') {
            return None;
        }
        let inner = written.replace('\n', "\n  ");
        format!("podFixed:\n{indent}  {inner}")
    };
    Some(cx.fix(
        "Move into `podFixed`",
        Applicability::Safe,
        [(span, content)],
    ))
}
