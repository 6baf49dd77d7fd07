//! Everything that holds a pod spec.

use super::excess::excess;
use super::{Excess, Field, Object, Pod, PodOrigin, decode::Record};

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

/// The pod specs of an object, and what of one of them is too long for it to be among them.
pub(super) fn pods(
    record: Record<'_>,
    object: &Object,
    paths: &[PodTemplatePath],
) -> (Vec<Pod>, Option<Excess>) {
    let (Some(group), Some(kind)) = (object.group(), object.kind.text()) else {
        return (Vec::new(), None);
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
    match one(record, path, origin) {
        Some(Ok(pod)) => (vec![pod], None),
        Some(Err(excess)) => (Vec::new(), Some(excess)),
        None => (Vec::new(), None),
    }
}

fn custom(
    record: Record<'_>,
    group: &str,
    kind: &str,
    paths: &[PodTemplatePath],
) -> (Vec<Pod>, Option<Excess>) {
    let configured = paths.iter().filter(|path| {
        (path.group.is_empty() || path.group == group)
            && (path.kind.is_empty() || path.kind == kind)
    });
    let configured: Vec<Vec<&str>> = configured
        .map(|path| path.path.iter().map(String::as_str).collect())
        .collect();
    let usual = [TEMPLATE.to_vec(), JOB_TEMPLATE.to_vec()];
    let mut pods: Vec<Pod> = Vec::new();
    let mut excess = None;
    for path in usual.iter().chain(&configured) {
        match one(record, path, PodOrigin::Custom) {
            Some(Ok(pod)) if pods.iter().all(|known| known.node != pod.node) => pods.push(pod),
            Some(Err(too_long)) => excess = excess.or(Some(too_long)),
            _ => {}
        }
    }
    (pods, excess)
}

/// The pod spec at `path`, if there is a mapping; in a custom resource only if it holds `containers`.
fn one(record: Record<'_>, path: &[&str], origin: PodOrigin) -> Option<Result<Pod, Excess>> {
    let (last, parents) = path.split_last()?;
    let mut parent = record;
    for key in parents {
        parent = child(parent, key)?;
    }
    let spec = child(parent, last)?;
    let holds_containers = matches!(spec.list("containers"), Field::Is(..));
    if origin == PodOrigin::Custom && !holds_containers {
        return None;
    }
    Some(match excess(spec) {
        Some(excess) => Err(excess),
        None => Ok(Pod::decode(parent, spec, origin)),
    })
}

fn child<'t>(record: Record<'t>, key: &str) -> Option<Record<'t>> {
    record.record(key).value().copied()
}
