//! Roles and their bindings: `pkg/apis/rbac/validation/validation.go`. The API table checks verbs, kinds and names.

use super::errors::Errors;
use super::meta::label_selector;
use super::names::{check, path_segment, subdomain};
use super::value::{Value, read};

const GROUP: &str = "rbac.authorization.k8s.io";

/// `ValidateRole` and `ValidateClusterRole`.
pub(super) fn role(object: Value<'_>, is_namespaced: bool, e: &mut Errors) {
    read!(object => rules, aggregation = "aggregationRule");
    for rule in rules.items() {
        policy_rule(rule, is_namespaced, e);
    }
    if !is_namespaced && aggregation.is_set() {
        let selectors = aggregation.get("clusterRoleSelectors");
        if selectors.is_empty() {
            e.required(selectors, "to have at least one selector");
        }
        for selector in selectors.items() {
            label_selector(selector, e);
        }
    }
}

/// `ValidatePolicyRule`.
fn policy_rule(rule: Value<'_>, is_namespaced: bool, e: &mut Errors) {
    if !rule.is_mapping() {
        return;
    }
    read!(rule => verbs, groups = "apiGroups", resources, names = "resourceNames", urls = "nonResourceURLs");
    if verbs.is_set() && verbs.is_empty() {
        e.required(verbs, "to have at least one verb");
    }
    if !urls.is_empty() {
        if is_namespaced {
            e.invalid(
                urls,
                "is allowed only in a ClusterRole",
                "use a ClusterRole and a ClusterRoleBinding",
            );
        }
        if !groups.is_empty() || !resources.is_empty() || !names.is_empty() {
            e.invalid(
                urls,
                "cannot be set beside `apiGroups` and `resources`",
                "use a separate rule for `nonResourceURLs`",
            );
        }
        return;
    }
    if groups.is_empty() {
        e.required(groups, "")
            .help("add `apiGroups`: `[\"\"]` for the core group");
    }
    if resources.is_empty() {
        e.required(resources, "");
    }
}

/// `ValidateRoleBinding` and `ValidateClusterRoleBinding`.
pub(super) fn binding(object: Value<'_>, is_namespaced: bool, e: &mut Errors) {
    read!(object => reference = "roleRef", subjects);
    read!(reference => group = "apiGroup", kind, name);
    // The default of an absent group.
    if group.is_none_of(&["", GROUP]) {
        e.not_supported(group, &[GROUP]);
    }
    if !is_namespaced && kind.is("Role") {
        e.not_supported(kind, &["ClusterRole"]);
    }
    check(
        name,
        path_segment,
        "a path segment",
        "use a name without `/` and `%`",
        e,
    );
    for subject in subjects.items() {
        read!(subject => kind, name, namespace, group = "apiGroup");
        match kind.text().as_deref() {
            Some("ServiceAccount") => {
                if !name.is_empty() {
                    subdomain(name, e);
                }
                if !group.is_empty() {
                    e.not_supported(group, &[""]);
                }
                if !is_namespaced && namespace.is_empty() {
                    e.required(namespace, "for a ServiceAccount");
                }
            }
            Some("User" | "Group") if group.is_none_of(&["", GROUP]) => {
                e.not_supported(group, &[GROUP]);
            }
            _ => {}
        }
    }
}
