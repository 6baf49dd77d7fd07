//! Values of the downward API for environment variables.

use super::definition::{Text, Value};
use crate::workspace::{ObjectId, Workspace};
use podwright_model::{Field, Metadata, Object, Pod, PodOrigin};

/// Field path with a key: `field['key']`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sub<'a> {
    /// Field, such as `metadata.labels` or `metadata.annotations`.
    pub field: &'a str,
    /// Key in the field.
    pub key: &'a str,
}

/// Splits `field['key']` into field and key (`SplitMaybeSubscriptedPath`, `pkg/fieldpath`).
#[must_use]
pub fn subscript(path: &str) -> Option<Sub<'_>> {
    let (field, key) = path.strip_suffix("']")?.split_once("['")?;
    Some(Sub { field, key })
}

/// Whether a controller may add the label or annotation to Pods: known keys without a domain, and keys with a domain
/// except `app.kubernetes.io`.
#[must_use]
pub fn is_added_later(key: &str) -> bool {
    // Users set these labels themselves.
    let is_common = key.starts_with("app.kubernetes.io/");
    (key.contains('/') && !is_common)
        || ADDED.contains(&key)
        || ADDED_PREFIXES.iter().any(|prefix| key.starts_with(prefix))
}

/// Labels without a domain that controllers add to Pods.
const ADDED: [&str; 6] = [
    "pod-template-hash",
    "pod-template-generation",
    "controller-revision-hash",
    "controller-uid",
    "job-name",
    // Argo Rollouts, also to Pods of a Deployment that a Rollout references.
    "rollouts-pod-template-hash",
];

/// Prefixes of keys without a domain that controllers add to Pods. The Operator Lifecycle Manager copies the annotations
/// of the ClusterServiceVersion into the templates of an operator, with those of its OperatorGroup
/// (`olm.targetNamespaces`, `olm.operatorNamespace`).
const ADDED_PREFIXES: [&str; 1] = ["olm."];

/// Returns the value that a variable gets from `fieldRef`, as far as it is known from the files.
pub(super) fn field_value(workspace: &Workspace, id: ObjectId, pod: &Pod, path: &str) -> Value {
    let object = workspace.object(id);
    let known = match path {
        "metadata.namespace" => workspace.namespace(id).map(str::to_owned),
        "metadata.name" => own_name(object, pod),
        "spec.serviceAccountName" => match pod.effective_service_account() {
            Field::Value(name, _) if !name.is_empty() => Some(name),
            Field::Value(..) | Field::Missing | Field::Null(_) => Some("default".to_owned()),
            Field::Unknown(_) | Field::Invalid(_) => None,
        },
        _ => subscript(path).and_then(|sub| entry(&pod.metadata, sub)),
    };
    known.map_or(Value::Source, |text| {
        Value::Text(Text {
            shown: Some(text.clone()),
            exact: Some(text),
        })
    })
}

fn own_name(object: &Object, pod: &Pod) -> Option<String> {
    let is_named = pod.origin == PodOrigin::Pod;
    is_named.then(|| object.metadata.name.text().map(str::to_owned))?
}

/// Returns a label or annotation of the template; `None` if it is missing, because a controller may add it.
fn entry(metadata: &Metadata, sub: Sub<'_>) -> Option<String> {
    let entries = match sub.field {
        "metadata.labels" => &metadata.labels,
        "metadata.annotations" => &metadata.annotations,
        _ => return None,
    };
    let mut entries = entries.value()?.iter();
    let (_, _, value) = entries.find(|(key, ..)| key == sub.key)?;
    value.text().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::is_added_later;

    #[test]
    fn keys_of_controllers_are_added_later() {
        for key in [
            "pod-template-hash",
            "controller-revision-hash",
            "job-name",
            "batch.kubernetes.io/job-completion-index",
            "statefulset.kubernetes.io/pod-name",
            "apps.kubernetes.io/pod-index",
            "topology.kubernetes.io/zone",
            "olm.targetNamespaces",
            "olm.operatorNamespace",
        ] {
            assert!(is_added_later(key), "{key}");
        }
        for key in ["app", "olm", "app.kubernetes.io/name", "pod-index"] {
            assert!(!is_added_later(key), "{key}");
        }
    }
}
