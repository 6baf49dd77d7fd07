use super::rename;
use podwright_rule::finding::Safety;
use podwright_rule::{Check, Cx, declare_rule};
use podwright_schema::{Problem, ProblemKind};

declare_rule! {
    FieldCaseMismatch {
        name: "field-case-mismatch",
        summary: "field name has the wrong case",
        severity: Error,
        since: "0.1.0",
    }
}

impl Check for FieldCaseMismatch {
    fn problem(&self, problem: &Problem<'_>, cx: &mut Cx<'_>) {
        let ProblemKind::FieldCase {
            mapping,
            name,
            right,
        } = &problem.kind
        else {
            return;
        };
        let fix = rename(*mapping, problem.node, right, Safety::Safe, cx);
        let finding = cx.report(
            problem.node,
            format!("field `{name}` must be written `{right}`"),
        );
        finding
            .note(
                "field names are case-sensitive; kubectl requests strict validation, so the API server rejects the object \
                 with `strict decoding error: unknown field`; for other clients it silently drops the field",
            )
            .help(format!("use `{right}`"));
        finding.fixes.extend(fix);
    }
}
