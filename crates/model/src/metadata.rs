use super::{Field, decode::Record};
use podwright_syntax::NodeId;

/// `metadata` of an object or a pod template.
#[derive(Clone, Debug)]
pub struct Metadata {
    /// `name`
    pub name: Field<String>,
    /// `generateName`
    pub generate_name: Field<String>,
    /// `namespace`
    pub namespace: Field<String>,
    /// `labels`: key, node of the key, value.
    pub labels: Field<Vec<(String, NodeId, Field<String>)>>,
    /// `annotations`: key, node of the key, value.
    pub annotations: Field<Vec<(String, NodeId, Field<String>)>>,
}

impl Metadata {
    /// Reads `metadata` of `parent`.
    #[must_use]
    pub fn decode(parent: Record<'_>) -> Self {
        match parent.record("metadata") {
            Field::Value(record, _) => Self {
                name: record.text("name"),
                generate_name: record.text("generateName"),
                namespace: record.text("namespace"),
                labels: record.texts("labels"),
                annotations: record.texts("annotations"),
            },
            Field::Missing | Field::Null(_) => Self {
                name: Field::Missing,
                generate_name: Field::Missing,
                namespace: Field::Missing,
                labels: Field::Missing,
                annotations: Field::Missing,
            },
            Field::Unknown(node) | Field::Invalid(node) => Self {
                name: Field::Unknown(node),
                generate_name: Field::Unknown(node),
                namespace: Field::Unknown(node),
                labels: Field::Unknown(node),
                annotations: Field::Unknown(node),
            },
        }
    }

    /// Value of an annotation, if known.
    #[must_use]
    pub fn annotation(&self, key: &str) -> Option<&str> {
        let annotations = self.annotations.value()?;
        annotations.iter().find(|(name, ..)| name == key)?.2.text()
    }

    /// Whether an annotation allows a controller to copy the object to other namespaces.
    #[must_use]
    pub fn is_replicated(&self) -> bool {
        match &self.annotations {
            Field::Value(annotations, _) => annotations.iter().any(|(key, ..)| {
                REPLICATORS
                    .iter()
                    .any(|prefix| key.starts_with(prefix) || super::is_placeholder(key))
            }),
            Field::Unknown(_) => true,
            Field::Missing | Field::Null(_) | Field::Invalid(_) => false,
        }
    }
}

/// Annotations of controllers that copy Secrets and ConfigMaps: reflector, kubernetes-replicator, kubed and its
/// successor config-syncer.
const REPLICATORS: [&str; 4] = [
    "reflector.v1.k8s.emberstack.com/",
    "replicator.v1.mittwald.de/",
    "kubed.appscode.com/sync",
    "config-syncer.appscode.com/sync",
];
