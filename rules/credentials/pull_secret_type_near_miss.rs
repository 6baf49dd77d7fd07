use podwright_model::{Secret, TYPE_DOCKER_CONFIG_JSON};
use podwright_rule::{Applicability, RuleContext, Severity, declare_rule};

declare_rule! {
    name: "pull-secret-type-near-miss",
    summary: "misspelled image pull secret type",
    severity: Error,
    since: "0.1.0",
    hooks: { secret: check },
}

fn check(secret: &Secret, cx: &mut RuleContext<'_>) {
    let (Some((type_, node)), Some(meant)) = (secret.type_.known(), secret.type_near_miss()) else {
        return;
    };
    if cx.is_partial() {
        return;
    }
    // Without the key, the Secret may belong to another tool that defines this type.
    let holds_it =
        secret.find(".dockerconfigjson").is_some() || secret.find(".dockercfg").is_some();
    let is_case_alone = type_.eq_ignore_ascii_case(meant);
    let level = if holds_it || is_case_alone {
        Severity::Error
    } else {
        Severity::Warning
    };
    let fix = (!cx.tree().is_anchored(node)).then(|| cx.replace(node, meant, Applicability::Safe));
    let key = if meant == TYPE_DOCKER_CONFIG_JSON {
        ".dockerconfigjson"
    } else {
        ".dockercfg"
    };
    cx.report(node, format!("Secret type `{type_}` is not `{meant}`"))
        .at_most(level)
        .note(format!(
            "the API server treats it as a custom type and does not validate the data; the kubelet reads `{key}` only \
             from Secrets of exactly the type `{meant}` and silently ignores this one"
        ))
        .help(format!(
            "use `{meant}`; if the Secret already exists in the cluster, delete it first: its type cannot be changed"
        )).fix(fix);
}
