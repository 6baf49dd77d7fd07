//! What controllers make of a workload: how many Pods, for how long, and which Services reach them.

use podwright_model::{Body, Container, Field, Object, Pod, PodOrigin};
use podwright_schema::Value;
use podwright_syntax::text::FileId;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::selector::{LabelSelector, pod_labels};
use crate::workspace::{ObjectId, Workspace};

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
    let scalers =
        workspace.beside_up_to(id, "autoscaling", "HorizontalPodAutoscaler", MAX_NEIGHBOURS);
    let Some(scalers) = scalers else {
        return Some(None);
    };
    if let Some(spec) = scalers
        .into_iter()
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
    let scalers = workspace.beside_up_to(id, "keda.sh", "ScaledObject", MAX_NEIGHBOURS);
    let Some(scalers) = scalers else {
        return Some(None);
    };
    let spec = scalers
        .into_iter()
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

/// Services whose selector matches the Pods of an object.
#[must_use]
pub fn services(workspace: &Workspace, id: ObjectId, pod: &Pod) -> Vec<ObjectId> {
    let Some(labels) = pod_labels(pod) else {
        return Vec::new();
    };
    let selects = |id: &ObjectId| match &workspace.object(*id).body {
        Body::Service(service) => {
            let spec = service.spec.value();
            let selector = spec.and_then(|spec| spec.selector.value());
            let selector = selector.and_then(LabelSelector::of_labels);
            selector.is_some_and(|selector| !selector.is_empty() && selector.matches(&labels))
        }
        _ => false,
    };
    let services = workspace.services_near(id);
    services.iter().copied().filter(selects).collect()
}

/// Workloads in the namespace of `from` whose Pods a selector matches, and whether these are certainly all. A match in
/// another directory may belong to another project with the same names.
#[must_use]
pub fn selected(
    workspace: &Workspace,
    from: ObjectId,
    selector: &LabelSelector,
) -> (Vec<ObjectId>, bool) {
    let mut found = Vec::new();
    let mut is_known = true;
    let directory = workspace.file(from.file).directory();
    for (group, kind) in WORKLOADS {
        let Some(all) = workspace.beside_up_to(from, group, kind, MAX_NEIGHBOURS) else {
            return (Vec::new(), false);
        };
        for id in all {
            let object = workspace.object(id);
            let is_part = workspace.is_partial(id);
            match object.pods.first().map(pod_labels) {
                Some(Some(labels)) if !is_part => {
                    if selector.matches(&labels) {
                        is_known &= workspace.file(id.file).directory() == directory;
                        found.push(id);
                    }
                }
                _ => is_known = false,
            }
        }
    }
    (found, is_known)
}

/// Result of looking for the Pods of a selector.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Match {
    /// It matches Pods of the run.
    Some,
    /// It matches none, although it means this workload: one beside it with the same name, or one in another namespace
    /// that it matches.
    Nothing(ObjectId),
    /// The files do not determine it.
    Unknown,
}

/// Looks for the workloads in the namespace of `from` that a selector matches.
#[must_use]
pub fn selected_or_meant(workspace: &Workspace, from: ObjectId, selector: &LabelSelector) -> Match {
    let mut named = None;
    let name = workspace.object(from).metadata.name.text();
    let directory = workspace.file(from.file).directory();
    for (group, kind) in WORKLOADS.into_iter().chain(JOBS) {
        let Some(all) = workspace.beside_up_to(from, group, kind, MAX_NEIGHBOURS) else {
            return Match::Unknown;
        };
        for id in all {
            let object = workspace.object(id);
            match object.pods.first().map(pod_labels) {
                Some(Some(labels)) if !workspace.is_partial(id) => {
                    if selector.matches(&labels) {
                        return Match::Some;
                    }
                }
                _ => return Match::Unknown,
            }
            let is_near = workspace.file(id.file).directory() == directory;
            let has_name = object.metadata.name.text() == name;
            if is_near && has_name && workspace.is_unmodified(id) {
                named = Some(id);
            }
        }
    }
    let makers = workspace.kept(Makers::of);
    if makers.operated.contains(&from.file) && named.is_none() {
        return Match::Unknown;
    }
    match named.or_else(|| elsewhere(workspace, from, selector, &makers)) {
        Some(meant) => Match::Nothing(meant),
        None => Match::Unknown,
    }
}

/// Most objects of a kind in a namespace among which those of a selector are looked for. Of more, nothing is known.
const MAX_NEIGHBOURS: usize = 500;

/// What makes Pods, by file.
struct Makers {
    /// Files with objects for which an operator may create Pods.
    operated: FxHashSet<FileId>,
    /// The first objects with Pods.
    first: FxHashMap<FileId, Vec<ObjectId>>,
}

impl Makers {
    fn of(workspace: &Workspace) -> Self {
        let mut makers = Self {
            operated: FxHashSet::default(),
            first: FxHashMap::default(),
        };
        let ids = workspace.files.iter().zip(0..).flat_map(|(file, id)| {
            let file_id = FileId(id);
            (0..file.objects.len()).map(move |index| ObjectId {
                file: file_id,
                index,
            })
        });
        for id in ids {
            let object = workspace.object(id);
            let mut pods = object.pods.iter();
            if object.unknown_kind().is_some() || pods.any(|pod| pod.origin == PodOrigin::Custom) {
                makers.operated.insert(id.file);
            }
            let first = makers.first.entry(id.file).or_default();
            if !object.pods.is_empty() && first.len() < MAX_NEIGHBOURS {
                first.push(id);
            }
        }
        makers
    }
}

/// A workload of the same file in another namespace that a selector matches.
fn elsewhere(
    workspace: &Workspace,
    from: ObjectId,
    selector: &LabelSelector,
    makers: &Makers,
) -> Option<ObjectId> {
    let own = workspace.namespace(from)?;
    let mut ids = makers.first.get(&from.file)?.iter().copied();
    ids.find(|&id| {
        let object = workspace.object(id);
        let is_other = workspace.namespace(id).is_some_and(|other| other != own);
        let pod = object.pods.first().filter(|_| is_other);
        let labels = pod.and_then(pod_labels);
        labels.is_some_and(|labels| selector.matches(&labels))
    })
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
