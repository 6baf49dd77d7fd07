//! Rules for what roles allow, and to whom.

pub(crate) mod rbac_cluster_admin_binding;
pub(crate) mod rbac_escalation;
pub(crate) mod rbac_exec_attach;
pub(crate) mod rbac_secrets_access;
pub(crate) mod rbac_wildcard;
pub(crate) mod role_binding_target_missing;
pub(crate) mod unknown_names;

use podwright_cluster::rbac::{PolicyRule, Reach, reach, rules};
use podwright_model::Object;
use podwright_rule::RuleContext;

/// Rules of the current role, and where it applies.
fn granted<'a>(object: &Object, cx: &RuleContext<'a>) -> Vec<(PolicyRule<'a>, Reach)> {
    let Some((id, _)) = cx.object.filter(|_| !cx.is_partial()) else {
        return Vec::new();
    };
    let rules: Vec<PolicyRule<'_>> = rules(cx.tree(), object).collect();
    if rules.is_empty() {
        return Vec::new();
    }
    let reach = reach(cx.workspace, id);
    rules.into_iter().map(|rule| (rule, reach)).collect()
}

/// Where a role applies, for a note.
const fn applies(reach: Reach) -> &'static str {
    match reach {
        Reach::Unbound => "no binding of the input refers to the role",
        Reach::Namespace => "a RoleBinding grants it in a namespace",
        Reach::Cluster => "a ClusterRoleBinding grants it in all namespaces",
    }
}
