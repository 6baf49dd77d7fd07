use super::subject;
use crate::finding::Level;
use crate::rule::{Check, Cx, Meta, Rule};
use crate::schema::{Problem, ProblemKind};

/// Options of `number-out-of-range`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct NumberOutOfRange {}

impl Rule for NumberOutOfRange {
    const META: Meta = Meta {
        name: "number-out-of-range",
        chapter: "schema",
        summary: "a number is not between the limits of its field",
        page: include_str!("../../../rules/schema/number-out-of-range.md"),
        level: Level::Error,
        since: "0.1.0",
    };
}

impl Check for NumberOutOfRange {
    fn problem(&self, problem: &Problem<'_>, cx: &mut Cx<'_>) {
        let ProblemKind::OutOfRange(low, high) = problem.kind else {
            return;
        };
        let limits = match (low, high) {
            (0, i64::MAX) => "is not below 0".to_owned(),
            (low, i64::MAX) => format!("is at least {low}"),
            (low, high) => format!("is between {low} and {high}"),
        };
        let is_mode = problem.field.to_ascii_lowercase().ends_with("mode");
        let help = if is_mode {
            "write the mode of a file with a 0 before it: `0644`".to_owned()
        } else {
            "write such a number".to_owned()
        };
        let what = subject(problem, cx);
        cx.report(problem.node, format!("{what} {limits}"))
            .note("the API server refuses the object with 422 `Invalid value`")
            .help(help);
    }
}
