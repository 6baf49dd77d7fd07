use super::subject;
use podwright_rule::{RuleContext, declare_rule};
use podwright_schema::{Problem, ProblemKind};

declare_rule! {
    name: "number-out-of-range",
    summary: "number is out of range for its field",
    severity: Error,
    since: "0.1.0",
    hooks: { problem: check },
}

fn check(problem: &Problem<'_>, cx: &mut RuleContext<'_>) {
    let ProblemKind::OutOfRange(low, high) = problem.kind else {
        return;
    };
    let limits = match (low, high) {
        (0, i64::MAX) => "must not be negative".to_owned(),
        (low, i64::MAX) => format!("must be at least {low}"),
        (low, high) => format!("must be between {low} and {high}"),
    };
    let is_mode = problem.field.to_ascii_lowercase().ends_with("mode");
    let help = if is_mode {
        "use an octal file mode with a leading 0: `0644`".to_owned()
    } else {
        "use a number in this range".to_owned()
    };
    let what = subject(problem, cx);
    cx.report(problem.node, format!("{what} {limits}"))
        .note("the API server rejects the object (422, `Invalid value`)")
        .help(help);
}
