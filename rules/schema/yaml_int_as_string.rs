use super::{must_be, raw, subject};
use podwright_rule::finding::Applicability;
use podwright_rule::{RuleContext, declare_rule};
use podwright_schema::{Expected, Found, Problem, ProblemKind};

declare_rule! {
    name: "yaml-int-as-string",
    summary: "quoted integer in an integer field",
    severity: Error,
    since: "0.1.0",
    hooks: { problem: check },
}

fn check(problem: &Problem<'_>, cx: &mut RuleContext<'_>) {
    let ProblemKind::IntAsString(number) = &problem.kind else {
        return;
    };
    let fix = raw(problem.node, number, Applicability::Safe, cx);
    let what = subject(problem, cx);
    let refusal = must_be(problem, Expected::Integer(64), Found::Text, cx);
    cx.report(
        problem.node,
        format!("{what} must be an integer, not a string"),
    )
    .note(refusal.as_deref().unwrap_or(
        "the API server cannot decode the object and rejects it (400, `cannot unmarshal string`)",
    ))
    .help(format!("remove the quotes: `{number}`"))
    .fix(fix);
}
