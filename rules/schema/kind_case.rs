use podwright_rule::finding::Applicability;
use podwright_rule::{RuleContext, declare_rule};
use podwright_schema::{Problem, ProblemKind};

declare_rule! {
    name: "kind-case",
    summary: "kind or API version has the wrong case",
    severity: Error,
    since: "0.1.0",
    hooks: { problem: check },
}

fn check(problem: &Problem<'_>, cx: &mut RuleContext<'_>) {
    let ProblemKind::KindCase(right) = &problem.kind else {
        return;
    };
    let fix = cx.replace(problem.node, right, Applicability::Safe);
    let is_anchored = cx.tree().is_anchored(problem.node);
    let written = cx.tree().value(problem.node).into_owned();
    cx.report(
        problem.node,
        format!("`{written}` must be written `{right}`"),
    )
    .note("`kind` and `apiVersion` are case-sensitive: kubectl fails with `no matches for kind`")
    .help(format!("use `{right}`"))
    .fix(Some(fix).filter(|_| !is_anchored));
}
