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
        summary: "a text is empty that the API server asks for",
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
        // A patch may bring it.
        let level = if cx.workspace.is_built_by_kustomize(cx.file_id) {
            Level::Warning
        } else {
            Level::Error
        };
        cx.report(problem.node, format!("`{field}` is empty"))
            .at_most(level)
            .note(format!(
                "empty is as if it were not there: the API server refuses the object with 422 `{field}: Required value`"
            ))
            .help(format!("write a value for `{field}`"));
    }
}
