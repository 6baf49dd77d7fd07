use super::{kind, replacement, successor};
use podwright_rule::{RuleContext, declare_rule};
use podwright_schema::{Change, Problem, ProblemKind};

declare_rule! {
    name: "deprecated-api",
    summary: "deprecated API version",
    severity: Warning,
    since: "0.1.0",
    hooks: { problem: check },
}

fn check(problem: &Problem<'_>, cx: &mut RuleContext<'_>) {
    let ProblemKind::Api(change) = &problem.kind else {
        return;
    };
    let Change::Deprecated(since, removed) = change.change else {
        return;
    };
    let kind = kind(cx);
    let message = match since {
        Some(since) => {
            format!("this API version of {kind} is deprecated since Kubernetes {since}")
        }
        None => format!("this API version of {kind} is removed in a later release"),
    };
    let note = match removed {
        Some(removed) => format!("Kubernetes {removed} no longer serves it"),
        None => "the API server returns a warning; no release is scheduled to remove it".to_owned(),
    };
    let fix = replacement(change, problem.node, cx);
    cx.report(problem.node, message)
        .note(note)
        .help(successor(change.replacement.as_deref()))
        .fix(fix);
}
