use rustc_hash::FxHashMap;

use podwright_cluster::workspace::File;
use podwright_rule::{Applicability, RuleContext, declare_rule};
use podwright_syntax::{Entry, Format, NodeId};

declare_rule! {
    name: "yaml-duplicate-key",
    summary: "duplicate key in a mapping",
    severity: Error,
    since: "0.1.0",
    hooks: { file: check },
}

fn check(file: &File, cx: &mut RuleContext<'_>) {
    for (index, document) in file.tree.documents().iter().enumerate() {
        let holds_object = !file.objects_of(index).is_empty();
        // In a broken document, the reader may have put two keys into one mapping by mistake.
        if !document.broken && (holds_object || file.kustomization.is_some()) {
            mappings(document.root, cx);
        }
    }
}

/// Checks every mapping at and below `root`. The target of an alias is checked where it is defined.
fn mappings(root: NodeId, cx: &mut RuleContext<'_>) {
    let tree = cx.tree();
    let mut ahead = vec![root];
    while let Some(node) = ahead.pop() {
        if tree.kind(node).is_mapping() {
            let duplicates = tree.duplicates(node);
            // The fix for the last duplicate removes all earlier ones.
            let lasts: FxHashMap<NodeId, NodeId> = duplicates
                .iter()
                .map(|(first, later)| (first.key, later.key))
                .collect();
            for (first, later) in duplicates {
                let is_last = lasts.get(&first.key) == Some(&later.key);
                duplicate(node, first, later, is_last, cx);
            }
        }
        let inner = tree.children(node);
        ahead.extend(inner.filter(|&inner| !tree.kind(inner).is_scalar()));
    }
}

fn duplicate(mapping: NodeId, first: Entry, later: Entry, is_last: bool, cx: &mut RuleContext<'_>) {
    let tree = cx.tree();
    // Otherwise it is undefined which of them counts.
    let last_counts =
        tree.format() == Format::Json || tree.scalar(first.key) == tree.scalar(later.key);
    // The content of an earlier collection may be meant, too.
    let name = tree.key_text(later.key);
    let is_lost = |entry: &Entry| {
        let is_filled = tree.children(entry.value).next().is_some();
        is_filled && tree.source_text(entry.value).trim() != tree.source_text(later.value).trim()
    };
    // Only the last duplicate has the fix, which removes all earlier ones.
    let loses_content = match is_last {
        true => tree
            .entries(mapping)
            .filter(|entry| *entry != later && tree.key_text(entry.key) == name)
            .any(|entry| is_lost(&entry)),
        false => is_lost(&first),
    };
    let (safety, help) = match loses_content {
        true => (
            Applicability::Manual,
            "merge the values of both keys below one of them",
        ),
        false => (Applicability::Unsafe, "remove one of the keys"),
    };
    let fix = (is_last && last_counts)
        .then(|| cx.remove_earlier(mapping, later, safety))
        .flatten();
    let note = if tree.format() == Format::Json {
        "the last value applies; kubectl warns or the API server rejects the object, depending on `--validate`"
    } else if last_counts {
        "kubectl silently keeps the last value, even with `--validate=strict`; kustomize rejects the document"
    } else {
        "both become the same key when kubectl converts the document to JSON: it is undefined which value it \
         keeps"
    };
    let place = cx.place(first.key);
    cx.report(later.key, format!("duplicate key `{name}`"))
        .label("duplicate key")
        .related(place, "first key")
        .note(note)
        .help(help)
        .fix(fix);
}
