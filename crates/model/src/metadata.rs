use super::{
    Field,
    decode::{MappingReader, StringMap},
};

/// `metadata` of an object or a pod template.
#[derive(Clone, Debug)]
pub struct Metadata {
    /// `name`
    pub name: Field<String>,
    /// `generateName`
    pub generate_name: Field<String>,
    /// `namespace`
    pub namespace: Field<String>,
    /// `labels`
    pub labels: Field<StringMap>,
    /// `annotations`
    pub annotations: Field<StringMap>,
}

impl Metadata {
    /// Reads `metadata` of `parent`.
    #[must_use]
    pub fn decode(parent: MappingReader<'_>) -> Self {
        let metadata = parent.part("metadata");
        Self {
            name: metadata.string("name"),
            generate_name: metadata.string("generateName"),
            namespace: metadata.string("namespace"),
            labels: metadata.string_map("labels"),
            annotations: metadata.string_map("annotations"),
        }
    }

    /// Value of an annotation, if known.
    #[must_use]
    pub fn annotation(&self, key: &str) -> Option<&str> {
        let mut annotations = self.annotations.items().iter();
        annotations.find(|(name, ..)| name == key)?.2.text()
    }

    /// Whether one of these annotations is set, or may be.
    #[must_use]
    pub fn may_have_annotation(&self, keys: &[&str]) -> bool {
        match &self.annotations {
            Field::Value(all, _) => all.iter().any(|(key, ..)| keys.contains(&key.as_str())),
            Field::Unknown(_) | Field::Invalid(_) => true,
            Field::Missing | Field::Null(_) => false,
        }
    }

    /// Whether helm or Argo CD creates the object at a step of an installation or for a test, or may do so.
    #[must_use]
    pub fn may_be_hook(&self) -> bool {
        self.may_have_annotation(&["helm.sh/hook", "argocd.argoproj.io/hook"])
    }

    /// Whether an annotation allows a controller to copy the object to other namespaces.
    #[must_use]
    pub fn is_replicated(&self) -> bool {
        match &self.annotations {
            Field::Value(annotations, _) => annotations.iter().any(|(key, ..)| {
                let mut prefixes = REPLICATORS.iter();
                prefixes.any(|prefix| key.starts_with(prefix)) || super::is_placeholder(key)
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
