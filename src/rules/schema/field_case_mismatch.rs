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
        summary: "a field is written in other letters, large or small",
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
        let finding = cx.report(problem.node, format!("`{name}` is written `{right}`"));
        finding
            .note(
                "the names of fields are case sensitive: kubectl refuses the object with `strict decoding error: unknown \
                 field`, and clients that do not ask for that have the field dropped without a word",
            )
            .help(format!("write `{right}`"));
        finding.fixes.extend(fix);
    }
}
