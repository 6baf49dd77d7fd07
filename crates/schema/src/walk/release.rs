//! Several releases of the definition of a custom resource: the cluster has one of them.

use rustc_hash::FxHashSet;

use super::Subject;
use super::object::compared;
use crate::custom::Release;
use crate::problem::{JudgedBy, Problem, ProblemKind};
use crate::shape::Record;
use podwright_syntax::NodeId;

/// Names the definition in the problems of an object with the schema of its newest release, and the newest release that
/// does not have the problem.
pub(super) fn name_definition<'a>(
    subject: &Subject<'a>,
    kind: &str,
    releases: &'a [Release],
    problems: &mut [Problem<'a>],
) {
    let [newest, older @ ..] = releases else {
        return;
    };
    let Some(source) = newest.source.as_deref() else {
        return;
    };
    if !problems.iter().any(|problem| problem.is_custom) {
        return;
    }
    let older = older.iter().map(|release| {
        let record = Record::Custom(&release.schema);
        let found = compared(subject, kind, record, Vec::new());
        let rejected: FxHashSet<Rejected<'_>> = found.iter().map(rejected).collect();
        (release, rejected)
    });
    let older: Vec<_> = older.collect();
    for problem in problems.iter_mut().filter(|problem| problem.is_custom) {
        let own = rejected(problem);
        let mut accepting = older.iter().filter(|(_, found)| !found.contains(&own));
        let accepted_by = accepting.next();
        let accepted_by = accepted_by.and_then(|(release, _)| release.source.as_deref());
        problem.definition = Some(JudgedBy {
            newest: source,
            releases: releases.len(),
            accepted_by,
        });
    }
}

/// What a release rejects: a node, the field that is missing in it, and whether that is only advice. The reasons of two
/// releases can differ.
type Rejected<'a> = (NodeId, Option<&'a str>, bool);

fn rejected<'a>(problem: &Problem<'a>) -> Rejected<'a> {
    let missing = match problem.kind {
        ProblemKind::Missing(name) => Some(name),
        _ => None,
    };
    let is_advice = match problem.kind {
        ProblemKind::Unchecked(_) => true,
        ProblemKind::DuplicateItem { is_enforced, .. } => !is_enforced,
        _ => false,
    };
    (problem.node, missing, is_advice)
}
