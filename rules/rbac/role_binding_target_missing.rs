use podwright_cluster::rbac::{GROUP, is_built_in};
use podwright_cluster::workspace::Resolution;
use podwright_model::Object;
use podwright_rule::{Applicability, RuleContext, declare_rule, did_you_mean};
use podwright_schema::Value;
use podwright_syntax::text::is_typo;

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
    for subject in binding.get("subjects").items() {
        if !is_cluster {
            account(subject, cx);
        }
        account_elsewhere(subject, cx);
    }
}

const NO_ROLE: &str =
    "the binding is created, but it does not grant anything until the role exists";

/// ClusterRoles of every cluster with names that people write.
const FOR_PEOPLE: [&str; 4] = ["admin", "cluster-admin", "edit", "view"];

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
    if name.is_empty() {
        return;
    }
    if kind == "ClusterRole" {
        let near = FOR_PEOPLE.into_iter().find(|own| is_typo(&name, own));
        let resolution = cx.workspace.resolve_of_cluster(id, GROUP, kind, &name);
        let is_found = matches!(resolution, Resolution::Found(_));
        if let Some(near) = near.filter(|_| !is_found) {
            let meant = cx.suggest(field.node, near, Applicability::Unsafe);
            cx.report_value(field, format!("{kind} `{name}` does not exist"))
                .note(NO_ROLE)
                .meant(Some(meant), did_you_mean, "");
            return;
        }
        if resolution != Resolution::Missing || !cx.file().context.complete {
            return;
        }
    } else if cx.workspace.resolve_exact(id, GROUP, kind, &name) != Resolution::Missing {
        return;
    }
    cx.report_value(field, format!("{kind} `{name}` does not exist"))
        .note(NO_ROLE)
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

/// Reports a ServiceAccount that is not in the namespace that the subject names, but in another one of the same file.
fn account_elsewhere(subject: Value<'_>, cx: &mut RuleContext<'_>) {
    let (field, name) = (subject.get("namespace"), subject.get("name").text());
    let (Some((id, _)), Some(name), Some(namespace)) = (cx.object, name, field.text()) else {
        return;
    };
    if !subject.get("kind").is("ServiceAccount") || matches!(&*name, "" | "default") {
        return;
    }
    let all = cx.workspace.named("", "ServiceAccount", &name);
    let all = all.filter(|account| cx.workspace.coexist(id, *account));
    let mut namespaces = all.take(MAX_ACCOUNTS).map(|account| {
        let is_near = account.file == id.file && cx.workspace.is_unmodified(account);
        (account, cx.workspace.namespace(account).filter(|_| is_near))
    });
    let (Some((account, Some(own))), None) = (namespaces.next(), namespaces.next()) else {
        return;
    };
    // Somebody else may create one with this name in a namespace that the file does not mention.
    let is_slip = is_typo(&namespace, own) || *namespace == *"default";
    if own == namespace || !is_slip || cx.workspace.may_be_patched(id) {
        return;
    }
    let (own, place) = (own.to_owned(), cx.workspace.object_place(account));
    cx.report_value(
        field,
        format!("ServiceAccount `{name}` is in namespace `{own}`, not in `{namespace}`"),
    )
    .related(place, "the ServiceAccount")
    .note("the binding is created, but it does not grant anything to this ServiceAccount")
    .help(format!("use `{own}`"));
}

/// Maximum number of ServiceAccounts of a name that are compared.
const MAX_ACCOUNTS: usize = 16;
