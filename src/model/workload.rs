//! Everything that holds a pod spec.

use super::{Field, Object, Pod, PodOrigin, decode::Record};

/// Where a custom resource keeps a pod template, as the configuration says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PodTemplatePath {
    /// The API group, empty for any.
    pub group: String,
    /// The kind, empty for any.
    pub kind: String,
    /// The keys from the object to the pod spec: `["spec", "template", "spec"]`.
    pub path: Vec<String>,
}

const TEMPLATE: &[&str] = &["spec", "template", "spec"];
const JOB_TEMPLATE: &[&str] = &["spec", "jobTemplate", "spec", "template", "spec"];

/// The pod specs of an object.
pub(super) fn pods(record: Record<'_>, object: &Object, paths: &[PodTemplatePath]) -> Vec<Pod> {
    let (Some(group), Some(kind)) = (object.group(), object.kind.text()) else {
        return Vec::new();
    };
    let (path, origin): (&[&str], _) = match (group, kind) {
        ("", "Pod") => (&["spec"], PodOrigin::Pod),
        ("", "PodTemplate") => (&["template", "spec"], PodOrigin::Template),
        ("", "ReplicationController")
        | ("apps" | "extensions", "Deployment" | "ReplicaSet" | "DaemonSet")
        | ("apps", "StatefulSet")
        | ("batch", "Job") => (TEMPLATE, PodOrigin::Template),
        ("batch", "CronJob") => (JOB_TEMPLATE, PodOrigin::Template),
        _ => return custom(record, group, kind, paths),
    };
    one(record, path, origin).into_iter().collect()
}

fn custom(record: Record<'_>, group: &str, kind: &str, paths: &[PodTemplatePath]) -> Vec<Pod> {
    let configured = paths.iter().filter(|path| {
        (path.group.is_empty() || path.group == group)
            && (path.kind.is_empty() || path.kind == kind)
    });
    let configured: Vec<Vec<&str>> = configured
        .map(|path| path.path.iter().map(String::as_str).collect())
        .collect();
    let usual = [TEMPLATE.to_vec(), JOB_TEMPLATE.to_vec()];
    let mut pods: Vec<Pod> = Vec::new();
    for path in usual.iter().chain(&configured) {
        if let Some(pod) = one(record, path, PodOrigin::Custom)
            && pods.iter().all(|known| known.node != pod.node)
        {
            pods.push(pod);
        }
    }
    pods
}

/// The pod spec at `path`, if there is a mapping; in a custom resource only if it holds `containers`.
fn one(record: Record<'_>, path: &[&str], origin: PodOrigin) -> Option<Pod> {
    let (last, parents) = path.split_last()?;
    let mut parent = record;
    for key in parents {
        parent = child(parent, key)?;
    }
    let spec = child(parent, last)?;
    let holds_containers = matches!(spec.list("containers"), Field::Is(..));
    (origin != PodOrigin::Custom || holds_containers).then(|| Pod::decode(parent, spec, origin))
}

fn child<'t>(record: Record<'t>, key: &str) -> Option<Record<'t>> {
    record.record(key).value().copied()
}
