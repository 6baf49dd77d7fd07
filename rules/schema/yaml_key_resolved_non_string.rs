use super::quote;
use podwright_rule::finding::Applicability;
use podwright_rule::{RuleContext, declare_rule};
use podwright_schema::{Problem, ProblemKind};

declare_rule! {
    name: "yaml-key-resolved-non-string",
    summary: "unquoted key is converted to a different string",
    severity: Warning,
    since: "0.1.0",
    hooks: { problem: check },
}

fn check(problem: &Problem<'_>, cx: &mut RuleContext<'_>) {
    let ProblemKind::KeyNotText(becomes) = &problem.kind else {
        return;
    };
    let written = cx.tree().raw(problem.node).to_owned();
    let fix = quote(problem.node, Applicability::Unsafe, cx);
    cx.report(
        problem.node,
        format!("unquoted key `{written}` becomes `{becomes}`"),
    )
    .note("YAML reads the key as a boolean or a number, and kubectl converts that to a string")
    .help(format!("quote the key: `\"{written}\"`"))
    .fix(fix);
}
