use super::{kind, range, replacement, successor};
use crate::finding::{Edit, Fix, Level, Safety};
use crate::rule::{Check, Cx, Meta, Rule};
use crate::schema::{Change, Problem, ProblemKind};
use crate::syntax::{Kind, NodeId};
use crate::text::{Place, Span};

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
        let help = if has_handler_in_spec(cx) {
            format!(
                "{help}: what is in `spec` stands beside `metadata` there, and `runtimeHandler` is `handler`"
            )
        } else {
            help
        };
        let fix =
            replacement(change, problem.node, cx).or_else(|| handler_moved_up(problem.node, cx));
        let asked = range(cx.versions);
        let finding = cx.report(problem.node, message);
        finding
            .label(format!("the manifests are for {asked}"))
            .note("kubectl says `no matches for kind`")
            .help(help);
        finding.fixes.extend(fix);
    }
}

/// Whether the object is a RuntimeClass of `v1alpha1`, the only version with a `spec`.
fn has_handler_in_spec(cx: &Cx<'_>) -> bool {
    cx.object.is_some_and(|(_, object)| {
        let version = object.api_version.text();
        version == Some("node.k8s.io/v1alpha1") && object.is("node.k8s.io", "RuntimeClass")
    })
}

/// The fix that makes a RuntimeClass of `v1` from one of `v1alpha1` that has a handler and nothing else:
/// `spec.runtimeHandler` has become `handler`.
fn handler_moved_up(version: NodeId, cx: &Cx<'_>) -> Option<Fix> {
    let tree = cx.tree();
    let (_, object) = cx.object.filter(|_| has_handler_in_spec(cx))?;
    let spec = tree.get(object.node, "spec")?;
    let mut entries = tree.entries(spec.value);
    let handler = entries
        .next()
        .filter(|entry| tree.key_text(entry.key) == "runtimeHandler")?;
    let (from, to) = (tree.span(spec.key), tree.span(handler.key));
    let between = tree.slice(Span::new(from.end, to.start));
    let is_alone = entries.next().is_none() && tree.kind(spec.value) == Kind::Mapping;
    let end = tree.span(handler.value).end;
    let span = Span::new(from.start, end);
    let place = Place {
        file: cx.file_id,
        span,
    };
    (is_alone && !tree.is_anchored(version) && between.trim() == ":").then(|| Fix {
        title: "Write it as `node.k8s.io/v1`".to_owned(),
        safety: Safety::Safe,
        edits: vec![
            Edit {
                place: cx.place(version),
                content: "node.k8s.io/v1".to_owned(),
            },
            Edit {
                place,
                content: format!("handler{}", tree.slice(Span::new(to.end, end))),
            },
        ],
    })
}
