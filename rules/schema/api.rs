//! API versions and kinds.

use super::{quoted, range};
use podwright_rule::{Applicability, Fix, RuleContext, Severity, declare_rules};
use podwright_schema::{ApiChange, Change, Problem, ProblemKind};
use podwright_syntax::{NodeId, NodeKind, text::Span};

declare_rules! {
    hooks: { problem: check },
    DEPRECATED_API {
        name: "deprecated-api",
        summary: "deprecated API version",
        severity: Warning,
        since: "0.1.0",
    }
    KIND_CASE {
        name: "kind-case",
        summary: "kind or API version has the wrong case",
        severity: Error,
        since: "0.1.0",
    }
    REMOVED_API {
        name: "removed-api",
        summary: "removed or unavailable API version",
        severity: Error,
        since: "0.1.0",
    }
    UNKNOWN_KIND {
        name: "unknown-kind",
        summary: "unknown kind",
        severity: Warning,
        since: "0.1.0",
    }
}

fn check(problem: &Problem<'_>, cx: &mut RuleContext<'_>) {
    let node = problem.node;
    match &problem.kind {
        ProblemKind::Api(change) => api(change, node, cx),
        ProblemKind::KindCase(right) => {
            let tree = cx.tree();
            let fix =
                (!tree.is_anchored(node)).then(|| cx.replace(node, right, Applicability::Safe));
            let message = format!("`{}` must be written `{right}`", tree.decoded(node));
            cx.as_rule(&KIND_CASE)
                .report(node, message)
                .note("`kind` and `apiVersion` are case-sensitive: kubectl fails with `no matches for kind`")
                .help(format!("use `{right}`"))
                .fix(fix);
        }
        ProblemKind::UnknownKind { near, is_closed } => unknown_kind(node, near, *is_closed, cx),
        _ => {}
    }
}

/// Kind of the object; empty if unknown.
fn kind<'a>(cx: &RuleContext<'a>) -> &'a str {
    let kind = cx.object.and_then(|(_, object)| object.kind.text());
    kind.unwrap_or_default()
}

fn unknown_kind(node: NodeId, near: &[String], is_closed: bool, cx: &mut RuleContext<'_>) {
    let kind = kind(cx);
    // One definition is missing, however many objects need it. Each wrong API version is a mistake of its own.
    let others = match (is_closed, cx.object) {
        (false, Some((id, object))) => {
            let group = object.group().unwrap_or_default();
            match cx.workspace.unknown_kind(group, kind) {
                Some(unknown) if unknown.first == cx.workspace.written_at(id) => {
                    unknown.objects - 1
                }
                _ => return,
            }
        }
        _ => 0,
    };
    let (level, message) = if is_closed {
        (
            Severity::Warning,
            format!("unknown kind `{kind}` in this API version"),
        )
    } else {
        (
            Severity::Info,
            format!("unknown kind `{kind}`: no CustomResourceDefinition found"),
        )
    };
    let help = match near {
        [] if is_closed => "use the API version that defines this kind".to_owned(),
        [] => "add the CustomResourceDefinition to the input files, or set `schemas` in the configuration".to_owned(),
        [first, ..] if first.contains('/') || first.starts_with('v') => {
            format!("use an API version that defines it: {}", quoted(near))
        }
        near => format!("use {}", quoted(near)),
    };
    let note = match others {
        0 => "podwright does not check the fields of this object".to_owned(),
        _ => format!(
            "podwright does not check the fields of this object and {others} more of the same kind"
        ),
    };
    cx.as_rule(&UNKNOWN_KIND)
        .report(node, message)
        .at_most(level)
        .note(note)
        .help(help);
}

fn api(change: &ApiChange, node: NodeId, cx: &mut RuleContext<'_>) {
    let kind = kind(cx);
    let successor = successor(change.replacement.as_deref());
    let fix = replacement(change, node, cx);
    let (message, help) = match change.change {
        Change::Deprecated(since, removed) => {
            let message = match since {
                Some(since) => {
                    format!("this API version of {kind} is deprecated since Kubernetes {since}")
                }
                None => format!("this API version of {kind} is removed in a later release"),
            };
            let note = match removed {
                Some(removed) => format!("Kubernetes {removed} no longer serves it"),
                None => "the API server returns a warning; no release is scheduled to remove it"
                    .to_owned(),
            };
            cx.as_rule(&DEPRECATED_API)
                .report(node, message)
                .note(note)
                .help(successor)
                .fix(fix);
            return;
        }
        Change::Removed(removed) => (
            format!("this API version of {kind} is not served in Kubernetes {removed} and later"),
            successor,
        ),
        Change::Since(since) => (
            format!("this API version of {kind} requires Kubernetes {since} or later"),
            match change.replacement {
                None => {
                    "narrow the range of target releases: no API version is served in all of them"
                        .to_owned()
                }
                Some(_) => successor,
            },
        ),
    };
    let help = if has_handler_in_spec(cx) {
        format!(
            "{help}, move the fields of `spec` to the top level, and rename `runtimeHandler` to `handler`"
        )
    } else {
        help
    };
    let fix = fix.or_else(|| handler_moved_up(node, cx));
    let asked = range(cx.versions);
    cx.as_rule(&REMOVED_API)
        .report(node, message)
        .label(format!("manifests target Kubernetes {asked}"))
        .note("kubectl fails with `no matches for kind`")
        .help(help)
        .fix(fix);
}

/// Help text that names the replacement of an API version.
fn successor(replacement: Option<&str>) -> String {
    match replacement {
        Some(api) if api.contains('/') || api.starts_with('v') => format!("use `{api}`"),
        Some(other) => format!("migrate to {other}"),
        None => {
            "find another way to do what the object does: this API has no replacement".to_owned()
        }
    }
}

/// Returns the fix that replaces the API version with its successor, if nothing else in the object has to change.
fn replacement(change: &ApiChange, node: NodeId, cx: &RuleContext<'_>) -> Option<Fix> {
    let api = change
        .replacement
        .as_deref()
        .filter(|_| change.is_same_shape)?;
    (!cx.tree().is_anchored(node)).then(|| cx.replace(node, api, Applicability::Safe))
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
    (is_alone && !tree.is_anchored(version) && between.trim() == ":").then(|| {
        let version = (tree.span(version), "node.k8s.io/v1".to_owned());
        let handler = (
            span,
            format!("handler{}", tree.slice(Span::new(to.end, end))),
        );
        cx.fix(
            "Migrate to `node.k8s.io/v1`",
            Applicability::Safe,
            [version, handler],
        )
    })
}
