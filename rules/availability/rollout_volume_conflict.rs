use podwright_cluster::rollout::fenceposts;
use podwright_cluster::workload::{Replicas, replicas};
use podwright_cluster::workspace::{ObjectId, Resolution};
use podwright_model::Object;
use podwright_rule::{RuleContext, Severity, declare_rule};
use podwright_schema::Value;

declare_rule! {
    name: "rollout-volume-conflict",
    summary: "rolling update needs a volume on two nodes that only one can use",
    severity: Warning,
    since: "0.1.0",
    hooks: { object: check },
}

/// What a claim allows, and by whom the volume can be used.
#[derive(Clone, Copy, PartialEq)]
enum Access {
    OneNode,
    OnePod,
}

fn check(object: &Object, cx: &mut RuleContext<'_>) {
    let (Some((id, _)), [_]) = (cx.object.filter(|_| !cx.is_partial()), &object.pods[..]) else {
        return;
    };
    if !object.is("apps", "Deployment") || cx.workspace.may_be_patched(id) {
        return;
    }
    let spec = Value::new(cx.tree(), object.node).get("spec");
    let pod = spec.get("template").get("spec");
    let count = replicas(cx.workspace, id).map(Replicas::least);
    let Some(count) = count.filter(|count| *count > 0 && !is_pinned(pod)) else {
        return;
    };
    let Some(posts) = fenceposts(spec.get("strategy"), count) else {
        return;
    };
    for volume in pod.get("volumes").items() {
        let field = volume.get("persistentVolumeClaim").get("claimName");
        let Some((claim, access)) = claim(field, id, cx) else {
            continue;
        };
        let is_stuck = posts.surge > 0 && posts.unavailable == 0;
        if count > 1 {
            shared(field, claim, access, count, cx);
        } else if is_stuck {
            stuck(field, claim, access, cx);
        }
    }
}

/// Whether something decides on the nodes of the Pods.
fn is_pinned(pod: Value<'_>) -> bool {
    let hostname = pod.get("nodeSelector").find("kubernetes.io/hostname");
    let is_set = |name| !pod.get(name).is_absent();
    is_set("nodeName") || is_set("affinity") || hostname.is_some()
}

/// The claim of the input that has this name, if only one node or Pod can use its volume at a time.
fn claim(field: Value<'_>, id: ObjectId, cx: &RuleContext<'_>) -> Option<(ObjectId, Access)> {
    let name = field.text().filter(|name| !name.is_empty())?;
    let kind = "PersistentVolumeClaim";
    let Resolution::Found(claim) = cx.workspace.resolve_exact(id, "", kind, &name) else {
        return None;
    };
    let tree = &cx.workspace.file(claim.file).tree;
    let spec = Value::new(tree, cx.workspace.object(claim).node).get("spec");
    let class = spec.get("storageClassName");
    let class = class.text().unwrap_or_default();
    // Pods go to the node of a local volume, so all of them can use it.
    let is_local = LOCAL.iter().any(|word| class.contains(word)) || spec.get("volumeName").is_set();
    let mut modes = spec.get("accessModes").items();
    let access = match (&*modes.next()?.text()?, modes.next()) {
        ("ReadWriteOnce", None) if !is_local => Access::OneNode,
        ("ReadWriteOncePod", None) => Access::OnePod,
        _ => return None,
    };
    Some((claim, access))
}

/// Parts of the names of storage classes whose volumes are on a node, or can be used by several.
const LOCAL: [&str; 5] = ["local", "hostpath", "manual", "nfs", "fs"];

fn shared(field: Value<'_>, claim: ObjectId, access: Access, count: i64, cx: &mut RuleContext<'_>) {
    let place = cx.workspace.object_place(claim);
    let (message, note) = match access {
        Access::OneNode => (
            format!("{count} Pods share a volume that only one node can use"),
            "Pods on other nodes wait with reason `ContainerCreating` (event `FailedAttachVolume`, `Multi-Attach error`)",
        ),
        Access::OnePod => (
            format!("{count} Pods share a volume that only one Pod can use"),
            "the other Pods stay `Pending` (event `FailedScheduling`)",
        ),
    };
    cx.report_value(field, message)
        .related(place, "claim with this access mode")
        .note(note)
        .help("use a StatefulSet with `volumeClaimTemplates`, one replica, or `ReadWriteMany` storage");
}

fn stuck(field: Value<'_>, claim: ObjectId, access: Access, cx: &mut RuleContext<'_>) {
    let place = cx.workspace.object_place(claim);
    let (level, note) = match access {
        // On one node, both Pods can use it.
        Access::OneNode => (
            Severity::Info,
            "if the new Pod is on another node, it waits for the volume (event `FailedAttachVolume`, `Multi-Attach \
             error`), and the old Pod waits until the new one is ready",
        ),
        Access::OnePod => (
            Severity::Warning,
            "the new Pod stays `Pending` (event `FailedScheduling`) until the old one is gone, and the old Pod waits \
             until the new one is ready",
        ),
    };
    cx.report_value(
        field,
        "a rolling update starts a second Pod with this volume",
    )
    .at_most(level)
    .related(place, "claim with this access mode")
    .note(note)
    .help("set `strategy.type: Recreate`");
}
