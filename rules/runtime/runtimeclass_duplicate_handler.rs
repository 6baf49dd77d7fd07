use podwright_cluster::workspace::{ObjectId, Workspace};
use podwright_model::{Body, Field, RuntimeClass};
use podwright_rule::{RuleContext, declare_rule};
use rustc_hash::FxHashMap;

declare_rule! {
    name: "runtimeclass-duplicate-handler",
    summary: "two RuntimeClasses differ only in their names",
    severity: Info,
    since: "0.1.0",
    hooks: { runtime_class: check },
}

fn check(class: &RuntimeClass, cx: &mut RuleContext<'_>) {
    let (Some((_, node)), Some((own, object))) = (class.handler.known(), cx.object) else {
        return;
    };
    if cx.is_partial() {
        return;
    }
    let workspace = cx.workspace;
    let Some(key) = key(workspace, own) else {
        return;
    };
    let alike = workspace.kept(Alike::new);
    let alike = alike.0.get(&key).into_iter().flatten();
    let others = alike.take_while(|id| **id < own);
    let other = others.copied().find(|id| {
        let other = workspace.object(*id);
        !workspace.is_patch(id.file) && other.metadata.name.text() != object.metadata.name.text()
    });
    let Some(other) = other else { return };
    let name = workspace
        .object(other)
        .metadata
        .name
        .text()
        .unwrap_or("?")
        .to_owned();
    let place = workspace.object_place(other);
    cx.report(
        node,
        format!("RuntimeClass `{name}` has the same handler, overhead and scheduling"),
    )
    .related(place, "other RuntimeClass")
    .help("keep one of them; first change the Pods that name the other, because the API server rejects Pods without their class (403)");
}

/// RuntimeClasses by directory, handler, and everything else. Variants of one class are kept in separate directories.
struct Alike(FxHashMap<Key, Vec<ObjectId>>);

type Key = (String, String, [String; 2]);

impl Alike {
    fn new(workspace: &Workspace) -> Self {
        let mut all: FxHashMap<Key, Vec<ObjectId>> = FxHashMap::default();
        for id in workspace.of_kind("node.k8s.io", "RuntimeClass") {
            if let Some(key) = key(workspace, id) {
                all.entry(key).or_default().push(id);
            }
        }
        Self(all)
    }
}

fn key(workspace: &Workspace, id: ObjectId) -> Option<Key> {
    let file = workspace.file(id.file);
    let Body::RuntimeClass(class) = &workspace.object(id).body else {
        return None;
    };
    let Field::Value(handler, _) = &class.handler else {
        return None;
    };
    let rest = [class.overhead.node(), class.scheduling.node()].map(|node| {
        let json = node.map(|node| file.tree.to_json(node).ok().map(|json| json.to_string()));
        format!("{json:?}")
    });
    Some((file.directory().to_owned(), handler.clone(), rest))
}
