use podwright_cluster::rbac::{GROUP, is_built_in};
use podwright_cluster::workspace::Resolution;
use podwright_model::Object;
use podwright_rule::{RuleContext, declare_rule};
use podwright_schema::Value;

declare_rule! {
    name: "role-binding-target-missing",
    summary: "binding names a role or ServiceAccount that does not exist",
    severity: Warning,
    since: "0.1.0",
    hooks: { object: check },
}

fn check(object: &Object, cx: &mut RuleContext<'_>) {
    let is_cluster = object.is(GROUP, "ClusterRoleBinding");
    if !(is_cluster || object.is(GROUP, "RoleBinding")) || cx.is_partial() {
        return;
    }
    let binding = Value::new(cx.tree(), object.node);
    role(binding.get("roleRef"), is_cluster, cx);
    if !is_cluster {
        for subject in binding.get("subjects").items() {
            account(subject, cx);
        }
    }
}

fn role(reference: Value<'_>, is_cluster: bool, cx: &mut RuleContext<'_>) {
    let field = reference.get("name");
    let (Some((id, _)), Some(name)) = (cx.object, field.text()) else {
        return;
    };
    let kind = match reference.get("kind").text().as_deref() {
        Some("ClusterRole") if !is_built_in(&name) => "ClusterRole",
        Some("Role") if !is_cluster => "Role",
        _ => return,
    };
    if name.is_empty() || cx.workspace.resolve_exact(id, GROUP, kind, &name) != Resolution::Missing
    {
        return;
    }
    cx.report_value(field, format!("{kind} `{name}` does not exist"))
        .note("the binding is created, but it does not grant anything until the role exists")
        .help("use the name of a role, or create it");
}

fn account(subject: Value<'_>, cx: &mut RuleContext<'_>) {
    let field = subject.get("name");
    let (Some((id, _)), Some(name)) = (cx.object, field.text()) else {
        return;
    };
    let namespace = subject.get("namespace");
    // The API server rejects a ServiceAccount without a namespace.
    let own = cx.workspace.namespace(id);
    let is_own = own.is_some_and(|own| namespace.is(own));
    if !subject.get("kind").is("ServiceAccount") || !is_own || matches!(&*name, "" | "default") {
        return;
    }
    if cx.workspace.service_account(id, &name) != Resolution::Missing {
        return;
    }
    let place = cx.workspace.described_namespace(id);
    cx.report_value(
        field,
        format!("ServiceAccount `{name}` not found in {place}"),
    )
    .note("the binding is created, but it does not grant anything until the ServiceAccount exists")
    .help("use the name of a ServiceAccount, or create it");
}
