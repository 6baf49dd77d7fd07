//! API versions and kinds.

use super::range;
use podwright_rule::{Applicability, Fix, RuleContext, Severity, declare_rules, use_name};
use podwright_schema::{ApiChange, Change, Problem, ProblemKind, Room};
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
        severity: Error,
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
        ProblemKind::WrongApi { right, is_certain } => wrong_api(node, right, *is_certain, cx),
        ProblemKind::UnknownKind { near, room } => {
            unknown_kind(node, near.as_deref(), *room, cx);
        }
        _ => {}
    }
}

/// Kind of the object; empty if unknown.
fn kind<'a>(cx: &RuleContext<'a>) -> &'a str {
    let kind = cx.object.and_then(|(_, object)| object.kind.text());
    kind.unwrap_or_default()
}

fn wrong_api(node: NodeId, right: &[String], is_certain: bool, cx: &mut RuleContext<'_>) {
    let kind = kind(cx);
    let tree = cx.tree();
    let written = tree.decoded(node);
    let level = match is_certain {
        true => Severity::Error,
        false => Severity::Warning,
    };
    let fix = match right {
        [only] if !tree.is_anchored(node) => {
            let safety = match is_certain {
                true => Applicability::Safe,
                false => Applicability::Unsafe,
            };
            Some(cx.replace(node, only, safety))
        }
        _ => None,
    };
    let message = format!("`{kind}` is not in API version `{written}`");
    let note =
        format!("kubectl fails with `no matches for kind \"{kind}\" in version \"{written}\"`");
    cx.as_rule(&UNKNOWN_KIND)
        .report(node, message)
        .at_most(level)
        .note(note)
        .help(format!("use {}", alternatives(right)))
        .fix(fix);
}

/// "`v1`", "`v1` or `events.k8s.io/v1`".
fn alternatives(right: &[String]) -> String {
    let quoted: Vec<String> = right.iter().map(|one| format!("`{one}`")).collect();
    quoted.join(" or ")
}

fn unknown_kind(node: NodeId, near: Option<&str>, room: Room, cx: &mut RuleContext<'_>) {
    let kind = kind(cx);
    let api = cx.object.and_then(|(_, object)| object.api_version.text());
    let api = api.unwrap_or_default();
    if room != Room::Open {
        let level = match (room, near) {
            (Room::Closed, Some(_)) => Severity::Error,
            (_, Some(_)) => Severity::Warning,
            // OpenShift serves some of its kinds in `v1` too.
            _ if api == "v1" => Severity::Info,
            (Room::Closed, _) => Severity::Error,
            _ => Severity::Info,
        };
        let meant = near.map(|near| cx.suggest(node, near, Applicability::Unsafe));
        cx.as_rule(&UNKNOWN_KIND)
            .report(
                node,
                format!("unknown kind `{kind}` in API version `{api}`"),
            )
            .at_most(level)
            .note(format!(
                "kubectl fails with `no matches for kind \"{kind}\" in version \"{api}\"`"
            ))
            .meant(
                meant,
                use_name,
                "use the API version that defines this kind",
            );
        return;
    }
    // One definition is missing, however many objects need it.
    let Some((id, object)) = cx.object else {
        return;
    };
    let group = object.group().unwrap_or_default();
    let others = match cx.workspace.unknown_kind(group, kind) {
        Some(unknown) if unknown.first == cx.workspace.written_at(id) => unknown.objects - 1,
        _ => return,
    };
    let note = match others {
        0 => "podwright does not check the fields of this object".to_owned(),
        _ => format!(
            "podwright does not check the fields of this object and {others} more of the same kind"
        ),
    };
    cx.as_rule(&UNKNOWN_KIND)
        .report(node, format!("unknown kind `{kind}`: no CustomResourceDefinition found"))
        .at_most(Severity::Info)
        .note(note)
        .help(
            "add the CustomResourceDefinition to the input files, or set `schemas` in the configuration",
        );
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
