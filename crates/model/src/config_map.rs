use super::{Field, decode::Record};
use podwright_syntax::NodeId;

/// ConfigMap.
#[derive(Clone, Debug)]
pub struct ConfigMap {
    /// `data`: strings by key.
    pub data: Field<Vec<DataValue>>,
    /// `binaryData`: base64 by key. Containers see it only in volumes.
    pub binary_data: Field<Vec<DataValue>>,
    /// `immutable`
    pub immutable: Field<bool>,
}

/// Key of a ConfigMap or a Secret. The value stays in the syntax tree, because it may be large or a credential.
#[derive(Clone, Debug)]
pub struct DataValue {
    /// Name of the key.
    pub name: String,
    /// Node of the key.
    pub key: NodeId,
    /// Node of the value, with aliases resolved.
    pub value: NodeId,
}

impl ConfigMap {
    /// Reads the mapping of a ConfigMap.
    #[must_use]
    pub fn decode(object: Record<'_>) -> Self {
        Self {
            data: DataValue::all(object, "data"),
            binary_data: DataValue::all(object, "binaryData"),
            immutable: object.boolean("immutable"),
        }
    }
}

impl DataValue {
    /// Keys and values of the mapping `key` in `parent`.
    #[must_use]
    pub fn all(parent: Record<'_>, key: &str) -> Field<Vec<Self>> {
        let tree = parent.tree();
        parent.record(key).map(|record| {
            let value = |entry: podwright_syntax::Entry| Self {
                name: tree.key_text(entry.key).into_owned(),
                key: entry.key,
                value: tree.resolve(entry.value),
            };
            record.entries().into_iter().map(value).collect()
        })
    }
}
