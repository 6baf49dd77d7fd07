use super::{Field, decode::Record};
use crate::syntax::NodeId;

/// A ConfigMap.
#[derive(Clone, Debug)]
pub struct ConfigMap {
    /// `data`: text, by key.
    pub data: Field<Vec<DataValue>>,
    /// `binaryData`: base64, by key; containers see it in volumes only.
    pub binary_data: Field<Vec<DataValue>>,
    /// `immutable`
    pub immutable: Field<bool>,
}

/// A key of a ConfigMap or a Secret. Its value stays in the tree: it may be large, and it may be a credential.
#[derive(Clone, Debug)]
pub struct DataValue {
    /// The key.
    pub name: String,
    /// The key's node.
    pub key: NodeId,
    /// The value's node, aliases followed.
    pub value: NodeId,
}

impl ConfigMap {
    /// Reads a ConfigMap's mapping.
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
    /// The keys and values of the mapping `key` of `parent`.
    #[must_use]
    pub fn all(parent: Record<'_>, key: &str) -> Field<Vec<Self>> {
        let tree = parent.tree();
        parent.record(key).map(|record| {
            let value = |entry: crate::syntax::Entry| Self {
                name: tree.key_text(entry.key).into_owned(),
                key: entry.key,
                value: tree.resolve(entry.value),
            };
            record.entries().into_iter().map(value).collect()
        })
    }
}
