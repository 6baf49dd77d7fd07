use super::{applies, granted};
use podwright_cluster::rbac::Reach;
use podwright_model::Object;
use podwright_rule::{RuleContext, Severity, declare_rule};

declare_rule! {
    name: "rbac-secrets-access",
    summary: "role allows to read or change Secrets",
    severity: Warning,
    since: "0.1.0",
    profile: Security,
    hooks: { object: check },
}

fn check(object: &Object, cx: &mut RuleContext<'_>) {
    for (rule, reach) in granted(object, cx) {
        let Some(field) = rule
            .item("resources", "secrets")
            .filter(|_| rule.is_for(""))
        else {
            continue;
        };
        if rule.is_limited() {
            continue;
        }
        let reads = rule.any("verbs", &["get", "list", "watch"]).is_some();
        let changes = ["create", "update", "patch", "delete", "deletecollection"];
        if !reads && rule.any("verbs", &changes).is_none() {
            continue;
        }
        let (message, note) = match reads {
            true => (
                "role allows to read all Secrets",
                "Secrets contain tokens of ServiceAccounts and registries, with which its owner can do more",
            ),
            false => (
                "role allows to change all Secrets",
                "its owner can replace credentials and certificates of other programs",
            ),
        };
        let level = match reach {
            Reach::Cluster if reads => Severity::Warning,
            _ => Severity::Info,
        };
        cx.report_value(field, message)
            .at_most(level)
            .note(format!("{note}; {}", applies(reach)))
            .help("list the Secrets that the program needs in `resourceNames`");
    }
}
