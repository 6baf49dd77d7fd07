use podwright_model::{MappingReader, Object};
use podwright_rule::{RuleContext, Severity, declare_rule};
use podwright_syntax::NodeId;

declare_rule! {
    name: "runtimeclass-write-rbac",
    summary: "non-administrators can change RuntimeClasses",
    severity: Warning,
    since: "0.1.0",
    hooks: { object: check },
}

fn check(object: &Object, cx: &mut RuleContext<'_>) {
    const GROUP: &str = "rbac.authorization.k8s.io";
    if !object.is(GROUP, "ClusterRole") {
        return;
    }
    let Some(rules) = MappingReader::new(cx.tree(), object.node)
        .map(|role| role.mappings("rules", writes_classes))
        .and_then(|rules| rules.value().cloned())
    else {
        return;
    };
    // Operators bind their roles to ServiceAccounts. These labels aggregate a role into the roles of users.
    let roles: Vec<String> = AGGREGATED
        .iter()
        .filter(|(label, _)| has_label(object, label))
        .map(|(_, role)| format!("`{role}`"))
        .collect();
    let is_for_users = !roles.is_empty();
    for node in rules.into_iter().flatten() {
        let (message, ceiling) = match is_for_users {
            true => (
                format!(
                    "everyone with the role {} can change RuntimeClasses",
                    roles.join(" or ")
                ),
                Severity::Warning,
            ),
            false => (
                "this role can change RuntimeClasses".to_owned(),
                Severity::Info,
            ),
        };
        cx.report(node, message)
            .at_most(ceiling)
            .note(
                "a RuntimeClass decides how Pods of all namespaces are isolated, on which nodes they run, and with \
                 which overhead; only cluster administrators should write RuntimeClasses",
            )
            .help("remove the verbs `create`, `update`, `patch` and `delete`");
    }
}

const AGGREGATED: [(&str, &str); 3] = [
    ("rbac.authorization.k8s.io/aggregate-to-admin", "admin"),
    ("rbac.authorization.k8s.io/aggregate-to-edit", "edit"),
    ("rbac.authorization.k8s.io/aggregate-to-view", "view"),
];

fn has_label(object: &Object, label: &str) -> bool {
    let labels = object.metadata.labels.value();
    labels
        .into_iter()
        .flatten()
        .any(|(key, _, value)| key == label && value.text() == Some("true"))
}

/// Returns the item `runtimeclasses` of an RBAC rule that grants write access to them.
fn writes_classes(rule: MappingReader<'_>) -> Option<NodeId> {
    let items = |key: &str| rule.known_strings(key);
    let is_group = items("apiGroups")
        .iter()
        .any(|(name, _)| matches!(name.as_str(), "node.k8s.io" | "*"));
    let is_write = items("verbs").iter().any(|(verb, _)| {
        matches!(
            verb.as_str(),
            "create" | "update" | "patch" | "delete" | "deletecollection" | "*"
        )
    });
    let resource = items("resources")
        .into_iter()
        .find(|(name, _)| name == "runtimeclasses");
    resource
        .filter(|_| is_group && is_write)
        .map(|(_, node)| node)
}
