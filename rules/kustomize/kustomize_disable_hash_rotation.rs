use std::collections::BTreeMap;

use podwright_cluster::workspace::{ObjectId, Render};
use podwright_model::{Object, ReferenceKind, references};
use podwright_rule::{RuleContext, declare_rule};
use podwright_syntax::text::Location;
use rustc_hash::FxHashMap;

use super::objects::{may_be_same_namespace, objects};

declare_rule! {
    name: "kustomize-disable-hash-rotation",
    summary: "Pods do not restart when a generated object changes",
    severity: Info,
    since: "0.1.0",
    hooks: { build: check },
}

fn check(render: &Render, cx: &mut RuleContext<'_>) {
    let Ok(rendered) = &render.result else {
        return;
    };
    let mut unhashed: FxHashMap<(ReferenceKind, &str), (ObjectId, Location)> = FxHashMap::default();
    for (id, object) in objects(rendered.file, cx.workspace) {
        let setting = cx
            .workspace
            .naming(id)
            .and_then(|naming| naming.hash_disabled_by);
        let (Some(setting), Some(kind), Some(name)) = (
            setting,
            ReferenceKind::of(object),
            object.metadata.name.text(),
        ) else {
            continue;
        };
        unhashed.insert((kind, name), (id, setting));
    }
    if unhashed.is_empty() {
        return;
    }
    // The first use for each setting, which may be the default of all generators.
    let mut used: BTreeMap<Location, (ReferenceKind, String, Location)> = BTreeMap::new();
    let tree = &cx.workspace.file(rendered.file).tree;
    for (id, object) in objects(rendered.file, cx.workspace) {
        if is_reloaded(object) {
            continue;
        }
        for reference in references(tree, object) {
            let Some(&(other, setting)) = unhashed.get(&(reference.kind, &*reference.name)) else {
                continue;
            };
            let path = podwright_syntax::notation(tree.path(reference.value));
            let is_variable = path.contains(".env[") || path.contains(".envFrom[");
            if is_variable && may_be_same_namespace(id, other, cx) {
                let at = cx.workspace.place(rendered.file, reference.value);
                used.entry(setting)
                    .or_insert((reference.kind, reference.name, at));
            }
        }
    }
    for (setting, (kind, name, at)) in used {
        let kind = kind.name();
        let message = format!("Pods keep the old environment when the {kind} `{name}` changes");
        let at = cx.workspace.in_sources(at);
        cx.report_build(render, setting, message)
            .related(at, "read when a container starts")
            .note(
                "with a hash in the name, a change of the content changes the Pods, and the controller replaces them; \
                 without it, running containers keep the values that they started with",
            )
            .help("remove `disableNameSuffixHash`, or restart the Pods after a change");
    }
}

/// Whether annotations say that something restarts the Pods: Stakater Reloader, or the checksum of the content.
fn is_reloaded(object: &Object) -> bool {
    let own = object.metadata.annotations.value();
    let of_pods = object
        .pods
        .iter()
        .filter_map(|pod| pod.metadata.annotations.value());
    let mut keys = own.into_iter().chain(of_pods).flatten();
    keys.any(|(key, ..)| {
        let key = key.to_ascii_lowercase();
        key.contains("reload") || key.contains("checksum") || key.contains("hash")
    })
}
