use podwright_rule::finding::Level;
use podwright_rule::{Check, Cx, declare_rule};
use podwright_schema::{Problem, ProblemKind};

declare_rule! {
    RequiredFieldMissing {
        name: "required-field-missing",
        summary: "required field is missing",
        severity: Error,
        since: "0.1.0",
    }
}

impl Check for RequiredFieldMissing {
    fn problem(&self, problem: &Problem<'_>, cx: &mut Cx<'_>) {
        let ProblemKind::Missing(name) = problem.kind else {
            return;
        };
        // A webhook may add the field to a custom resource, and a patch may add it to any object.
        let is_certain = !problem.is_custom && !cx.workspace.is_built_by_kustomize(cx.file_id);
        let level = if is_certain {
            Level::Error
        } else {
            Level::Warning
        };
        cx.report_missing(problem.node, format!("required field `{name}` is missing"))
            .at_most(level)
            .note(format!(
                "the API server rejects the object (422, `{name}: Required value`)"
            ))
            .help(format!("add `{name}`"));
    }
}
