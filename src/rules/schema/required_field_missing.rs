use crate::finding::Level;
use crate::rule::{Check, Cx, Meta, Rule};
use crate::schema::{Problem, ProblemKind};

/// Options of `required-field-missing`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct RequiredFieldMissing {}

impl Rule for RequiredFieldMissing {
    const META: Meta = Meta {
        name: "required-field-missing",
        chapter: "schema",
        summary: "required field is missing",
        page: include_str!("../../../rules/schema/required-field-missing.md"),
        level: Level::Error,
        since: "0.1.0",
    };
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
