use podwright_rule::{RuleContext, declare_rule};
use podwright_schema::{Problem, ProblemKind, RequirementFault};

declare_rule! {
    name: "selector-requirement-values",
    summary: "selector requirement has the wrong number of values for its operator",
    severity: Error,
    since: "0.1.0",
    hooks: { problem: check },
}

fn check(problem: &Problem<'_>, cx: &mut RuleContext<'_>) {
    let ProblemKind::Requirement(fault) = problem.kind else {
        return;
    };
    let (message, note, help) = match fault {
        RequirementFault::None => (
            "`In` and `NotIn` require at least one value",
            "`values: Required value: must be specified when `operator` is 'In' or 'NotIn'`",
            "add `values`, or use `operator: Exists` to match any value",
        ),
        RequirementFault::Some => (
            "`Exists` and `DoesNotExist` do not allow values",
            "`values: Forbidden: may not be specified when `operator` is 'Exists' or 'DoesNotExist'`",
            "remove `values`, or use `operator: In`",
        ),
        RequirementFault::NotOne => (
            "`Gt` and `Lt` require exactly one value",
            "`values: Required value: must be specified single value when `operator` is 'Lt' or 'Gt'`",
            "set `values` to a list with one quoted number",
        ),
    };
    cx.report_missing(problem.node, message)
        .note(format!("the API server rejects the object (422, {note})"))
        .help(help);
}
