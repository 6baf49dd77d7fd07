//! What the downward API gives to variables.

use super::definition::{Text, Value};
use crate::model::{Field, Metadata, Object, Pod, PodOrigin};
use crate::workspace::{ObjectId, Workspace};

/// `field['key']`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sub<'a> {
    /// `metadata.labels` or `metadata.annotations`
    pub field: &'a str,
    /// The key in it.
    pub key: &'a str,
}

/// The field and the key of `field['key']` (`SplitMaybeSubscriptedPath`, `pkg/fieldpath`).
#[must_use]
pub fn subscript(path: &str) -> Option<Sub<'_>> {
    let (field, key) = path.strip_suffix("']")?.split_once("['")?;
    Some(Sub { field, key })
}

/// Whether a controller may put the label or annotation on Pods: those of Kubernetes without a domain, and all that have
/// one.
#[must_use]
pub fn is_added_later(key: &str) -> bool {
    // These are for people to write.
    let is_common = key.starts_with("app.kubernetes.io/");
    (key.contains('/') && !is_common) || ADDED.contains(&key)
}

/// Labels without a domain that controllers of Kubernetes put on Pods.
const ADDED: [&str; 5] = [
    "pod-template-hash",
    "pod-template-generation",
    "controller-revision-hash",
    "controller-uid",
    "job-name",
];

/// What a variable gets by `fieldRef`, as far as the file tells.
pub(super) fn field_value(workspace: &Workspace, id: ObjectId, pod: &Pod, path: &str) -> Value {
    let object = workspace.object(id);
    let known = match path {
        "metadata.namespace" => workspace.namespace(id).map(str::to_owned),
        "metadata.name" => own_name(object, pod),
        "spec.serviceAccountName" => match pod.effective_service_account() {
            Field::Is(name, _) if !name.is_empty() => Some(name),
            Field::Is(..) | Field::Absent | Field::Null(_) => Some("default".to_owned()),
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

/// A label or an annotation of the template; of one that is not there it is not known whether a controller adds it.
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
