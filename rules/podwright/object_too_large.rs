use podwright_rule::{RuleContext, declare_rule};
use podwright_schema::{Bound, Problem, ProblemKind};
use podwright_syntax::NodeId;

declare_rule! {
    name: "object-too-large",
    summary: "object is too large for podwright to check all of it",
    severity: Warning,
    since: "0.1.0",
    hooks: { problem: check },
}

/// Reports a list in lists whose items are not read.
pub(crate) fn nested_lists(node: NodeId, most: usize, cx: &mut RuleContext<'_>) {
    cx.as_rule(&RULE)
        .report_missing(node, format!("list is nested in more than {most} lists"))
        .note("podwright did not check its items")
        .help("move the items to the outer list");
}

fn check(problem: &Problem<'_>, cx: &mut RuleContext<'_>) {
    let ProblemKind::Unchecked(bound) = &problem.kind else {
        return;
    };
    let mut note = "podwright did not check the rest of the object against the schema of its kind";
    let (message, help) = match bound {
        Bound::Values(most) => (
            format!("object has too many values; podwright checks at most {most}"),
            "split the object",
        ),
        Bound::Depth(most) => (
            format!("object is nested too deep; podwright checks at most {most} levels"),
            "reduce the nesting, or that of the schema of its kind",
        ),
        Bound::Comparisons(most) => (
            format!("values have too many alternatives; podwright compares at most {most}"),
            "use fewer items in lists, or fewer schemas in `anyOf` and `oneOf`",
        ),
        Bound::Pattern(most) => {
            note =
                "podwright did not compare values with the `pattern` in the schema of their kind";
            let most = most >> 20;
            (
                format!("a pattern for the object needs more than {most} MiB of memory"),
                "use smaller repetition counts in the `pattern`",
            )
        }
    };
    cx.report_missing(problem.node, message)
        .note(note)
        .help(help);
}
