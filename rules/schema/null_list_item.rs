use podwright_rule::finding::Applicability;
use podwright_rule::{RuleContext, declare_rule};
use podwright_schema::{Problem, ProblemKind};

declare_rule! {
    name: "null-list-item",
    summary: "list item is null",
    severity: Warning,
    since: "0.1.0",
    hooks: { problem: check },
}

fn check(problem: &Problem<'_>, cx: &mut RuleContext<'_>) {
    let ProblemKind::NullItem { list } = problem.kind else {
        return;
    };
    let field = problem.field;
    // Reported by `image-pull-secret-empty-name`.
    if field == "imagePullSecrets" {
        return;
    }
    let fix = cx.remove_item(list, problem.node, Applicability::Unsafe);
    cx.report(problem.node, format!("an item of `{field}` is null"))
        .note("the API server turns null into an item without fields and validates that item")
        .help("remove the item")
        .fix(fix);
}
