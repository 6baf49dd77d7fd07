use super::{kind, quoted};
use podwright_rule::finding::Severity;
use podwright_rule::{RuleContext, declare_rule};
use podwright_schema::{Problem, ProblemKind};

declare_rule! {
    name: "unknown-kind",
    summary: "unknown kind",
    severity: Warning,
    since: "0.1.0",
    hooks: { problem: check },
}

fn check(problem: &Problem<'_>, cx: &mut RuleContext<'_>) {
    let ProblemKind::UnknownKind { near, is_closed } = &problem.kind else {
        return;
    };
    let kind = kind(cx);
    let level = if *is_closed {
        Severity::Warning
    } else {
        Severity::Info
    };
    let message = if *is_closed {
        format!("unknown kind `{kind}` in this API version")
    } else {
        format!("unknown kind `{kind}`: no CustomResourceDefinition found")
    };
    let help = match &near[..] {
        [] if *is_closed => "use the API version that defines this kind".to_owned(),
        [] => "add the CustomResourceDefinition to the input files, or set `schemas` in the configuration"
            .to_owned(),
        near if near[0].contains('/') || near[0].starts_with('v') => format!("use an API version that defines it: {}", quoted(near)),
        near => format!("use {}", quoted(near)),
    };
    cx.report(problem.node, message)
        .at_most(level)
        .note("podwright does not check the fields of this object")
        .help(help);
}
