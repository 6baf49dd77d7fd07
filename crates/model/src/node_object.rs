use super::{Field, decode::Record};
use podwright_syntax::NodeId;

/// Node object, limited to the fields that determine which Pods it accepts.
#[derive(Clone, Debug)]
pub struct NodeObject {
    /// `spec.taints`
    pub taints: Field<Vec<NodeTaint>>,
}

/// Item of `taints`.
#[derive(Clone, Debug)]
pub struct NodeTaint {
    /// Mapping node.
    pub node: NodeId,
    /// `key`
    pub key: Field<String>,
    /// `value`
    pub value: Field<String>,
    /// `effect`
    pub effect: Field<String>,
}

impl NodeObject {
    /// Reads the mapping of a Node.
    #[must_use]
    pub fn decode(object: Record<'_>) -> Self {
        let spec = object.record("spec");
        let taints = spec.value().map(|spec| {
            spec.records("taints", |taint| NodeTaint {
                node: taint.node(),
                key: taint.text("key"),
                value: taint.text("value"),
                effect: taint.text("effect"),
            })
        });
        Self {
            taints: taints.unwrap_or(Field::Missing),
        }
    }
}
