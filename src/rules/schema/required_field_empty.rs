use crate::finding::Level;
use crate::rule::{Check, Cx, Meta, Rule};
use crate::schema::{Problem, ProblemKind};

/// Options of `required-field-empty`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct RequiredFieldEmpty {}

impl Rule for RequiredFieldEmpty {
    const META: Meta = Meta {
        name: "required-field-empty",
        chapter: "schema",
        summary: "required field is empty",
        page: include_str!("../../../rules/schema/required-field-empty.md"),
        level: Level::Error,
        since: "0.1.0",
    };
}

impl Check for RequiredFieldEmpty {
    fn problem(&self, problem: &Problem<'_>, cx: &mut Cx<'_>) {
        if problem.kind != ProblemKind::Empty {
            return;
        }
        let field = problem.field;
        // A patch may set it.
        let level = if cx.workspace.is_built_by_kustomize(cx.file_id) {
            Level::Warning
        } else {
            Level::Error
        };
        cx.report(problem.node, format!("required field `{field}` is empty"))
            .at_most(level)
            .note(format!(
                "the API server treats an empty string as missing and rejects the object (422, `{field}: Required value`)"
            ))
            .help(format!("set a value for `{field}`"));
    }
}
