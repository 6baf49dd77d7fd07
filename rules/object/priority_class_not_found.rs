use podwright_cluster::workspace::Resolution;
use podwright_model::{Pod, PodOrigin};
use podwright_rule::{RuleContext, declare_rule, use_name};
use podwright_schema::Value;
use podwright_syntax::text::is_typo;

declare_rule! {
    name: "priority-class-not-found",
    summary: "reference to a PriorityClass that does not exist",
    severity: Warning,
    since: "0.1.0",
    hooks: { pod: check },
}

const GROUP: &str = "scheduling.k8s.io";

/// Classes of every cluster. The API server rejects others with their prefix (`ValidatePriorityClass`).
const BUILT_IN: [&str; 2] = ["system-cluster-critical", "system-node-critical"];

fn check(pod: &Pod, cx: &mut RuleContext<'_>) {
    let Some((id, _)) = cx.object.filter(|_| !cx.is_partial() && !cx.is_custom()) else {
        return;
    };
    let field = Value::new(cx.tree(), pod.node).get("priorityClassName");
    let Some(name) = field.text().filter(|name| !name.is_empty()) else {
        return;
    };
    if BUILT_IN.contains(&&*name) {
        return;
    }
    let meant = if name.starts_with("system-") {
        cx.nearest(field.node, &name, BUILT_IN)
    } else {
        let own = cx.workspace.of_kind(GROUP, "PriorityClass");
        let own = own.filter(|class| cx.workspace.coexist(id, *class));
        let names = own.filter_map(|class| cx.workspace.object(class).metadata.name.text());
        let meant = cx.nearest(field.node, &name, names);
        let meant = meant.filter(|meant| is_typo(&name, meant.name()));
        let resolution = cx
            .workspace
            .resolve_of_cluster(id, GROUP, "PriorityClass", &name);
        let is_missing = resolution == Resolution::Missing;
        // Other classes are often created with the cluster.
        if !is_missing || (meant.is_none() && !cx.file().context.complete) {
            return;
        }
        meant
    };
    let note = match pod.origin {
        PodOrigin::Pod => "the API server rejects the Pod",
        _ => "the API server rejects its Pods, and none is created (event `FailedCreate`)",
    };
    let otherwise = match name.starts_with("system-") {
        // Nobody can create a class with this prefix.
        true => {
            let [cluster, node] = BUILT_IN;
            format!("use `{cluster}`, `{node}` or a class with another name")
        }
        false => "create the PriorityClass, or declare it under `externals` in the configuration"
            .to_owned(),
    };
    cx.report_value(field, format!("PriorityClass `{name}` does not exist"))
        .note(format!(
            "{note} (403, `no PriorityClass with name {name} was found`)"
        ))
        .meant(meant, use_name, otherwise);
}
