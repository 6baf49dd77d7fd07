//! Check of an object: its kind and API version, then its fields.

use super::embedded;
use super::operator;
use super::release::name_definition;
use super::unknown::no_kind;
use super::{MAX_NODES, Subject, Walk};
use crate::api::Api;
use crate::custom::{judge, rules};
use crate::problem::{Problem, ProblemKind};
use crate::releases::Releases;
use crate::replaced::{is_of_decoding, replaced_volumes};
use crate::scope::is_cluster_scoped;
use crate::shape::Record;
use podwright_model::Object;

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
    let defined = subject.custom.releases(api_version, kind);
    let record = if let Some(newest) = defined.first() {
        Some(Record::Custom(&newest.schema))
    } else if let Some(api) = Api::find(api_version, kind, subject.range) {
        let own = api.own;
        problems.extend(api.problem(version_node));
        own.map(Record::Type)
    } else if let Some(own) = operator::operated(subject) {
        problems.extend(operator::problems(subject, own));
        None
    } else {
        problems.extend(no_kind(
            subject,
            (api_version, version_node),
            (kind, kind_node),
        ));
        None
    };
    let Some(record) = record else {
        problems.extend(embedded::problems(subject));
        return problems;
    };
    let mut problems = compared(subject, kind, record, problems);
    name_definition(subject, kind, defined, &mut problems);
    problems
}

/// Adds what is wrong with the object by a schema.
pub(super) fn compared<'a>(
    subject: &Subject<'a>,
    kind: &str,
    record: Record<'a>,
    problems: Vec<Problem<'a>>,
) -> Vec<Problem<'a>> {
    let Subject { tree, object, .. } = *subject;
    let mut walk = Walk {
        tree,
        releases: releases(subject, record),
        is_partial: subject.is_partial,
        is_cluster_scoped: object
            .group()
            .is_some_and(|group| is_cluster_scoped(group, kind)),
        problems,
        around: Vec::new(),
        nodes_left: MAX_NODES,
        unchecked: None,
        folded: None,
    };
    // One finding is enough for an object that is not complete yet.
    walk.is_partial |= walk.lacks_name(object, record);
    walk.record(object.node, record, &mut Vec::new());
    let (mut problems, is_partial) = (walk.problems, walk.is_partial);
    let mut unchecked = walk.unchecked;
    for volume in replaced_volumes(tree, object) {
        let around = tree.span(volume);
        problems.retain(|problem| {
            let own = tree.span(problem.node);
            let is_within = around.start <= own.start && own.end <= around.end;
            !is_within || is_of_decoding(&problem.kind)
        });
    }
    if let Record::Custom(schema) = record {
        let (node, range) = (object.node, subject.range);
        let (own, bound) = judge::problems(tree, node, schema, is_partial, range);
        unchecked = unchecked.or(bound);
        let is_filled_in = is_filled_in_by_admission(object);
        problems.extend(
            own.into_iter().filter(|problem| {
                !is_filled_in || !matches!(problem.kind, ProblemKind::Missing(_))
            }),
        );
    }
    if let Record::Custom(schema) = record
        && !is_partial
        && !problems.iter().any(|problem| hides_rules(&problem.kind))
    {
        let broken = rules::broken(tree, object.node, schema);
        problems.extend(broken.into_iter().map(|(node, rule)| Problem {
            node,
            field: "",
            is_inner: false,
            is_custom: true,
            is_embedded: false,
            definition: None,
            operator: None,
            releases: Releases::ALL,
            kind: ProblemKind::Rule(Box::new(rule)),
        }));
    }
    problems.extend(unchecked.map(|bound| Problem {
        node: object.node,
        field: "",
        is_inner: false,
        is_custom: matches!(record, Record::Custom(_)),
        is_embedded: false,
        definition: None,
        operator: None,
        releases: releases(subject, record),
        kind: ProblemKind::Unchecked(bound),
    }));
    problems
}

/// Whether the API server does not evaluate CEL rules because of the problem: `hasBlockingErr` of
/// `registry/customresource/strategy.go`.
fn hides_rules(problem: &ProblemKind<'_>) -> bool {
    match problem {
        ProblemKind::WrongType { .. }
        | ProblemKind::BooleanLike(_)
        | ProblemKind::NumberLike
        | ProblemKind::IntAsString(_)
        | ProblemKind::KeyNotText(_)
        | ProblemKind::Missing(_)
        | ProblemKind::Empty
        | ProblemKind::Value(_)
        | ProblemKind::NullItem { .. } => true,
        ProblemKind::Limit(limit) => limit.is_blocking(),
        _ => false,
    }
}

/// Returns whether a built-in admission plugin fills in the required fields of a custom resource before the API server
/// validates it. OpenShift's `security.openshift.io/DefaultSecurityContextConstraints` reads the object into its Go type
/// and writes it back, which adds every field that the type always has (`defaulting_scc.go` in openshift/kubernetes).
fn is_filled_in_by_admission(object: &Object) -> bool {
    object.is("security.openshift.io", "SecurityContextConstraints")
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
