use super::raw;
use podwright_rule::finding::Applicability;
use podwright_rule::{RuleContext, declare_rule};
use podwright_schema::Problem;
use podwright_syntax::{NodeKind, Scalar};

declare_rule! {
    name: "wrong-shape-image-pull-secrets",
    summary: "imagePullSecrets has the wrong structure",
    severity: Error,
    since: "0.1.0",
    hooks: { problem: check },
}

fn check(problem: &Problem<'_>, cx: &mut RuleContext<'_>) {
    if !problem.is_shape_of_pull_secrets() {
        return;
    }
    let name = match cx.tree().scalar(problem.node) {
        Scalar::Str(name) if problem.is_inner => Some(name.into_owned()),
        _ => None,
    };
    let fix = name
        .as_deref()
        .filter(|_| cx.tree().kind(problem.node) == NodeKind::Plain)
        .and_then(|name| {
            raw(
                problem.node,
                &format!("name: {name}"),
                Applicability::Safe,
                cx,
            )
        });
    let message = if problem.is_inner {
        "an item of `imagePullSecrets` must be a mapping with a `name`"
    } else {
        "`imagePullSecrets` must be a list"
    };
    match &name {
        Some(_) => cx.report(problem.node, message),
        None => cx.report_missing(problem.node, message),
    }
    .note("the API server cannot decode the object and rejects it (400, `cannot unmarshal`)")
    .help(match &name {
        Some(name) => format!("use `- name: {name}`"),
        None => "use a list of items with a `name`".to_owned(),
    })
    .fix(fix);
}
