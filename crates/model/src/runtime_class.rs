use super::decode::{Decode, MappingReader, QuantityMap, StringMap, object};
use super::{Field, TooLarge, too_large::too_large};

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

object! {
    /// Resource overhead of running a Pod, in addition to its containers.
    pub struct Overhead {
        pub pod_fixed: Field<QuantityMap> = quantity_map("podFixed"),
    }
}

object! {
    /// Nodes that support the class.
    pub struct Scheduling {
        pub node_selector: Field<StringMap> = string_map("nodeSelector"),
        pub tolerations: Field<Vec<Toleration>> = objects("tolerations"),
    }
}

object! {
    /// Toleration as written.
    pub struct Toleration {
        pub key: Field<String> = string("key"),
        pub operator: Field<String> = string("operator"),
        pub value: Field<String> = string("value"),
        pub effect: Field<String> = string("effect"),
        pub toleration_seconds: Field<i64> = integer("tolerationSeconds"),
    }
}

impl Decode for RuntimeClass {
    fn decode(reader: MappingReader<'_>) -> Self {
        let version = reader.string("apiVersion");
        match version.text() {
            Some("node.k8s.io/v1" | "node.k8s.io/v1beta1") => Self {
                handler: reader.string("handler"),
                overhead: reader.object("overhead"),
                scheduling: reader.object("scheduling"),
            },
            _ => Self {
                handler: Field::Unknown(reader.node()),
                overhead: Field::Unknown(reader.node()),
                scheduling: Field::Unknown(reader.node()),
            },
        }
    }
}

impl RuntimeClass {
    /// Marks the scheduling as unknown if a list in it is too long to be merged into each Pod, and returns that list.
    pub(super) fn leave_out_excess(&mut self, reader: MappingReader<'_>) -> Option<TooLarge> {
        let Field::Value(scheduling, node) = reader.mapping("scheduling") else {
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
