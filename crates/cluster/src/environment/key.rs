//! Keys of ConfigMaps and Secrets that can become environment variables.

use rustc_hash::FxHashSet;

use super::definition::{Text, Value};
use crate::workspace::{ObjectId, Workspace};
use podwright_model::{
    Body, DataValue, EnvFrom, Field, ObjectRef, ReferenceKind, has_template_syntax,
};
use podwright_syntax::{NodeId, Scalar, text::Location};

/// Key of an object that can become a variable.
#[derive(Clone, Debug)]
pub struct Imported {
    /// Name of the key.
    pub key: String,
    /// Location of the key.
    pub place: Location,
    /// Value; not known for a Secret.
    pub value: Value,
}

/// Object that an `envFrom` item names: its kind and the reference to it.
pub type EnvFromObject<'m> = (ReferenceKind, &'m ObjectRef);

/// Returns the object of an `envFrom` item; `None` if it has none or two, which the API server rejects.
#[must_use]
pub fn env_from_object(item: &EnvFrom) -> Option<EnvFromObject<'_>> {
    match (&item.config_map_ref, &item.secret_ref) {
        (Field::Value(map, _), secret) if secret.is_unset() => {
            Some((ReferenceKind::ConfigMap, map))
        }
        (map, Field::Value(secret, _)) if map.is_unset() => Some((ReferenceKind::Secret, secret)),
        _ => None,
    }
}

/// Returns the keys of a ConfigMap or Secret that can become variables, in order; the kubelet ignores `binaryData`.
#[must_use]
pub fn keys(workspace: &Workspace, id: ObjectId) -> Vec<Imported> {
    let mut met = FxHashSet::default();
    let each = data(workspace, id).filter(|value| met.insert(value.name.as_str()));
    each.map(|value| import(workspace, id, value)).collect()
}

/// Returns the key with this name, as in [`keys`].
pub(super) fn key(workspace: &Workspace, id: ObjectId, name: &str) -> Option<Imported> {
    let found = data(workspace, id).find(|value| value.name == name)?;
    Some(import(workspace, id, found))
}

/// Number of keys that `envFrom` imports from an object.
#[must_use]
pub fn key_count(workspace: &Workspace, id: ObjectId) -> usize {
    data(workspace, id).count()
}

/// Returns the entries of a ConfigMap or Secret that can become variables, in order of precedence.
fn data(workspace: &Workspace, id: ObjectId) -> impl Iterator<Item = &DataValue> {
    let (first, second) = match &workspace.object(id).body {
        Body::ConfigMap(map) => (Some(&map.data), None),
        Body::Secret(secret) => (Some(&secret.string_data), Some(&secret.data)),
        _ => (None, None),
    };
    let lists = first.into_iter().chain(second);
    lists.filter_map(Field::value).flatten()
}

fn import(workspace: &Workspace, id: ObjectId, value: &DataValue) -> Imported {
    let tree = &workspace.file(id.file).tree;
    Imported {
        key: value.name.clone(),
        place: workspace.place(id.file, value.key),
        value: match workspace.object(id).body {
            Body::ConfigMap(_) => text(tree.scalar(value.value), &value.name),
            _ => Value::Source,
        },
    }
}

/// Returns the keys that a kustomization generator creates, and whether the list is complete.
pub(super) fn generated(
    workspace: &Workspace,
    from: ObjectId,
    kind: ReferenceKind,
    name: &str,
) -> Option<(Vec<Imported>, bool)> {
    let (file, generator) = workspace.generator(from, kind, name)?;
    let tree = &workspace.file(file).tree;
    let keys = generator.keys.iter().map(|key| Imported {
        key: key.name.clone(),
        place: workspace.place(file, key.node),
        value: match (kind, key.value) {
            (ReferenceKind::Secret, _) => Value::Source,
            (_, None) => Value::Unknown,
            (_, Some(at)) => {
                let written = tree.decoded(key.node);
                let value = written.get(at..).unwrap_or_default().to_owned();
                text(Scalar::Str(value.into()), &key.name)
            }
        },
    });
    Some((keys.collect(), generator.is_whole))
}

/// Whether `binaryData` of a ConfigMap has the key.
pub(super) fn is_binary(workspace: &Workspace, id: ObjectId, key: &str) -> bool {
    let Body::ConfigMap(map) = &workspace.object(id).body else {
        return false;
    };
    let mut binary = map.binary_data.value().into_iter().flatten();
    binary.any(|value| value.name == key)
}

/// Converts a value in `data` of a ConfigMap.
fn text(scalar: Scalar<'_>, key: &str) -> Value {
    match scalar {
        Scalar::Str(text) if !has_template_syntax(&text) && !text.starts_with("ENC[") => {
            let shown =
                (!podwright_redact::is_credential(key, &text)).then(|| text.clone().into_owned());
            Value::Text(Text {
                exact: Some(text.into_owned()),
                shown,
            })
        }
        _ => Value::Unknown,
    }
}

/// Returns a non-empty name or key and its scalar.
pub(super) fn known(field: &Field<String>) -> Option<(&str, NodeId)> {
    let (text, node) = field.known()?;
    (!text.is_empty()).then_some((text.as_str(), node))
}
