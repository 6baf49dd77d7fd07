use super::{applies, granted};
use podwright_cluster::rbac::{ALL, Reach};
use podwright_model::Object;
use podwright_rule::{RuleContext, Severity, declare_rule};

declare_rule! {
    name: "rbac-wildcard",
    summary: "role allows everything of a kind",
    severity: Warning,
    since: "0.1.0",
    profile: Security,
    hooks: { object: check },
}

fn check(object: &Object, cx: &mut RuleContext<'_>) {
    for (rule, reach) in granted(object, cx) {
        let of = |list| rule.item(list, ALL);
        let (verbs, resources, groups) = (of("verbs"), of("resources"), of("apiGroups"));
        let Some(field) = resources.or(verbs).or(groups) else {
            continue;
        };
        let is_all = verbs.is_some() && resources.is_some() && groups.is_some();
        let message = match (verbs, resources) {
            _ if is_all => "role allows everything",
            (Some(_), Some(_)) => "role allows everything in these API groups",
            (Some(_), None) => "role allows all verbs",
            (None, Some(_)) => "role applies to all resources",
            (None, None) => "role applies to all API groups",
        };
        let level = match is_all && reach > Reach::Unbound {
            true => Severity::Warning,
            false => Severity::Info,
        };
        cx.report_value(field, message)
            .at_most(level)
            .note(format!(
                "`*` also stands for resources and verbs that are added later; {}",
                applies(reach)
            ))
            .help("list what the program needs");
    }
}
