use super::{Field, Quantity, TooLarge, decode::Record, too_large::too_large};
use podwright_syntax::NodeId;

/// Map of strings, with the node of each key.
pub type Texts = Vec<(String, NodeId, Field<String>)>;

/// Resource amounts by name, with the node of each name.
pub type Quantities = Vec<(String, NodeId, Field<Quantity>)>;

/// RuntimeClass of `node.k8s.io/v1` or `v1beta1`. Other versions have different fields (`spec.runtimeHandler`) and are
/// not read.
#[derive(Clone, Debug)]
pub struct RuntimeClass {
    /// `handler`
    pub handler: Field<String>,
    /// `overhead`
    pub overhead: Field<Overhead>,
    /// `scheduling`
    pub scheduling: Field<Scheduling>,
}

/// Resource overhead of running a Pod, in addition to its containers.
#[derive(Clone, Debug)]
pub struct Overhead {
    /// `podFixed`
    pub pod_fixed: Field<Quantities>,
}

/// Nodes that support the class.
#[derive(Clone, Debug)]
pub struct Scheduling {
    /// `nodeSelector`
    pub node_selector: Field<Texts>,
    /// `tolerations`
    pub tolerations: Field<Vec<Toleration>>,
}

/// Toleration as written.
#[derive(Clone, Debug)]
pub struct Toleration {
    /// Mapping node.
    pub node: NodeId,
    /// `key`
    pub key: Field<String>,
    /// `operator`
    pub operator: Field<String>,
    /// `value`
    pub value: Field<String>,
    /// `effect`
    pub effect: Field<String>,
    /// `tolerationSeconds`, in seconds
    pub toleration_seconds: Field<i64>,
}

impl RuntimeClass {
    /// Reads the mapping of a RuntimeClass.
    #[must_use]
    pub fn decode(object: Record<'_>) -> Self {
        let version = object.text("apiVersion");
        if !matches!(
            version.text(),
            Some("node.k8s.io/v1" | "node.k8s.io/v1beta1")
        ) {
            return Self {
                handler: Field::Unknown(object.node()),
                overhead: Field::Unknown(object.node()),
                scheduling: Field::Unknown(object.node()),
            };
        }
        Self {
            handler: object.text("handler"),
            overhead: object.record("overhead").map(|overhead| Overhead {
                pod_fixed: overhead.quantities("podFixed"),
            }),
            scheduling: object.record("scheduling").map(|scheduling| Scheduling {
                node_selector: scheduling.texts("nodeSelector"),
                tolerations: scheduling.records("tolerations", Toleration::decode),
            }),
        }
    }
}

impl RuntimeClass {
    /// Marks the scheduling as unknown if a list in it is too long to be merged into each Pod, and returns that list.
    pub(super) fn leave_out_excess(&mut self, object: Record<'_>) -> Option<TooLarge> {
        let Field::Value(scheduling, node) = object.record("scheduling") else {
            return None;
        };
        let too_large = too_large(scheduling)?;
        self.scheduling = Field::Unknown(node);
        Some(too_large)
    }

    /// Whether the class lets its Pods run on any node, because it has no `scheduling.nodeSelector`.
    #[must_use]
    pub fn runs_everywhere(&self) -> bool {
        match &self.scheduling {
            Field::Missing | Field::Null(_) => true,
            Field::Value(scheduling, _) => match &scheduling.node_selector {
                Field::Missing | Field::Null(_) => true,
                Field::Value(labels, _) => labels.is_empty(),
                Field::Unknown(_) | Field::Invalid(_) => false,
            },
            Field::Unknown(_) | Field::Invalid(_) => false,
        }
    }
}

impl Toleration {
    /// Reads an item of `tolerations`.
    #[must_use]
    pub fn decode(record: Record<'_>) -> Self {
        Self {
            node: record.node(),
            key: record.text("key"),
            operator: record.text("operator"),
            value: record.text("value"),
            effect: record.text("effect"),
            toleration_seconds: record.integer("tolerationSeconds"),
        }
    }
}
