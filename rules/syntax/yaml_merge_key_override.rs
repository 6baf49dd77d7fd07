use podwright_cluster::workspace::File;
use podwright_rule::{RuleContext, declare_rule};
use podwright_syntax::{Entry, Format, NodeId};

declare_rule! {
    name: "yaml-merge-key-override",
    summary: "key is also set by a merge",
    severity: Info,
    since: "0.1.0",
    hooks: { file: check },
}

fn check(file: &File, cx: &mut RuleContext<'_>) {
    if file.tree.format() != Format::Yaml || !file.source.text.contains("<<") {
        return;
    }
    for (index, document) in file.tree.documents().iter().enumerate() {
        if !document.broken && !file.objects_of(index).is_empty() {
            mappings(document.root, cx);
        }
    }
}

/// Checks every mapping at and below `root`. The target of an alias is checked where it is defined.
fn mappings(root: NodeId, cx: &mut RuleContext<'_>) {
    let mut ahead = vec![root];
    while let Some(node) = ahead.pop() {
        if cx.tree().kind(node).is_mapping() {
            overrides(node, cx);
        }
        ahead.extend(cx.tree().children(node));
    }
}

fn overrides(mapping: NodeId, cx: &mut RuleContext<'_>) {
    let tree = cx.tree();
    let merges: Vec<Entry> = tree
        .entries(mapping)
        .filter(|entry| tree.is_merge(entry.key))
        .collect();
    if merges.is_empty() {
        return;
    }
    let own: Vec<Entry> = tree
        .entries(mapping)
        .filter(|entry| !tree.is_merge(entry.key))
        .collect();
    let sources: Vec<NodeId> = merges
        .iter()
        .flat_map(|merge| match tree.kind(merge.value).is_sequence() {
            true => tree.items(merge.value).collect(),
            false => vec![merge.value],
        })
        .collect();
    for entry in own {
        let name = tree.key_text(entry.key).into_owned();
        let brought = sources.iter().find_map(|&source| tree.get(source, &name));
        let Some(brought) = brought else { continue };
        let place = cx.place(brought.key);
        cx.report(entry.key, format!("key `{name}` is also set by `<<`"))
            .related(place, "merged key")
            .note(
                "kubectl keeps the value that comes later; strict readers, such as that of kustomize, reject the document",
            )
            .help("remove the key from the merged mapping, or write the mapping out without `<<`");
    }
}
