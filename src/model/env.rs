use super::{Field, decode::Record};
use crate::syntax::NodeId;

/// An item of `env`.
#[derive(Clone, Debug)]
pub struct EnvVar {
    /// Its mapping.
    pub node: NodeId,
    /// `name`
    pub name: Field<String>,
    /// `value`, before `$(VAR)` is expanded
    pub value: Field<String>,
    /// `valueFrom`: whether there is one.
    pub value_from: Field<()>,
}

impl EnvVar {
    /// Reads an item of `env`.
    #[must_use]
    pub fn decode(record: Record<'_>) -> Self {
        Self {
            node: record.node(),
            name: record.text("name"),
            value: record.script("value"),
            value_from: record.record("valueFrom").map(|_| ()),
        }
    }
}
