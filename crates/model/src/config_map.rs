use super::{
    Field,
    decode::{MappingReader, object},
};
use podwright_syntax::NodeId;

object! {
    /// ConfigMap.
    pub struct ConfigMap {
        /// Strings by key.
        pub data: Field<Vec<DataValue>> = data_values("data"),
        /// Base64 by key. Containers see it only in volumes.
        pub binary_data: Field<Vec<DataValue>> = data_values("binaryData"),
        pub immutable: Field<bool> = boolean("immutable"),
    }
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

impl MappingReader<'_> {
    /// Keys and values of a ConfigMap's or a Secret's data.
    pub(super) fn data_values(self, key: &str) -> Field<Vec<DataValue>> {
        let tree = self.tree();
        self.map(key, |data| {
            let value = |entry: podwright_syntax::Entry| DataValue {
                name: tree.key_text(entry.key).into_owned(),
                key: entry.key,
                value: tree.resolve(entry.value),
            };
            data.entries().into_iter().map(value).collect()
        })
    }
}
