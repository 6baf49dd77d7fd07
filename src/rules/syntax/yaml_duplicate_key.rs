use rustc_hash::FxHashMap;

use crate::finding::{Level, Safety};
use crate::rule::{Check, Cx, Meta, Rule};
use crate::syntax::{Entry, Format, NodeId};
use crate::workspace::File;

/// Options of `yaml-duplicate-key`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct YamlDuplicateKey {}

impl Rule for YamlDuplicateKey {
    const META: Meta = Meta {
        name: "yaml-duplicate-key",
        chapter: "syntax",
        summary: "a key is written twice in one mapping",
        page: include_str!("../../../rules/syntax/yaml-duplicate-key.md"),
        level: Level::Error,
        since: "0.1.0",
    };
}

impl Check for YamlDuplicateKey {
    fn file(&self, file: &File, cx: &mut Cx<'_>) {
        for (index, document) in file.tree.documents().iter().enumerate() {
            let holds_object = !file.objects_of(index).is_empty();
            // Where the reader had to guess what belongs to what, two keys may stand together by mistake.
            if !document.broken && (holds_object || file.kustomization.is_some()) {
                mappings(document.root, cx);
            }
        }
    }
}

/// Judges every mapping at and below `root`; an alias's target where it is written.
fn mappings(root: NodeId, cx: &mut Cx<'_>) {
    let tree = cx.tree();
    let mut ahead = vec![root];
    while let Some(node) = ahead.pop() {
        if tree.kind(node).is_mapping() {
            let duplicates = tree.duplicates(node);
            // The last of a key takes all before it away.
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

fn duplicate(mapping: NodeId, first: Entry, later: Entry, is_last: bool, cx: &mut Cx<'_>) {
    let tree = cx.tree();
    // Otherwise nobody can say which of them counts.
    let last_counts =
        tree.format() == Format::Json || tree.scalar(first.key) == tree.scalar(later.key);
    let fix = (is_last && last_counts)
        .then(|| cx.remove_earlier(mapping, later, Safety::Unsafe))
        .flatten();
    let name = tree.key_text(later.key);
    let note = if tree.format() == Format::Json {
        "the last one counts; kubectl warns or refuses the object, as `--validate` says"
    } else if last_counts {
        "kubectl keeps the last one and says nothing, even with `--validate=strict`; kustomize and Helm \
         refuse the document"
    } else {
        "the two are the same key in JSON, to which the document is converted: which of them is kept is \
         left to chance"
    };
    let place = cx.place(first.key);
    let finding = cx.report(later.key, format!("the key `{name}` is written twice"));
    finding
        .label("the second")
        .related(place, "the first")
        .note(note)
        .help("remove one of them");
    finding.fixes.extend(fix);
}
