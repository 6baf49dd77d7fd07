use super::{applies, granted};
use podwright_cluster::rbac::{PolicyRule, Reach};
use podwright_model::Object;
use podwright_rule::{RuleContext, Severity, declare_rule};
use podwright_schema::Value;

declare_rule! {
    name: "rbac-escalation",
    summary: "role allows to gain more rights",
    severity: Warning,
    since: "0.1.0",
    profile: Security,
    hooks: { object: check },
}

const RBAC: &str = "rbac.authorization.k8s.io";
const ADMISSION: &str = "admissionregistration.k8s.io";

/// API group, resources, verbs, and what its owner can do.
const WAYS: [(&str, &[&str], &[&str], &str); 8] = [
    (
        RBAC,
        &["roles", "clusterroles"],
        &["escalate"],
        "its owner can add any right to a role",
    ),
    (
        RBAC,
        &["roles", "clusterroles"],
        &["bind"],
        "its owner can grant any role to itself",
    ),
    (
        "",
        &["users", "groups", "serviceaccounts"],
        &["impersonate"],
        "its owner can act as other users",
    ),
    (
        "",
        &["nodes/proxy"],
        &["get", "create"],
        "its owner can run commands in all Pods of a node through the kubelet",
    ),
    (
        "",
        &["serviceaccounts/token"],
        &["create"],
        "its owner can get tokens of ServiceAccounts, and act as them",
    ),
    (
        "certificates.k8s.io",
        &["certificatesigningrequests/approval"],
        &["update", "patch"],
        "with `approve` for a signer, its owner can get certificates for other users",
    ),
    (
        ADMISSION,
        &[
            "mutatingwebhookconfigurations",
            "validatingwebhookconfigurations",
        ],
        &["create", "update", "patch"],
        "its owner can read and change every request to the API server",
    ),
    (
        "",
        &["services/status"],
        &["update", "patch"],
        "its owner can redirect traffic to external addresses of a Service (CVE-2020-8554)",
    ),
];

fn check(object: &Object, cx: &mut RuleContext<'_>) {
    for (rule, reach) in granted(object, cx) {
        for (group, resources, verbs, note) in WAYS {
            let Some((field, resource, verb)) = grant(rule, group, resources, verbs) else {
                continue;
            };
            let level = match reach {
                Reach::Cluster => Severity::Warning,
                Reach::Namespace | Reach::Unbound => Severity::Info,
            };
            cx.report_value(field, format!("role allows `{verb}` for `{resource}`"))
                .at_most(level)
                .note(format!("{note}; {}", applies(reach)))
                .help("remove it, or limit it with `resourceNames`");
        }
    }
}

/// The resource and the verb that a rule names explicitly. `rbac-wildcard` reports the others.
fn grant<'a>(
    rule: PolicyRule<'a>,
    group: &str,
    resources: &[&'static str],
    verbs: &[&'static str],
) -> Option<(Value<'a>, &'static str, &'static str)> {
    if !rule.is_for(group) || rule.is_limited() {
        return None;
    }
    let named = |list, names: &[&'static str]| {
        let mut names = names.iter();
        names.find_map(|name| Some((rule.item(list, name)?, *name)))
    };
    let (field, resource) = named("resources", resources)?;
    let (_, verb) = named("verbs", verbs)?;
    Some((field, resource, verb))
}
