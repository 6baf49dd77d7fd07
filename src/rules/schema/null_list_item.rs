use crate::finding::{Level, Safety};
use crate::rule::{Check, Cx, Meta, Rule};
use crate::schema::{Problem, ProblemKind};

/// Options of `null-list-item`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct NullListItem {}

impl Rule for NullListItem {
    const META: Meta = Meta {
        name: "null-list-item",
        chapter: "schema",
        summary: "list item is null",
        page: include_str!("../../../rules/schema/null-list-item.md"),
        level: Level::Warning,
        since: "0.1.0",
    };
}

impl Check for NullListItem {
    fn problem(&self, problem: &Problem<'_>, cx: &mut Cx<'_>) {
        let ProblemKind::NullItem { list } = problem.kind else {
            return;
        };
        let field = problem.field;
        // Reported by `image-pull-secret-empty-name`.
        if field == "imagePullSecrets" {
            return;
        }
        let fix = cx.remove_item(list, problem.node, Safety::Unsafe);
        let finding = cx.report(problem.node, format!("an item of `{field}` is null"));
        finding
            .note("the API server turns null into an item without fields and validates that item")
            .help("remove the item");
        finding.fixes.extend(fix);
    }
}
