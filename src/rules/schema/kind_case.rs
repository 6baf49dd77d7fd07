use crate::finding::{Level, Safety};
use crate::rule::{Check, Cx, Meta, Rule};
use crate::schema::{Problem, ProblemKind};

/// Options of `kind-case`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct KindCase {}

impl Rule for KindCase {
    const META: Meta = Meta {
        name: "kind-case",
        chapter: "schema",
        summary: "kind or API version has the wrong case",
        page: include_str!("../../../rules/schema/kind-case.md"),
        level: Level::Error,
        since: "0.1.0",
    };
}

impl Check for KindCase {
    fn problem(&self, problem: &Problem<'_>, cx: &mut Cx<'_>) {
        let ProblemKind::KindCase(right) = &problem.kind else {
            return;
        };
        let fix = cx.replace(problem.node, right, Safety::Safe);
        let is_anchored = cx.tree().is_anchored(problem.node);
        let written = cx.tree().value(problem.node).into_owned();
        let finding = cx.report(
            problem.node,
            format!("`{written}` must be written `{right}`"),
        );
        finding
            .note("`kind` and `apiVersion` are case-sensitive: kubectl fails with `no matches for kind`")
            .help(format!("use `{right}`"));
        finding.fixes.extend(Some(fix).filter(|_| !is_anchored));
    }
}
