use super::{Field, decode::Record, runtime_class::Texts};
use podwright_syntax::NodeId;

/// Service, limited to the fields that affect the environment and the names of Pods.
#[derive(Clone, Debug)]
pub struct Service {
    /// `spec`
    pub spec: Field<ServiceSpec>,
}

/// `spec` of a Service.
#[derive(Clone, Debug)]
pub struct ServiceSpec {
    /// `type`. Defaults to `ClusterIP`.
    pub type_: Field<String>,
    /// `clusterIP`. `None` makes the Service headless.
    pub cluster_ip: Field<String>,
    /// `externalName`
    pub external_name: Field<String>,
    /// `selector`: label keys and values.
    pub selector: Field<Texts>,
    /// `ports`, in order
    pub ports: Field<Vec<ServicePort>>,
}

/// Item of `spec.ports`.
#[derive(Clone, Debug)]
pub struct ServicePort {
    /// Mapping node.
    pub node: NodeId,
    /// `name`
    pub name: Field<String>,
    /// `port`
    pub port: Field<i64>,
    /// `protocol`. Defaults to `TCP`.
    pub protocol: Field<String>,
}

impl Service {
    /// Reads the mapping of a Service.
    #[must_use]
    pub fn decode(object: Record<'_>) -> Self {
        Self {
            spec: object.record("spec").map(ServiceSpec::decode),
        }
    }
}

impl ServiceSpec {
    fn decode(spec: Record<'_>) -> Self {
        Self {
            type_: spec.text("type"),
            cluster_ip: spec.text("clusterIP"),
            external_name: spec.text("externalName"),
            selector: spec.texts("selector"),
            ports: spec.records("ports", ServicePort::decode),
        }
    }
}

impl ServicePort {
    fn decode(port: Record<'_>) -> Self {
        Self {
            node: port.node(),
            name: port.text("name"),
            port: port.integer("port"),
            protocol: port.text("protocol"),
        }
    }
}
