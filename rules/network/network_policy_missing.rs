use podwright_cluster::network_policy::Unprotected;
use podwright_model::Object;
use podwright_rule::{RuleContext, declare_rule};
use podwright_schema::Value;

declare_rule! {
    name: "network-policy-missing",
    summary: "no NetworkPolicy selects the Pods of a namespace",
    severity: Info,
    since: "0.1.0",
    profile: Security,
    hooks: { object: check },
}

fn check(object: &Object, cx: &mut RuleContext<'_>) {
    let Some((id, _)) = cx.object.filter(|_| !object.pods.is_empty()) else {
        return;
    };
    let unprotected = cx.workspace.kept(Unprotected::find);
    let Some(count) = unprotected.count_at(id) else {
        return;
    };
    let described = cx.workspace.described_namespace(id);
    let field = Value::new(cx.tree(), object.node)
        .get("metadata")
        .get("name");
    let message = match count {
        1 => "no NetworkPolicy selects the Pods of this workload".to_owned(),
        _ => format!("no NetworkPolicy selects the Pods of {count} workloads"),
    };
    cx.report_value(field, message)
        .note(format!(
            "this is the first of them in {described}; every Pod of the cluster can connect to them, and they to everything"
        ))
        .help("add a NetworkPolicy that selects all Pods of the namespace, and allow what they need");
}
