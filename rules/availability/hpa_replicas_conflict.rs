use podwright_cluster::workload::{Replicas, replicas};
use podwright_cluster::workspace::Workspace;
use podwright_model::Object;
use podwright_rule::{RuleContext, Severity, declare_rule};
use podwright_schema::Value;

declare_rule! {
    name: "hpa-replicas-conflict",
    summary: "manifest and autoscaler set the number of Pods",
    severity: Warning,
    since: "0.1.0",
    hooks: { object: check },
}

fn check(object: &Object, cx: &mut RuleContext<'_>) {
    let Some((id, _)) = cx.object.filter(|_| !cx.is_partial()) else {
        return;
    };
    if !(object.is("apps", "Deployment") || object.is("apps", "StatefulSet")) {
        return;
    }
    let field = Value::new(cx.tree(), object.node)
        .get("spec")
        .get("replicas");
    // With 0, the autoscaler is off.
    if field.int().is_none_or(|count| count == 0) {
        return;
    }
    let Some(Replicas::Scaled { .. }) = replicas(cx.workspace, id) else {
        return;
    };
    let level = match cx.workspace.kept(IgnoresReplicas::find).0 {
        true => Severity::Info,
        false => Severity::Warning,
    };
    cx.report_value(field, "an autoscaler changes this number")
        .at_most(level)
        .note("each time the manifest is applied, the number of Pods is set to it, until the autoscaler corrects it")
        .help(
            "remove `replicas`; if the object was created with `kubectl apply`, first remove it with `kubectl apply \
             edit-last-applied`, or there is 1 Pod for a moment",
        );
}

/// Whether an Application of Argo CD leaves some fields as they are in the cluster.
struct IgnoresReplicas(bool);

impl IgnoresReplicas {
    fn find(workspace: &Workspace) -> Self {
        let mut applications = workspace.of_kind("argoproj.io", "Application");
        Self(applications.any(|id| {
            let tree = &workspace.file(id.file).tree;
            let spec = Value::new(tree, workspace.object(id).node).get("spec");
            !spec.get("ignoreDifferences").is_absent()
        }))
    }
}
