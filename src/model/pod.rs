use super::{
    Container, ContainerKind, Field, Metadata, NodeSelectorTerm, Resources, Volume,
    decode::Record,
    runtime_class::{Quantities, Texts, Toleration},
};
use crate::syntax::{NodeId, Scalar};

/// What a pod spec stands in; it decides when the API server sees it, and how strictly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PodOrigin {
    /// A Pod of its own.
    Pod,
    /// The pod template of a built-in kind: validated less strictly, its Pods are created later.
    Template,
    /// A pod template in a custom resource: an operator may fill in what is missing.
    Custom,
}

/// A pod spec and the metadata beside it.
#[derive(Clone, Debug)]
pub struct Pod {
    /// The `spec` mapping.
    pub node: NodeId,
    /// What it stands in.
    pub origin: PodOrigin,
    /// The metadata of the Pod or of the pod template.
    pub metadata: Metadata,
    /// Init, regular and ephemeral containers, in the order in which they start.
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
    /// `resources`, of the Pod as a whole
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
    /// `enableServiceLinks`; absent is true.
    pub enable_service_links: Field<bool>,
    /// `volumes`
    pub volumes: Field<Vec<Volume>>,
    /// `terminationGracePeriodSeconds`, in seconds
    pub termination_grace_period_seconds: Field<i64>,
}

/// A volume whose content is an OCI image.
#[derive(Clone, Debug)]
pub struct ImageVolume {
    /// The `image` mapping of the volume.
    pub node: NodeId,
    /// `name` of the volume
    pub name: Field<String>,
    /// `reference`
    pub reference: Field<String>,
    /// `pullPolicy`
    pub pull_policy: Field<String>,
}

/// A reference to an object of the same namespace, by name.
#[derive(Clone, Debug)]
pub struct LocalObjectReference {
    /// The item of the list.
    pub node: NodeId,
    /// `name`
    pub name: Field<String>,
    /// A key `namespace`, which the type does not have: key and value.
    pub namespace: Option<(NodeId, Field<String>)>,
}

impl Pod {
    /// Reads the pod spec `spec`, whose metadata stand in `parent`.
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
                Field::Is(containers, _) => containers,
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

    /// The name of the ServiceAccount that the Pod runs as: `serviceAccountName`, else the deprecated
    /// alias (which the API server reads only then), else `default`.
    #[must_use]
    pub fn effective_service_account(&self) -> Field<String> {
        let named = |field: &Field<String>| field.text().is_none_or(|name| !name.is_empty());
        [&self.service_account_name, &self.service_account]
            .into_iter()
            .find(|field| !field.is_unset() && named(field))
            .cloned()
            .unwrap_or(Field::Absent)
    }
}

impl ImageVolume {
    fn decode(volume: Record<'_>) -> Option<Self> {
        let Field::Is(image, node) = volume.record("image") else {
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
    /// The names in a list of references that are known and not empty, with their nodes.
    pub fn named(references: &Field<Vec<Self>>) -> impl Iterator<Item = (&str, NodeId)> {
        let all = references.value().into_iter().flatten();
        all.filter_map(|reference| reference.name.known())
            .map(|(name, node)| (name.as_str(), node))
            .filter(|(name, _)| !name.is_empty())
    }

    /// Reads a list of references; a null item counts, as it does for the API server, with an absent name.
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
                    name: Field::Absent,
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
