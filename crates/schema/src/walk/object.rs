//! Check of an object: its kind and API version, then its fields.

use super::{MAX_NODES, Subject, Walk};
use crate::api::Api;
use crate::custom::judge;
use crate::problem::{Problem, ProblemKind};
use crate::releases::Releases;
use crate::scope::is_cluster_scoped;
use crate::shape::Record;
use crate::table::Table;
use podwright_model::Object;
use podwright_syntax::NodeId;
use podwright_syntax::text::did_you_mean;

/// Returns the schema problems of an object in source order. Empty if the document has syntax errors, because the
/// reader may have put a key into the wrong mapping.
#[must_use]
pub fn problems<'a>(subject: &Subject<'a>) -> Vec<Problem<'a>> {
    let Subject { tree, object, .. } = *subject;
    if tree.documents()[object.document].broken {
        return Vec::new();
    }
    let (Some((api_version, version_node)), Some((kind, kind_node))) =
        (object.api_version.known(), object.kind.known())
    else {
        return Vec::new();
    };
    let mut problems = Vec::new();
    let record = if let Some(custom) = subject.custom.find(api_version, kind) {
        Some(Record::Custom(custom))
    } else if let Some(api) = Api::find(api_version, kind, subject.range) {
        let own = api.own;
        problems.extend(api.problem(version_node));
        own.map(Record::Type)
    } else {
        problems.extend(no_kind(subject, api_version, version_node, kind, kind_node));
        None
    };
    let Some(record) = record else {
        return problems;
    };
    let mut walk = Walk {
        tree,
        releases: releases(subject, record),
        is_partial: subject.is_partial || is_nameless(subject),
        is_cluster_scoped: object
            .group()
            .is_some_and(|group| is_cluster_scoped(group, kind)),
        problems,
        around: Vec::new(),
        nodes_left: MAX_NODES,
    };
    walk.record(object.node, record, &mut Vec::new());
    let (mut problems, is_partial) = (walk.problems, walk.is_partial);
    if let Record::Custom(schema) = record {
        let (node, range) = (object.node, subject.range);
        let own = judge::problems(tree, node, schema, is_partial, range);
        let is_filled_in = is_filled_in_by_admission(object);
        problems.extend(
            own.into_iter().filter(|problem| {
                !is_filled_in || !matches!(problem.kind, ProblemKind::Missing(_))
            }),
        );
    }
    problems
}

/// Returns whether a built-in admission plugin fills in the required fields of a custom resource before the API server
/// validates it. OpenShift's `security.openshift.io/DefaultSecurityContextConstraints` reads the object into its Go type
/// and writes it back, which adds every field that the type always has (`defaulting_scc.go` in openshift/kubernetes).
fn is_filled_in_by_admission(object: &Object) -> bool {
    object.is("security.openshift.io", "SecurityContextConstraints")
}

/// Returns whether the object has no name, which means that it is not complete yet.
fn is_nameless(subject: &Subject<'_>) -> bool {
    let metadata = &subject.object.metadata;
    metadata.name.is_unset() && metadata.generate_name.is_unset()
}

/// Releases used to check the fields: the target releases that serve the kind, or all releases that serve it if none of
/// the target releases does.
fn releases(subject: &Subject<'_>, record: Record<'_>) -> Releases {
    let asked = Releases::of(subject.range);
    let Record::Type(own) = record else {
        return asked;
    };
    let both = Releases(asked.0 & own.releases().0);
    if both.0 == 0 { own.releases() } else { both }
}

/// Returns the problem of an unknown kind, if it should be reported.
fn no_kind<'a>(
    subject: &Subject<'a>,
    api_version: &str,
    version_node: NodeId,
    kind: &str,
    kind_node: NodeId,
) -> Option<Problem<'a>> {
    let (group, version) = api_version.rsplit_once('/').unwrap_or(("", api_version));
    let same = Table::kinds_called(kind).find(|(other_group, other_version, ..)| {
        other_group.eq_ignore_ascii_case(group) && other_version.eq_ignore_ascii_case(version)
    });
    let problem = |node, field, kind| {
        Some(Problem {
            node,
            field,
            is_inner: false,
            is_custom: false,
            kind,
        })
    };
    if let Some((right_group, right_version, right_kind, ..)) = same {
        let right_api = joined(right_group, right_version);
        return if right_api == api_version {
            problem(
                kind_node,
                "kind",
                ProblemKind::KindCase(right_kind.to_owned()),
            )
        } else {
            problem(version_node, "apiVersion", ProblemKind::KindCase(right_api))
        };
    }
    if !subject.custom.has_kind(group, kind)
        && let Some((right_group, right_kind)) = subject.custom.in_other_letters(group, kind)
    {
        return if right_group == group {
            let right = ProblemKind::KindCase(right_kind.to_owned());
            problem(kind_node, "kind", right)
        } else {
            let right = ProblemKind::KindCase(joined(right_group, version));
            problem(version_node, "apiVersion", right)
        };
    }
    // Skip configurations of programs, and kinds that the model knows.
    subject.object.unknown_kind()?;
    // A multi-line string or a placeholder is not a kind.
    if !kind.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return None;
    }
    if subject.custom.has_kind(group, kind) {
        return None;
    }
    let is_closed = Table::has_version(group, version);
    let elsewhere = Table::kinds_called(kind).filter(|(_, _, own, ..)| *own == kind);
    let mut near: Vec<String> = elsewhere
        .filter(|(_, version, ..)| !version.contains("alpha") && !version.contains("beta"))
        .map(|(group, version, ..)| joined(group, version))
        .collect();
    if near.is_empty() && is_closed {
        let here = Table::kinds()
            .filter(|(own, own_version, ..)| *own == group && *own_version == version);
        near.extend(did_you_mean(kind, here.map(|(_, _, name, ..)| name)).map(str::to_owned));
    }
    let is_closed = is_closed && !near.is_empty();
    problem(
        kind_node,
        "kind",
        ProblemKind::UnknownKind { near, is_closed },
    )
}

fn joined(group: &str, version: &str) -> String {
    if group.is_empty() {
        version.to_owned()
    } else {
        format!("{group}/{version}")
    }
}
