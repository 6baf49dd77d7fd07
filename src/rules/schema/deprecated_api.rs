use super::{kind, replacement, successor};
use crate::finding::Level;
use crate::rule::{Check, Cx, Meta, Rule};
use crate::schema::{Change, Problem, ProblemKind};

/// Options of `deprecated-api`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct DeprecatedApi {}

impl Rule for DeprecatedApi {
    const META: Meta = Meta {
        name: "deprecated-api",
        chapter: "schema",
        summary: "deprecated API version",
        page: include_str!("../../../rules/schema/deprecated-api.md"),
        level: Level::Warning,
        since: "0.1.0",
    };
}

impl Check for DeprecatedApi {
    fn problem(&self, problem: &Problem<'_>, cx: &mut Cx<'_>) {
        let ProblemKind::Api(change) = &problem.kind else {
            return;
        };
        let Change::Deprecated(since, removed) = change.change else {
            return;
        };
        let kind = kind(cx);
        let message = match since {
            Some(since) => {
                format!("this API version of {kind} is deprecated since Kubernetes {since}")
            }
            None => format!("this API version of {kind} is removed in a later release"),
        };
        let note = match removed {
            Some(removed) => format!("Kubernetes {removed} no longer serves it"),
            None => {
                "the API server returns a warning; no release is scheduled to remove it".to_owned()
            }
        };
        let fix = replacement(change, problem.node, cx);
        let finding = cx.report(problem.node, message);
        finding
            .note(note)
            .help(successor(change.replacement.as_deref()));
        finding.fixes.extend(fix);
    }
}
