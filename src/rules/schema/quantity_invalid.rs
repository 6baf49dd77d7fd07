use super::subject;
use crate::finding::Level;
use crate::rule::{Check, Cx, Meta, Rule};
use crate::schema::{Problem, ProblemKind};

/// Options of `quantity-invalid`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct QuantityInvalid {}

impl Rule for QuantityInvalid {
    const META: Meta = Meta {
        name: "quantity-invalid",
        chapter: "schema",
        summary: "invalid quantity",
        page: include_str!("../../../rules/schema/quantity-invalid.md"),
        level: Level::Error,
        since: "0.1.0",
    };
}

impl Check for QuantityInvalid {
    fn problem(&self, problem: &Problem<'_>, cx: &mut Cx<'_>) {
        let what = subject(problem, cx);
        if problem.kind == ProblemKind::Negative {
            cx.report(problem.node, format!("{what} must not be negative"))
                .note(
                    "the API server rejects the object (422, `must be greater than or equal to 0`)",
                )
                .help("use a quantity of 0 or more");
        }
        if problem.kind != ProblemKind::NotQuantity {
            return;
        }
        cx.report(problem.node, format!("{what} is not a valid quantity"))
            .note("the API server cannot decode the object: `quantities must match the regular expression`")
            .help("use a number with an optional suffix and no space: `500m`, `2`, `1Gi`");
    }
}
