//! Objects whose kind is not in their API version.

use super::Subject;
use crate::problem::{Problem, ProblemKind, Room};
use crate::releases::Releases;
use crate::table::Table;
use podwright_syntax::NodeId;
use podwright_syntax::text::{did_you_mean, distance};

/// Returns the problem of an unknown kind or API version, if it should be reported.
pub(super) fn no_kind<'a>(
    subject: &Subject<'a>,
    (api_version, version_node): (&str, NodeId),
    (kind, kind_node): (&str, NodeId),
) -> Option<Problem<'a>> {
    let (group, version) = api_version.rsplit_once('/').unwrap_or(("", api_version));
    let at_version = |kind| Some(problem(version_node, "apiVersion", kind));
    let at_kind = |kind| Some(problem(kind_node, "kind", kind));
    let same = Table::kinds_called(kind).find(|(other_group, other_version, ..)| {
        other_group.eq_ignore_ascii_case(group) && other_version.eq_ignore_ascii_case(version)
    });
    if let Some((right_group, right_version, right_kind, ..)) = same {
        let right_api = joined(right_group, right_version);
        return if right_api == api_version {
            at_kind(ProblemKind::KindCase(right_kind.to_owned()))
        } else {
            at_version(ProblemKind::KindCase(right_api))
        };
    }
    if subject.custom.has_kind(group, kind) {
        return None;
    }
    if let Some((right_group, right_kind)) = subject.custom.in_other_letters(group, kind) {
        return if right_group == group {
            at_kind(ProblemKind::KindCase(right_kind.to_owned()))
        } else {
            at_version(ProblemKind::KindCase(joined(right_group, version)))
        };
    }
    // A multi-line string or a placeholder is not a kind.
    let is_word = kind.bytes().all(|b| b.is_ascii_alphanumeric());
    if !is_word || subject.object.is_program_configuration() {
        return None;
    }
    let room = room(group, version);
    let right = right_apis(group, kind, room);
    if !right.is_empty() {
        let is_certain = room != Room::Open || !group.contains('.');
        return at_version(ProblemKind::WrongApi { right, is_certain });
    }
    let near = match room {
        Room::Open => None,
        _ => nearest(group, kind),
    };
    if room == Room::Open || near.is_none() {
        // Skip kinds of earlier releases, and objects that the model can read.
        subject.object.unknown_kind()?;
    }
    at_kind(ProblemKind::UnknownKind { near, room })
}

fn problem<'a>(node: NodeId, field: &'static str, kind: ProblemKind<'a>) -> Problem<'a> {
    Problem {
        node,
        field,
        is_inner: false,
        is_custom: false,
        is_embedded: false,
        definition: None,
        operator: None,
        releases: Releases::ALL,
        kind,
    }
}

/// The group of a CustomResourceDefinition must be a domain with at least one dot (`ValidateCustomResourceDefinition`),
/// so `apps` and the core group have built-in kinds only.
/// The discovery document of an API version that Kubernetes serves has its kinds only.
fn room(group: &str, version: &str) -> Room {
    let is_served =
        || Table::kinds().any(|(own, own_version, ..)| own == group && own_version == version);
    match Table::kinds().any(|(own, ..)| own == group) || group == "extensions" {
        true if !group.contains('.') || is_served() => Room::Closed,
        true => Room::BuiltIn,
        false => Room::Open,
    }
}

/// Stable API versions of Kubernetes that have the kind: those of the same group first. Of a group that is not part of
/// Kubernetes, only if its name is nearly that of one that has the kind, or cannot be that of a custom resource.
fn right_apis(group: &str, kind: &str, room: Room) -> Vec<String> {
    let is_stable = |version: &str| !version.contains("alpha") && !version.contains("beta");
    let may_be_meant =
        |own: &str| room != Room::Open || !group.contains('.') || is_near_group(group, own);
    let mut found: Vec<(&str, &str)> = Table::kinds_called(kind)
        .filter(|(own, version, ..)| is_stable(version) && may_be_meant(own))
        .map(|(own, version, ..)| (own, version))
        .collect();
    // Newest version first within a group.
    found.sort_by_key(|&(own, version)| (own != group, own, std::cmp::Reverse(version)));
    found.dedup_by_key(|(own, _)| *own);
    if let [(own, _), _, ..] = found[..]
        && own == group
    {
        found.truncate(1);
    }
    found
        .into_iter()
        .map(|(own, version)| joined(own, version))
        .collect()
}

/// Maximum number of characters in which a misspelled group differs.
const MAX_DISTANCE: usize = 2;

/// Whether a group with a dot is a misspelled `own`: `networking.k8.io`, or `rbac.authorization.k8s`.
fn is_near_group(group: &str, own: &str) -> bool {
    let is_start = own
        .strip_prefix(group)
        .is_some_and(|rest| rest.starts_with('.'));
    own.contains('.') && (is_start || distance(group, own) <= MAX_DISTANCE)
}

/// Short names that kubectl accepts on the command line and that people write as kinds: `ShortNames` in `pkg/registry`.
#[rustfmt::skip]
const SHORT_NAMES: [(&str, &str); 24] = [
    ("cj", "CronJob"), ("cm", "ConfigMap"), ("crd", "CustomResourceDefinition"), ("csr", "CertificateSigningRequest"),
    ("deploy", "Deployment"), ("ds", "DaemonSet"), ("ep", "Endpoints"), ("hpa", "HorizontalPodAutoscaler"), ("ing", "Ingress"),
    ("limits", "LimitRange"), ("netpol", "NetworkPolicy"), ("no", "Node"), ("ns", "Namespace"), ("pc", "PriorityClass"),
    ("pdb", "PodDisruptionBudget"), ("po", "Pod"), ("pv", "PersistentVolume"), ("pvc", "PersistentVolumeClaim"),
    ("quota", "ResourceQuota"), ("rc", "ReplicationController"), ("rs", "ReplicaSet"), ("sa", "ServiceAccount"),
    ("sc", "StorageClass"), ("svc", "Service"),
];

/// The nearest kind in the group or, failing that, in Kubernetes. Plurals count as near.
fn nearest(group: &str, kind: &str) -> Option<String> {
    let singular = kind.strip_suffix("es").or_else(|| kind.strip_suffix('s'));
    let exact = [singular, kind.strip_suffix('s')].into_iter().flatten();
    let named = |name: &str| Table::kinds_called(name).next().map(|(_, _, own, ..)| own);
    if let Some(own) = exact.filter_map(named).next() {
        return Some(own.to_owned());
    }
    let lower = kind.to_ascii_lowercase();
    if let Some((_, own)) = SHORT_NAMES.iter().find(|(short, _)| *short == lower) {
        return Some((*own).to_owned());
    }
    let own = Table::kinds().filter(|(other, ..)| *other == group);
    let is_list = |name: &str| name.ends_with("List") && !kind.ends_with("List");
    let names = |(_, _, name, ..): crate::table::Served| name;
    let near = did_you_mean(kind, own.map(names).filter(|name| !is_list(name)));
    near.map(str::to_owned)
}

fn joined(group: &str, version: &str) -> String {
    if group.is_empty() {
        version.to_owned()
    } else {
        format!("{group}/{version}")
    }
}
