use super::{kind, range, replacement, successor};
use crate::finding::Level;
use crate::rule::{Check, Cx, Meta, Rule};
use crate::schema::{Change, Problem, ProblemKind};

/// Options of `removed-api`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct RemovedApi {}

impl Rule for RemovedApi {
    const META: Meta = Meta {
        name: "removed-api",
        chapter: "schema",
        summary: "the cluster does not serve the kind in this API version",
        page: include_str!("../../../rules/schema/removed-api.md"),
        level: Level::Error,
        since: "0.1.0",
    };
}

impl Check for RemovedApi {
    fn problem(&self, problem: &Problem<'_>, cx: &mut Cx<'_>) {
        let ProblemKind::Api(change) = &problem.kind else {
            return;
        };
        let kind = kind(cx);
        let (message, help) = match change.change {
            Change::Removed(removed) => (
                format!("Kubernetes {removed} and later have no {kind} in this API version"),
                successor(change.replacement.as_deref()),
            ),
            Change::Since(since) => (
                format!("Kubernetes has {kind} in this API version since {since}"),
                match change.replacement.as_deref() {
                    None => "no API version of it is served by all of them".to_owned(),
                    other => successor(other),
                },
            ),
            Change::Deprecated(..) => return,
        };
        let fix = replacement(change, problem.node, cx);
        let asked = range(cx.versions);
        let finding = cx.report(problem.node, message);
        finding
            .label(format!("the manifests are for {asked}"))
            .note("kubectl says `no matches for kind`")
            .help(help);
        finding.fixes.extend(fix);
    }
}
