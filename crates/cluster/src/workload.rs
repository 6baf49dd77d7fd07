//! What controllers make of a workload: how many Pods, for how long, and which Services reach them.

mod nearby;
mod port_names;
#[cfg(test)]
mod tests;

use podwright_model::{Container, Field, Object, Pod};
use podwright_schema::Value;

use nearby::{Makers, Scalers, Services, Workloads};

pub use port_names::{PortNames, port_names};

use crate::selector::{LabelSelector, pod_labels};
use crate::workspace::{ObjectId, Resolution, Workspace};

/// Number of Pods of a workload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Replicas {
    /// `spec.replicas`, or 1.
    Fixed(i64),
    /// An autoscaler decides.
    Scaled {
        /// Least number.
        min: i64,
        /// Greatest number, if it is known.
        max: Option<i64>,
    },
}

impl Replicas {
    /// The number, or the least one.
    #[must_use]
    pub const fn least(self) -> i64 {
        match self {
            Self::Fixed(number) => number,
            Self::Scaled { min, .. } => min,
        }
    }
}

/// Whether the Pods of an object are meant to end: those of a Job or CronJob, or a Pod that is not restarted.
#[must_use]
pub fn runs_to_completion(object: &Object, spec: Value<'_>) -> bool {
    let is_job = matches!(
        (object.group(), object.kind.text()),
        (Some("batch"), Some("Job" | "CronJob"))
    );
    let policy = spec.get("restartPolicy");
    is_job || policy.is("Never") || policy.is("OnFailure") || policy.is_unknown()
}

/// Number of Pods of a Deployment, StatefulSet, ReplicaSet or ReplicationController; `None` for other kinds, or if it is
/// not known.
#[must_use]
pub fn replicas(workspace: &Workspace, id: ObjectId) -> Option<Replicas> {
    let object = workspace.object(id);
    match (object.group()?, object.kind.text()?) {
        ("apps", "Deployment" | "StatefulSet" | "ReplicaSet") | ("", "ReplicationController") => {}
        _ => return None,
    }
    if let Some(scaled) = scaled(workspace, id) {
        return scaled;
    }
    let tree = &workspace.file(id.file).tree;
    let field = Value::new(tree, object.node).get("spec").get("replicas");
    let number = if field.is_absent() { 1 } else { field.int()? };
    Some(Replicas::Fixed(number))
}

/// What the autoscaler of a workload says: `None` if there is none, `Some(None)` if it is not known.
fn scaled(workspace: &Workspace, id: ObjectId) -> Option<Option<Replicas>> {
    let object = workspace.object(id);
    let (kind, name) = (object.kind.text()?, object.metadata.name.text()?);
    let spec = |scaler: ObjectId| {
        let tree = &workspace.file(scaler.file).tree;
        Value::new(tree, workspace.object(scaler).node).get("spec")
    };
    let is_target = |spec: Value<'_>, default_kind: &str| {
        let target = spec.get("scaleTargetRef");
        let of_kind = target.get("kind");
        target.get("name").is(name)
            && (of_kind.is(kind) || (of_kind.is_absent() && kind == default_kind))
    };
    let scalers = workspace.kept(Scalers::of);
    if let Some(spec) = scalers
        .horizontal
        .of_target(workspace, id, name)
        .map(spec)
        .find(|spec| is_target(*spec, ""))
    {
        let number = |name, default: i64| {
            let field = spec.get(name);
            if field.is_absent() {
                Some(default)
            } else {
                field.int()
            }
        };
        let (min, max) = (number("minReplicas", 1), number("maxReplicas", 1));
        return Some(min.map(|min| Replicas::Scaled { min, max }));
    }
    let spec = scalers
        .keda
        .of_target(workspace, id, name)
        .map(spec)
        .find(|spec| is_target(*spec, "Deployment"))?;
    let number = |name, default: i64| {
        let field = spec.get(name);
        if field.is_absent() {
            Some(default)
        } else {
            field.int()
        }
    };
    let (min, max) = (number("minReplicaCount", 0), number("maxReplicaCount", 100));
    Some(min.map(|min| Replicas::Scaled { min, max }))
}

/// The first Service whose selector matches the Pods of an object.
#[must_use]
pub fn first_service(workspace: &Workspace, id: ObjectId, pod: &Pod) -> Option<ObjectId> {
    let labels = pod_labels(pod)?;
    let near = workspace.services_near(id);
    let services = workspace.kept(Services::of);
    let mut matching = services.0.matching(workspace, id, &labels);
    matching.find(|id| near.binary_search(id).is_ok())
}

/// Workloads in the namespace of `from` whose Pods a selector matches, in no particular order; `None` if these may not be
/// all. A match in another directory may belong to another project with the same names.
fn selected<'w>(
    workloads: &'w Workloads,
    workspace: &'w Workspace,
    from: ObjectId,
    selector: &'w LabelSelector,
) -> Option<impl Iterator<Item = Option<ObjectId>>> {
    if workloads.has_unknown(workspace, from, false) {
        return None;
    }
    let directory = workspace.file(from.file).directory();
    let is_near = move |id: ObjectId| workspace.file(id.file).directory() == directory;
    let found = workloads.selected(workspace, from, selector, false);
    Some(found.map(move |id| is_near(id).then_some(id)))
}

/// The workload in the namespace of `from` whose Pods a selector matches, if it certainly is the only one.
#[must_use]
pub fn only_selected(
    workspace: &Workspace,
    from: ObjectId,
    selector: &LabelSelector,
) -> Option<ObjectId> {
    let workloads = workspace.kept(Workloads::of);
    let mut found = selected(&workloads, workspace, from, selector)?;
    let first = found.next()??;
    found.all(|other| other == Some(first)).then_some(first)
}

/// Result of looking for the Pods of a selector.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Match {
    /// It matches Pods of the run.
    Some,
    /// It matches none, although it means this workload: one beside it with the same name or similar labels, or one in
    /// another namespace that it matches.
    Nothing(ObjectId),
    /// It matches none, and the run is complete.
    Absent,
    /// The files do not determine it.
    Unknown,
}

/// Looks for the workloads in the namespace of `from` that a selector matches.
#[must_use]
pub fn selected_or_meant(workspace: &Workspace, from: ObjectId, selector: &LabelSelector) -> Match {
    let workloads = workspace.kept(Workloads::of);
    let mut found = workloads.selected(workspace, from, selector, true);
    if found.next().is_some() {
        return Match::Some;
    }
    if workloads.has_unknown(workspace, from, true) {
        return Match::Unknown;
    }
    let name = workspace.object(from).metadata.name.text();
    let named = workloads.named(workspace, from, name);
    let makers = workspace.kept(Makers::of);
    if named.is_none() && makers.may_be_operated(from.file) {
        return Match::Unknown;
    }
    let meant = named
        .or_else(|| makers.elsewhere(workspace, from, selector))
        .or_else(|| makers.similar(workspace, from, selector));
    match meant {
        Some(meant) => Match::Nothing(meant),
        None if is_complete(&makers, workspace, from) => Match::Absent,
        None => Match::Unknown,
    }
}

/// Looks for the workloads in the namespace of `from` that a selector in one of its fields matches. The name of `from` says
/// nothing about them.
#[must_use]
pub fn matched_or_similar(
    workspace: &Workspace,
    from: ObjectId,
    selector: &LabelSelector,
) -> Match {
    let workloads = workspace.kept(Workloads::of);
    let mut found = workloads.selected(workspace, from, selector, true);
    if found.next().is_some() {
        return Match::Some;
    }
    let makers = workspace.kept(Makers::of);
    if workloads.has_unknown(workspace, from, true) || makers.may_be_operated(from.file) {
        return Match::Unknown;
    }
    match makers.similar(workspace, from, selector) {
        Some(meant) => Match::Nothing(meant),
        None if is_complete(&makers, workspace, from) => Match::Absent,
        None => Match::Unknown,
    }
}

/// Whether there are certainly no other Pods in the namespace of `from` than those of the run.
fn is_complete(makers: &Makers, workspace: &Workspace, from: ObjectId) -> bool {
    // No object has this name, so it is missing if none of the kind can be elsewhere.
    let is_whole = |(group, kind): &(&str, &str)| {
        workspace.resolve_exact(from, group, kind, "") == Resolution::Missing
    };
    workspace.file(from.file).context.complete
        && !makers.may_be_operated_anywhere()
        && WORKLOADS.iter().chain(&JOBS).all(is_whole)
}

/// Kinds with Pods that run until they are done.
const JOBS: [(&str, &str); 2] = [("batch", "Job"), ("batch", "CronJob")];

/// Kinds with Pods that run until they are deleted.
pub(crate) const WORKLOADS: [(&str, &str); 6] = [
    ("apps", "Deployment"),
    ("apps", "StatefulSet"),
    ("apps", "DaemonSet"),
    ("apps", "ReplicaSet"),
    ("", "ReplicationController"),
    ("", "Pod"),
];

/// Whether a container certainly does not declare a port with this name.
#[must_use]
pub fn lacks_port(container: &Container, name: &str) -> bool {
    match &container.ports {
        Field::Missing | Field::Null(_) => true,
        Field::Value(ports, _) => ports
            .iter()
            .all(|port| port.name.is_unset() || port.name.text().is_some_and(|own| own != name)),
        Field::Unknown(_) | Field::Invalid(_) => false,
    }
}
