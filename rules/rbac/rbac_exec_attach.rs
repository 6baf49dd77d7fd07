use super::{applies, granted};
use podwright_model::Object;
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "rbac-exec-attach",
    summary: "role allows to run commands in Pods",
    severity: Info,
    since: "0.1.0",
    profile: Security,
    hooks: { object: check },
}

/// Subresources of Pods, with the verbs that use them. WebSockets need only `get`.
const SUBRESOURCES: [(&str, &[&str]); 4] = [
    ("pods/exec", &["create", "get"]),
    ("pods/attach", &["create", "get"]),
    ("pods/portforward", &["create", "get"]),
    ("pods/ephemeralcontainers", &["update", "patch"]),
];

fn check(object: &Object, cx: &mut RuleContext<'_>) {
    for (rule, reach) in granted(object, cx) {
        for (resource, verbs) in SUBRESOURCES {
            let field = rule.item("resources", resource);
            let Some(field) = field.filter(|_| rule.is_for("") && !rule.is_limited()) else {
                continue;
            };
            if rule.any("verbs", verbs).is_none() {
                continue;
            }
            cx.report_value(field, format!("role allows to use `{resource}`"))
                .note(format!(
                    "its owner acts as the programs in the Pods, with their tokens and network; {}",
                    applies(reach)
                ))
                .help("grant it only to people, and only in the namespaces that they debug");
        }
    }
}
