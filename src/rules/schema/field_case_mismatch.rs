use super::rename;
use crate::finding::{Level, Safety};
use crate::rule::{Check, Cx, Meta, Rule};
use crate::schema::{Problem, ProblemKind};

/// Options of `field-case-mismatch`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct FieldCaseMismatch {}

impl Rule for FieldCaseMismatch {
    const META: Meta = Meta {
        name: "field-case-mismatch",
        chapter: "schema",
        summary: "field name has the wrong case",
        page: include_str!("../../../rules/schema/field-case-mismatch.md"),
        level: Level::Error,
        since: "0.1.0",
    };
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
