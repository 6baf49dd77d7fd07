use podwright_rule::finding::Severity;
use podwright_rule::{RuleContext, declare_rule};
use podwright_schema::{Problem, ProblemKind};

declare_rule! {
    name: "required-field-empty",
    summary: "required field is empty",
    severity: Error,
    since: "0.1.0",
    hooks: { problem: check },
}

fn check(problem: &Problem<'_>, cx: &mut RuleContext<'_>) {
    if problem.kind != ProblemKind::Empty {
        return;
    }
    let field = problem.field;
    // A patch may set it.
    let level = if cx.workspace.is_built_by_kustomize(cx.file_id) {
        Severity::Warning
    } else {
        Severity::Error
    };
    cx.report(problem.node, format!("required field `{field}` is empty"))
        .at_most(level)
        .note(format!(
            "the API server treats an empty string as missing and rejects the object (422, `{field}: Required value`)"
        ))
        .help(format!("set a value for `{field}`"));
}
