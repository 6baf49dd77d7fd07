use super::rename;
use podwright_rule::finding::Applicability;
use podwright_rule::{RuleContext, declare_rule};
use podwright_schema::{Problem, ProblemKind};

declare_rule! {
    name: "field-case-mismatch",
    summary: "field name has the wrong case",
    severity: Error,
    since: "0.1.0",
    hooks: { problem: check },
}

fn check(problem: &Problem<'_>, cx: &mut RuleContext<'_>) {
    let ProblemKind::FieldCase {
        mapping,
        name,
        right,
    } = &problem.kind
    else {
        return;
    };
    let fix = rename(*mapping, problem.node, right, Applicability::Safe, cx);
    cx.report(
        problem.node,
        format!("field `{name}` must be written `{right}`"),
    )
        .note(
            "field names are case-sensitive; kubectl requests strict validation, so the API server rejects the object \
             with `strict decoding error: unknown field`; for other clients it silently drops the field",
        )
        .help(format!("use `{right}`")).fix(fix);
}
