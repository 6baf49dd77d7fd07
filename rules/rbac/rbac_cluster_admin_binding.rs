use podwright_cluster::rbac::GROUP;
use podwright_model::Object;
use podwright_rule::{RuleContext, Severity, declare_rule};
use podwright_schema::Value;

declare_rule! {
    name: "rbac-cluster-admin-binding",
    summary: "binding grants all rights",
    severity: Warning,
    since: "0.1.0",
    profile: Security,
    hooks: { object: check },
}

/// Groups that contain everybody, or all ServiceAccounts.
const EVERYBODY: [&str; 4] = [
    "system:anonymous",
    "system:unauthenticated",
    "system:authenticated",
    "system:serviceaccounts",
];

fn check(object: &Object, cx: &mut RuleContext<'_>) {
    let is_cluster = object.is(GROUP, "ClusterRoleBinding");
    if !(is_cluster || object.is(GROUP, "RoleBinding")) || cx.is_partial() {
        return;
    }
    let binding = Value::new(cx.tree(), object.node);
    let role = binding.get("roleRef");
    if !role.get("name").is("cluster-admin") || !role.get("kind").is("ClusterRole") {
        return;
    }
    let subjects: Vec<Value<'_>> = binding.get("subjects").items().collect();
    let is_masters = |subject: &Value<'_>| {
        subject.get("kind").is("Group") && subject.get("name").is("system:masters")
    };
    // The members of that group have all rights anyway, and Kubernetes has such a binding itself.
    if !subjects.is_empty() && subjects.iter().all(is_masters) {
        return;
    }
    let everybody = subjects.iter().find_map(|subject| {
        let name = subject.get("name");
        EVERYBODY.into_iter().find(|group| name.is(group))
    });
    let (level, message) = match is_cluster {
        true => (
            Severity::Warning,
            "binding grants all rights in the cluster",
        ),
        false => (Severity::Info, "binding grants all rights in its namespace"),
    };
    let finding = cx.report_value(role.get("name"), message);
    match everybody {
        Some(group) => finding.note(format!("`{group}` contains nearly everybody")),
        None => finding.at_most(level),
    };
    finding
        .note("who gets control of one of the subjects gets these rights")
        .help("bind a role with what the subjects need");
}
