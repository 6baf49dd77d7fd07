use super::{kind, range, replacement, successor};
use podwright_rule::finding::{Applicability, Edit, Fix};
use podwright_rule::{RuleContext, declare_rule};
use podwright_schema::{Change, Problem, ProblemKind};
use podwright_syntax::text::{Location, Span};
use podwright_syntax::{NodeId, NodeKind};

declare_rule! {
    name: "removed-api",
    summary: "removed or unavailable API version",
    severity: Error,
    since: "0.1.0",
    hooks: { problem: check },
}

fn check(problem: &Problem<'_>, cx: &mut RuleContext<'_>) {
    let ProblemKind::Api(change) = &problem.kind else {
        return;
    };
    let kind = kind(cx);
    let (message, help) = match change.change {
        Change::Removed(removed) => (
            format!("this API version of {kind} is not served in Kubernetes {removed} and later"),
            successor(change.replacement.as_deref()),
        ),
        Change::Since(since) => (
            format!("this API version of {kind} requires Kubernetes {since} or later"),
            match change.replacement.as_deref() {
                None => {
                    "narrow the range of target releases: no API version is served in all of them"
                        .to_owned()
                }
                other => successor(other),
            },
        ),
        Change::Deprecated(..) => return,
    };
    let help = if has_handler_in_spec(cx) {
        format!(
            "{help}, move the fields of `spec` to the top level, and rename `runtimeHandler` to `handler`"
        )
    } else {
        help
    };
    let fix = replacement(change, problem.node, cx).or_else(|| handler_moved_up(problem.node, cx));
    let asked = range(cx.versions);
    cx.report(problem.node, message)
        .label(format!("manifests target Kubernetes {asked}"))
        .note("kubectl fails with `no matches for kind`")
        .help(help)
        .fix(fix);
}

/// Returns whether the object is a `v1alpha1` RuntimeClass, the only version with a `spec`.
fn has_handler_in_spec(cx: &RuleContext<'_>) -> bool {
    cx.object.is_some_and(|(_, object)| {
        let version = object.api_version.text();
        version == Some("node.k8s.io/v1alpha1") && object.is("node.k8s.io", "RuntimeClass")
    })
}

/// Returns the fix that converts a `v1alpha1` RuntimeClass to `v1`: `spec.runtimeHandler` becomes `handler`. `None` if
/// `spec` has other fields.
fn handler_moved_up(version: NodeId, cx: &RuleContext<'_>) -> Option<Fix> {
    let tree = cx.tree();
    let (_, object) = cx.object.filter(|_| has_handler_in_spec(cx))?;
    let spec = tree.get(object.node, "spec")?;
    let mut entries = tree.entries(spec.value);
    let handler = entries
        .next()
        .filter(|entry| tree.key_text(entry.key) == "runtimeHandler")?;
    let (from, to) = (tree.span(spec.key), tree.span(handler.key));
    let between = tree.slice(Span::new(from.end, to.start));
    let is_alone = entries.next().is_none() && tree.kind(spec.value) == NodeKind::Mapping;
    let end = tree.span(handler.value).end;
    let span = Span::new(from.start, end);
    let place = Location {
        file: cx.file_id,
        span,
    };
    (is_alone && !tree.is_anchored(version) && between.trim() == ":").then(|| Fix {
        title: "Migrate to `node.k8s.io/v1`".to_owned(),
        safety: Applicability::Safe,
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
