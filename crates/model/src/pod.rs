use super::decode::{MappingReader, QuantityMap, StringMap, object};
use super::{
    Container, ContainerKind, Field, Metadata, NodeSelectorTerm, Resources, Toleration, Volume,
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

object! {
    /// Pod spec with its metadata.
    pub struct Pod {
        /// Init, regular and ephemeral containers, in start order.
        pub containers: Vec<Container> = containers(),
        /// `volumes[].image`
        pub image_volumes: Vec<ImageVolume> = image_volumes(),
        pub image_pull_secrets: Field<Vec<LocalObjectReference>> = references("imagePullSecrets"),
        pub service_account_name: Field<String> = string("serviceAccountName"),
        /// The deprecated alias of `serviceAccountName`.
        pub service_account: Field<String> = string("serviceAccount"),
        pub runtime_class_name: Field<String> = string("runtimeClassName"),
        /// Resources of the whole Pod.
        pub resources: Field<Resources> = object("resources"),
        pub overhead: Field<QuantityMap> = quantity_map("overhead"),
        /// Label keys and values.
        pub node_selector: Field<StringMap> = string_map("nodeSelector"),
        /// The name.
        pub os_name: Field<Field<String>> = map("os", |os| os.string("name")),
        /// `affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms`. A node must match
        /// at least one of the terms.
        pub required_node_affinity: Field<Vec<NodeSelectorTerm>> = node_selector_terms(),
        pub tolerations: Field<Vec<Toleration>> = objects("tolerations"),
        pub host_network: Field<bool> = boolean("hostNetwork"),
        pub hostname: Field<String> = string("hostname"),
        /// 1.34 and later.
        pub hostname_override: Field<String> = string("hostnameOverride"),
        pub subdomain: Field<String> = string("subdomain"),
        pub set_hostname_as_fqdn: Field<bool> = boolean("setHostnameAsFQDN"),
        /// Defaults to true.
        pub enable_service_links: Field<bool> = boolean("enableServiceLinks"),
        pub volumes: Field<Vec<Volume>> = strict_objects("volumes"),
        pub termination_grace_period_seconds: Field<i64> = integer("terminationGracePeriodSeconds"),
    }
    given {
        /// Object that contains the spec.
        pub origin: PodOrigin,
        /// Metadata of the Pod or the pod template.
        pub metadata: Metadata,
    }
}

object! {
    /// Volume with an OCI image as its content.
    pub struct ImageVolume {
        pub reference: Field<String> = image_string("reference"),
        pub pull_policy: Field<String> = string("pullPolicy"),
    }
    given {
        /// `name` of the volume
        pub name: Field<String>,
    }
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

impl LocalObjectReference {
    /// Known, non-empty names in a list of references, with their nodes.
    pub fn named(references: &Field<Vec<Self>>) -> impl Iterator<Item = (&str, NodeId)> {
        let all = references.value().into_iter().flatten();
        all.filter_map(|reference| reference.name.known())
            .map(|(name, node)| (name.as_str(), node))
            .filter(|(name, _)| !name.is_empty())
    }
}

impl MappingReader<'_> {
    fn containers(self) -> Vec<Container> {
        let lists = [
            ("initContainers", ContainerKind::Init),
            ("containers", ContainerKind::Regular),
            ("ephemeralContainers", ContainerKind::Ephemeral),
        ];
        let containers = lists.into_iter().filter_map(|(key, list)| {
            let read = |container: Self| {
                let always = || container.string("restartPolicy").text() == Some("Always");
                let kind = match list {
                    ContainerKind::Init if always() => ContainerKind::Sidecar,
                    kind => kind,
                };
                Container::decode(container, kind)
            };
            self.mappings(key, read).into_value()
        });
        let lists: Vec<Vec<Container>> = containers.collect();
        let mut all = Vec::with_capacity(lists.iter().map(Vec::len).sum());
        all.extend(lists.into_iter().flatten());
        all
    }

    fn image_volumes(self) -> Vec<ImageVolume> {
        let image = |volume: Self| {
            let image = volume.child("image")?;
            Some(ImageVolume::decode(image, volume.string("name")))
        };
        let volumes = self.mappings("volumes", image).into_value();
        volumes.into_iter().flatten().flatten().collect()
    }

    fn node_selector_terms(self) -> Field<Vec<NodeSelectorTerm>> {
        self.part("affinity")
            .part("nodeAffinity")
            .part("requiredDuringSchedulingIgnoredDuringExecution")
            .objects("nodeSelectorTerms")
    }

    /// List of references. Like the API server, treats a null item as a reference without a name.
    pub(super) fn references(self, key: &str) -> Field<Vec<LocalObjectReference>> {
        let tree = self.tree();
        let item = |node: NodeId| {
            let item = Self::new(tree, node);
            LocalObjectReference {
                node,
                name: match item {
                    Some(item) => item.string("name"),
                    None if tree.scalar(node) == Scalar::Null => Field::Missing,
                    None => Field::Unknown(node),
                },
                namespace: item.and_then(|item| {
                    let entry = item.entry("namespace")?;
                    Some((entry.key, item.string("namespace")))
                }),
            }
        };
        self.list(key)
            .map(|nodes| nodes.into_iter().map(item).collect())
    }
}
