use podwright_rule::finding::Severity;
use podwright_rule::{RuleContext, declare_rule};
use podwright_schema::{Problem, ProblemKind};

declare_rule! {
    name: "required-field-missing",
    summary: "required field is missing",
    severity: Error,
    since: "0.1.0",
    hooks: { problem: check },
}

fn check(problem: &Problem<'_>, cx: &mut RuleContext<'_>) {
    let ProblemKind::Missing(name) = problem.kind else {
        return;
    };
    // A webhook may add the field to a custom resource, and a patch may add it to any object.
    let is_certain = !problem.is_custom && !cx.workspace.is_built_by_kustomize(cx.file_id);
    let level = if is_certain {
        Severity::Error
    } else {
        Severity::Warning
    };
    cx.report_missing(problem.node, format!("required field `{name}` is missing"))
        .at_most(level)
        .note(format!(
            "the API server rejects the object (422, `{name}: Required value`)"
        ))
        .help(format!("add `{name}`"));
}
