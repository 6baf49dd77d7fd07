//! Objects of well-known operators whose definition is not known otherwise.

use super::embedded::embedded_spans;
use super::{MAX_NODES, Subject, Walk};
use crate::advice::{Meaning, meaning};
use crate::custom::judge;
use crate::operators::Operated;
use crate::problem::{Compared, Problem, ProblemKind};
use crate::releases::Releases;
use crate::shape::Record;
use podwright_syntax::NodeId;
use podwright_syntax::text::did_you_mean;
use rustc_hash::FxHashSet;

/// The kind of an object in the table of operators, unless anything in the run or the configuration defines it.
pub(crate) fn operated(subject: &Subject<'_>) -> Option<Operated> {
    let Subject { object, custom, .. } = *subject;
    let (api_version, kind) = (object.api_version.text()?, object.kind.text()?);
    let (group, version) = api_version.split_once('/')?;
    if custom.has_kind(group, kind) || object.is_program_configuration() {
        return None;
    }
    Operated::find(group, version, kind)
}

/// Problems of an object that all known releases of its operator reject. Those of its metadata and of the types of
/// Kubernetes in it are found without the operator.
pub(super) fn problems<'a>(subject: &Subject<'a>, own: Operated) -> Vec<Problem<'a>> {
    let Subject { tree, object, .. } = *subject;
    let schema = own.schema();
    let metadata = &object.metadata;
    // An object without a name is a part of one, or not complete yet.
    let is_partial =
        subject.is_partial || metadata.name.is_unset() && metadata.generate_name.is_unset();
    let mut walk = Walk {
        tree,
        releases: Releases::of(subject.range),
        is_partial,
        is_cluster_scoped: false,
        problems: Vec::new(),
        around: Vec::new(),
        nodes_left: MAX_NODES,
        unchecked: None,
        folded: None,
    };
    walk.record(object.node, Record::Custom(schema), &mut Vec::new());
    let mut problems = walk.problems;
    let (judged, _) = judge::problems(tree, object.node, schema, is_partial, subject.range);
    problems.extend(judged);
    let misnamed: FxHashSet<NodeId> = problems.iter().filter_map(misnamed).collect();
    let known = embedded_spans(subject);
    problems.retain(|problem| {
        let span = tree.span(problem.node);
        let before = known.partition_point(|known| known.start <= span.start);
        let is_known_better = known[..before]
            .last()
            .is_some_and(|known| span.end <= known.end);
        let is_missing = matches!(problem.kind, ProblemKind::Missing(_));
        problem.is_custom
            && is_certain(&problem.kind)
            && !is_known_better
            // A field with a wrong name is probably the one that is missing.
            && !(is_missing && misnamed.contains(&problem.node))
    });
    for (problem, at) in problems.iter_mut().zip(0..) {
        problem.operator = Some(Compared {
            with: own,
            may_be_newer: at >= MAX_ADVISED || may_be_newer(subject, problem),
        });
    }
    problems
}

/// Maximum number of problems of an object for which the meant field is searched.
const MAX_ADVISED: usize = 100;

/// The mapping of a field with a wrong name.
fn misnamed(problem: &Problem<'_>) -> Option<NodeId> {
    match problem.kind {
        ProblemKind::UnknownField { mapping, .. } | ProblemKind::FieldCase { mapping, .. } => {
            Some(mapping)
        }
        _ => None,
    }
}

/// Whether a later release may have added what is found. What resembles something known is rather a mistake.
fn may_be_newer(subject: &Subject<'_>, problem: &Problem<'_>) -> bool {
    let tree = subject.tree;
    match &problem.kind {
        ProblemKind::UnknownField { mapping, .. } => {
            let mut entries = tree.entries(*mapping);
            let entry = entries.find(|entry| entry.key == problem.node);
            let meant = entry.and_then(|entry| meaning(subject, *mapping, entry));
            // What another API version has may be new in all of them.
            let is_same_type = matches!(
                meant,
                Some(Meaning::Name {
                    is_clean: true,
                    instead: None,
                    ..
                })
            );
            !is_same_type && meant != Some(Meaning::Lift)
        }
        ProblemKind::Value(values) => {
            let value = tree.decoded(problem.node);
            let is_same = |own: &&str| own.eq_ignore_ascii_case(value.trim());
            !values.iter().any(is_same) && did_you_mean(&value, values.iter().copied()).is_none()
        }
        _ => false,
    }
}

/// Whether the table knows enough for the problem.
fn is_certain(kind: &ProblemKind<'_>) -> bool {
    matches!(
        kind,
        ProblemKind::UnknownField { .. }
            | ProblemKind::FieldCase { .. }
            | ProblemKind::WrongType { .. }
            | ProblemKind::BooleanLike(_)
            | ProblemKind::NumberLike
            | ProblemKind::Missing(_)
            | ProblemKind::Value(_)
    )
}

#[cfg(test)]
mod tests {
    use podwright_model::VersionRange;
    use podwright_syntax::parse;

    use super::*;
    use crate::CustomKinds;

    /// Problems of the last object in a file that the table finds, with a `?` if a later release may have it.
    fn found(text: &str, is_partial: bool) -> Vec<String> {
        let tree = parse(text.into());
        let objects = podwright_model::decode(&tree, &[]);
        let mut custom = CustomKinds::default();
        for object in &objects {
            custom.add(&tree, object);
        }
        let subject = Subject {
            tree: &tree,
            object: objects.last().unwrap(),
            range: VersionRange::default(),
            is_partial,
            custom: &custom,
        };
        let problems = super::super::problems(&subject);
        let own = problems.iter().filter_map(|problem| {
            let what = match &problem.kind {
                ProblemKind::UnknownField { name, .. } => format!("unknown {name}"),
                ProblemKind::FieldCase { right, .. } => format!("case {right}"),
                ProblemKind::Missing(name) => format!("missing {name}"),
                ProblemKind::Value(_) => format!("value of {}", problem.field),
                _ => format!("type of {}", problem.field),
            };
            let newer = if problem.operator?.may_be_newer {
                "?"
            } else {
                ""
            };
            Some(what + newer)
        });
        own.collect()
    }

    fn certificate(spec: &str) -> String {
        format!(
            "apiVersion: cert-manager.io/v1\nkind: Certificate\nmetadata: {{name: web}}\nspec: {{{spec}}}\n"
        )
    }

    #[test]
    fn what_all_releases_reject_is_found() {
        let good = "secretName: tls, issuerRef: {name: ca}";
        for (spec, expected) in [
            (good, &[][..]),
            ("secretName: tls", &["missing issuerRef"]),
            ("secretName: tls, issuer: {name: ca}", &["unknown issuer?"]),
            (
                "secretname: tls, issuerRef: {name: ca}",
                &["case secretName"],
            ),
            (
                "secretName: [tls], issuerRef: {name: ca}",
                &["type of secretName"],
            ),
            (
                "secretName: 5, issuerRef: {name: ca}",
                &["type of secretName"],
            ),
            // A placeholder, and null where the definition may allow it.
            ("secretName: '{{ name }}', issuerRef: null", &[]),
            // Of 1.20 only, and of no release.
            (&format!("{good}, nameConstraints: {{critical: true}}"), &[]),
            (&format!("{good}, privateKey: {{algorithm: Ed25519}}"), &[]),
            (
                &format!("{good}, privateKey: {{algorithm: rsa}}"),
                &["value of algorithm"],
            ),
            (
                &format!("{good}, privateKey: {{algorithm: Dilithium}}"),
                &["value of algorithm?"],
            ),
            (
                &format!("{good}, dnsName: [a.example]"),
                &["unknown dnsName"],
            ),
            (
                &format!("{good}, futureField: 1"),
                &["unknown futureField?"],
            ),
        ] {
            assert_eq!(found(&certificate(spec), false), expected, "{spec}");
        }
    }

    #[test]
    fn parts_and_unknown_versions_are_not_compared() {
        let part = certificate("secretName: tls");
        assert!(found(&part, true).is_empty());
        assert!(found(&part.replace("{name: web}", "{}"), false).is_empty());
        assert!(
            found(
                &part.replace("cert-manager.io/v1", "cert-manager.io/v3"),
                false
            )
            .is_empty()
        );
    }

    #[test]
    fn a_definition_takes_precedence() {
        let definition = "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\n\
                          metadata: {name: certificates.cert-manager.io}\nspec:\n  group: cert-manager.io\n  \
                          names: {kind: Certificate, plural: certificates}\n  versions: [{name: v9}]\n---\n";
        let text = definition.to_owned() + &certificate("future: 1");
        assert!(found(&text, false).is_empty());
    }

    #[test]
    fn types_of_kubernetes_are_checked_without_the_operator() {
        let rollout = "apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: {name: web, label: {}}\n\
                       spec: {template: {spec: {container: []}}, strategies: {}}\n";
        assert_eq!(found(rollout, false), ["unknown strategies"]);
    }
}
