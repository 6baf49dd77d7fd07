//! Objects that contain a pod spec.

use super::too_large::too_large;
use super::{Field, Metadata, Pod, PodOrigin, TooLarge, decode::MappingReader};

/// Location of a pod template in a custom resource, from the configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PodTemplatePath {
    /// API group; empty for any group.
    pub group: String,
    /// Kind; empty for any kind.
    pub kind: String,
    /// Path from the object to the pod spec: `["spec", "template", "spec"]`.
    pub path: Vec<String>,
}

const TEMPLATE: &[&str] = &["spec", "template", "spec"];
const JOB_TEMPLATE: &[&str] = &["spec", "jobTemplate", "spec", "template", "spec"];

/// Pod specs of an object of this API group and kind, or the list that makes one of them too long to be included.
pub(super) fn pods(
    record: MappingReader<'_>,
    group: Option<&str>,
    kind: Option<&str>,
    paths: &[PodTemplatePath],
) -> (Vec<Pod>, Option<TooLarge>) {
    let (Some(group), Some(kind)) = (group, kind) else {
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
        Some(Err(too_large)) => (Vec::new(), Some(too_large)),
        None => (Vec::new(), None),
    }
}

fn custom(
    record: MappingReader<'_>,
    group: &str,
    kind: &str,
    paths: &[PodTemplatePath],
) -> (Vec<Pod>, Option<TooLarge>) {
    let configured = paths.iter().filter(|path| {
        (path.group.is_empty() || path.group == group)
            && (path.kind.is_empty() || path.kind == kind)
    });
    let configured: Vec<Vec<&str>> = configured
        .map(|path| path.path.iter().map(String::as_str).collect())
        .collect();
    let usual = [TEMPLATE.to_vec(), JOB_TEMPLATE.to_vec()];
    let mut pods: Vec<Pod> = Vec::new();
    let mut too_large = None;
    for path in usual.iter().chain(&configured) {
        match one(record, path, PodOrigin::Custom) {
            Some(Ok(pod)) if pods.iter().all(|known| known.node != pod.node) => pods.push(pod),
            Some(Err(too_long)) => too_large = too_large.or(Some(too_long)),
            _ => {}
        }
    }
    (pods, too_large)
}

/// Pod spec at `path`, if there is a mapping. In a custom resource, it must contain `containers`.
fn one(
    record: MappingReader<'_>,
    path: &[&str],
    origin: PodOrigin,
) -> Option<Result<Pod, TooLarge>> {
    let (last, parents) = path.split_last()?;
    let parent = parents
        .iter()
        .try_fold(record, |parent, key| parent.child(key))?;
    let spec = parent.child(last)?;
    let holds_containers = matches!(spec.list("containers"), Field::Value(..));
    if origin == PodOrigin::Custom && !holds_containers {
        return None;
    }
    Some(match too_large(spec) {
        Some(too_large) => Err(too_large),
        None => Ok(Pod::decode(spec, origin, Metadata::decode(parent))),
    })
}
