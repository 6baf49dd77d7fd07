use super::subject;
use podwright_rule::{RuleContext, declare_rule};
use podwright_schema::{Problem, ProblemKind};

declare_rule! {
    name: "quantity-invalid",
    summary: "invalid quantity",
    severity: Error,
    since: "0.1.0",
    hooks: { problem: check },
}

fn check(problem: &Problem<'_>, cx: &mut RuleContext<'_>) {
    let what = subject(problem, cx);
    if problem.kind == ProblemKind::Negative {
        cx.report(problem.node, format!("{what} must not be negative"))
            .note("the API server rejects the object (422, `must be greater than or equal to 0`)")
            .help("use a quantity of 0 or more");
    }
    if problem.kind != ProblemKind::NotQuantity {
        return;
    }
    cx.report(problem.node, format!("{what} is not a valid quantity"))
        .note("the API server cannot decode the object: `quantities must match the regular expression`")
        .help("use a number with an optional suffix and no space: `500m`, `2`, `1Gi`");
}
