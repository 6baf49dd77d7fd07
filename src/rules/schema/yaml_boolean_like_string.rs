use super::{must_be, quote, subject};
use crate::finding::{Level, Safety};
use crate::rule::{Check, Cx, Meta, Rule};
use crate::schema::{Expected, Found, Problem, ProblemKind};

/// Options of `yaml-boolean-like-string`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct YamlBooleanLikeString {}

impl Rule for YamlBooleanLikeString {
    const META: Meta = Meta {
        name: "yaml-boolean-like-string",
        chapter: "schema",
        summary: "a word that YAML takes for a truth value stands where a string belongs",
        page: include_str!("../../../rules/schema/yaml-boolean-like-string.md"),
        level: Level::Error,
        since: "0.1.0",
    };
}

impl Check for YamlBooleanLikeString {
    fn problem(&self, problem: &Problem<'_>, cx: &mut Cx<'_>) {
        let ProblemKind::BooleanLike(value) = problem.kind else {
            return;
        };
        let written = cx.tree().raw(problem.node).to_owned();
        let fix = quote(problem.node, Safety::Safe, cx);
        let what = subject(problem, cx);
        let refusal = must_be(problem, Expected::Text, Found::Boolean, cx).unwrap_or_else(|| {
            "the API server refuses the object with 400 `cannot unmarshal bool`".to_owned()
        });
        let finding = cx.report(
            problem.node,
            format!("{what} is a string, and `{written}` is `{value}` in YAML"),
        );
        finding
            .note(format!(
                "Kubernetes reads YAML 1.1, in which `y`, `n`, `yes`, `no`, `on` and `off` are truth values too: {refusal}"
            ))
            .help("put it in quotes");
        finding.fixes.extend(fix);
    }
}
