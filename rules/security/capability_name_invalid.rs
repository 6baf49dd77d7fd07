use super::context;
use podwright_cluster::capability;
use podwright_model::Container;
use podwright_rule::{Applicability, RuleContext, declare_rules, use_name};
use podwright_schema::Value;

declare_rules! {
    hooks: { container: check },
    CAPABILITY_NAME_INVALID {
        name: "capability-name-invalid",
        summary: "name is not that of a capability",
        severity: Warning,
        since: "0.1.0",
    }
    CAPABILITY_NAME_CASE {
        name: "capability-name-case",
        summary: "name of a capability is not in upper case",
        severity: Info,
        since: "0.1.0",
        profile: Security,
    }
}

fn check(container: &Container, cx: &mut RuleContext<'_>) {
    let Some(context) = context(container, cx).filter(|context| !context.is_on_windows()) else {
        return;
    };
    for list in ["add", "drop"] {
        for field in context.own("capabilities").get(list).items() {
            name(list, field, cx);
        }
    }
}

fn name(list: &str, field: Value<'_>, cx: &mut RuleContext<'_>) {
    let Some(written) = field.text().filter(|name| !name.is_empty()) else {
        return;
    };
    let meant = capability::normalized(&written);
    if written == meant && capability::is_known(&meant) {
        return;
    }
    let has_prefix = written.to_ascii_uppercase().starts_with("CAP_");
    let known = match capability::is_known(&meant) {
        true => Some(cx.suggest(field.node, &meant, Applicability::Unsafe)),
        false => cx.nearest(field.node, &meant, capability::NAMES),
    };
    let (rule, message, note) = if has_prefix {
        (
            &CAPABILITY_NAME_INVALID,
            format!("capability `{written}` has the prefix `CAP_`"),
            format!(
                "containerd adds the prefix again: depending on the release of runc, the container does not start or \
                 the entry of `{list}` has no effect"
            ),
        )
    } else if capability::is_known(&meant) {
        (
            &CAPABILITY_NAME_CASE,
            format!("capability `{written}` is not in upper case"),
            "runtimes accept it, but Pod Security compares the exact name".to_owned(),
        )
    } else {
        (
            &CAPABILITY_NAME_INVALID,
            format!("`{written}` is not a capability"),
            format!(
                "depending on the release of runc, the container does not start or the entry of `{list}` has no effect"
            ),
        )
    };
    cx.as_rule(rule)
        .report_value(field, message)
        .note(note)
        .meant(
            known,
            use_name,
            "use a name of `capabilities(7)` without `CAP_`",
        );
}
