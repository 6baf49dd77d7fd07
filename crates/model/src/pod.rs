use super::{
    Container, ContainerKind, Field, Metadata, NodeSelectorTerm, Resources, Volume,
    decode::Record,
    runtime_class::{Quantities, Texts, Toleration},
};
use podwright_syntax::{NodeId, Scalar};

/// Object that contains a pod spec. It determines when and how strictly the API server validates the spec.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PodOrigin {
    /// A Pod.
    Pod,
    /// Pod template of a built-in kind. It is validated less strictly, and its Pods are created later.
    Template,
    /// Pod template in a custom resource. An operator may add missing fields.
    Custom,
}

/// Pod spec with its metadata.
#[derive(Clone, Debug)]
pub struct Pod {
    /// Node of the `spec` mapping.
    pub node: NodeId,
    /// Object that contains the spec.
    pub origin: PodOrigin,
    /// Metadata of the Pod or the pod template.
    pub metadata: Metadata,
    /// Init, regular and ephemeral containers, in start order.
    pub containers: Vec<Container>,
    /// `volumes[].image`
    pub image_volumes: Vec<ImageVolume>,
    /// `imagePullSecrets`
    pub image_pull_secrets: Field<Vec<LocalObjectReference>>,
    /// `serviceAccountName`
    pub service_account_name: Field<String>,
    /// `serviceAccount`, the deprecated alias
    pub service_account: Field<String>,
    /// `runtimeClassName`
    pub runtime_class_name: Field<String>,
    /// `resources` of the whole Pod
    pub resources: Field<Resources>,
    /// `overhead`
    pub overhead: Field<Quantities>,
    /// `nodeSelector`: label keys and values.
    pub node_selector: Field<Texts>,
    /// `os.name`
    pub os_name: Field<Field<String>>,
    /// `affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms`
    pub required_node_affinity: Field<Vec<NodeSelectorTerm>>,
    /// `tolerations`
    pub tolerations: Field<Vec<Toleration>>,
    /// `hostNetwork`
    pub host_network: Field<bool>,
    /// `hostname`
    pub hostname: Field<String>,
    /// `hostnameOverride` (1.34 and later)
    pub hostname_override: Field<String>,
    /// `subdomain`
    pub subdomain: Field<String>,
    /// `setHostnameAsFQDN`
    pub set_hostname_as_fqdn: Field<bool>,
    /// `enableServiceLinks`. Defaults to true.
    pub enable_service_links: Field<bool>,
    /// `volumes`
    pub volumes: Field<Vec<Volume>>,
    /// `terminationGracePeriodSeconds`, in seconds
    pub termination_grace_period_seconds: Field<i64>,
}

/// Volume with an OCI image as its content.
#[derive(Clone, Debug)]
pub struct ImageVolume {
    /// Node of the volume's `image` mapping.
    pub node: NodeId,
    /// `name` of the volume
    pub name: Field<String>,
    /// `reference`
    pub reference: Field<String>,
    /// `pullPolicy`
    pub pull_policy: Field<String>,
}

/// Reference by name to an object in the same namespace.
#[derive(Clone, Debug)]
pub struct LocalObjectReference {
    /// Node of the list item.
    pub node: NodeId,
    /// `name`
    pub name: Field<String>,
    /// Key and value of `namespace`, which is not a field of this type.
    pub namespace: Option<(NodeId, Field<String>)>,
}

impl Pod {
    /// Reads the pod spec `spec`, whose metadata is in `parent`.
    #[must_use]
    pub fn decode(parent: Record<'_>, spec: Record<'_>, origin: PodOrigin) -> Self {
        let lists = [
            ("initContainers", ContainerKind::Init),
            ("containers", ContainerKind::Regular),
            ("ephemeralContainers", ContainerKind::Ephemeral),
        ];
        let containers = lists.into_iter().flat_map(|(key, kind)| {
            let list = spec.records(key, |record| Container::decode(record, kind));
            match list {
                Field::Value(containers, _) => containers,
                _ => Vec::new(),
            }
        });
        let volumes = spec.records("volumes", ImageVolume::decode);
        Self {
            node: spec.node(),
            origin,
            metadata: Metadata::decode(parent),
            containers: containers.collect(),
            image_volumes: volumes
                .value()
                .into_iter()
                .flatten()
                .flatten()
                .cloned()
                .collect(),
            image_pull_secrets: LocalObjectReference::list(spec, "imagePullSecrets"),
            service_account_name: spec.text("serviceAccountName"),
            service_account: spec.text("serviceAccount"),
            runtime_class_name: spec.text("runtimeClassName"),
            resources: spec.record("resources").map(Resources::decode),
            overhead: spec.quantities("overhead"),
            node_selector: spec.texts("nodeSelector"),
            os_name: spec.record("os").map(|os| os.text("name")),
            required_node_affinity: NodeSelectorTerm::required(spec),
            tolerations: spec.records("tolerations", Toleration::decode),
            host_network: spec.boolean("hostNetwork"),
            hostname: spec.text("hostname"),
            hostname_override: spec.text("hostnameOverride"),
            subdomain: spec.text("subdomain"),
            set_hostname_as_fqdn: spec.boolean("setHostnameAsFQDN"),
            enable_service_links: spec.boolean("enableServiceLinks"),
            volumes: spec.all_records("volumes", Volume::decode),
            termination_grace_period_seconds: spec.integer("terminationGracePeriodSeconds"),
        }
    }

    /// Name of the ServiceAccount that the Pod runs as: `serviceAccountName`, otherwise the deprecated alias (which the
    /// API server reads only in this case), otherwise `default`.
    #[must_use]
    pub fn effective_service_account(&self) -> Field<String> {
        let named = |field: &Field<String>| field.text().is_none_or(|name| !name.is_empty());
        [&self.service_account_name, &self.service_account]
            .into_iter()
            .find(|field| !field.is_unset() && named(field))
            .cloned()
            .unwrap_or(Field::Missing)
    }
}

impl ImageVolume {
    fn decode(volume: Record<'_>) -> Option<Self> {
        let Field::Value(image, node) = volume.record("image") else {
            return None;
        };
        Some(Self {
            node,
            name: volume.text("name"),
            reference: image.text("reference"),
            pull_policy: image.text("pullPolicy"),
        })
    }
}

impl LocalObjectReference {
    /// Known, non-empty names in a list of references, with their nodes.
    pub fn named(references: &Field<Vec<Self>>) -> impl Iterator<Item = (&str, NodeId)> {
        let all = references.value().into_iter().flatten();
        all.filter_map(|reference| reference.name.known())
            .map(|(name, node)| (name.as_str(), node))
            .filter(|(name, _)| !name.is_empty())
    }

    /// Reads a list of references. Like the API server, treats a null item as a reference without a name.
    #[must_use]
    pub fn list(parent: Record<'_>, key: &str) -> Field<Vec<Self>> {
        let tree = parent.tree();
        parent.list(key).map(|nodes| {
            let item = |node: NodeId| match Record::new(tree, node) {
                Some(record) => Self {
                    node,
                    name: record.text("name"),
                    namespace: record
                        .entry("namespace")
                        .map(|entry| (entry.key, record.text("namespace"))),
                },
                None if matches!(tree.scalar(node), Scalar::Null) => Self {
                    node,
                    name: Field::Missing,
                    namespace: None,
                },
                None => Self {
                    node,
                    name: Field::Unknown(node),
                    namespace: None,
                },
            };
            nodes.into_iter().map(item).collect()
        })
    }
}
