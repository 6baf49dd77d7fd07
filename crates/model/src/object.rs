use std::sync::OnceLock;

use rayon::prelude::*;

use super::{
    ConfigMap, CredentialProviderConfig, Field, KubeletConfig, Metadata, NodeObject, Pod,
    RuntimeClass, Secret, Service, ServiceAccount, TooLarge, credential_provider,
    decode::{Decode, MappingReader},
    image_trigger::forget_triggered_images,
    kubelet_config,
    live::is_read_from_cluster,
    secret_maker::SecretMaker,
    type_meta::TypeMeta,
    workload::{self, PodTemplatePath},
};
use podwright_syntax::{Document, NodeId, SyntaxErrorKind, SyntaxTree};

/// Kubernetes object: the root of a document, or an item of a `List`.
#[derive(Clone, Debug)]
pub struct Object {
    /// Mapping node.
    pub node: NodeId,
    /// Index of its document in the file.
    pub document: usize,
    /// `apiVersion`
    pub api_version: Field<String>,
    /// `kind`
    pub kind: Field<String>,
    /// `metadata`
    pub metadata: Metadata,
    /// Pod specs of a Pod or workload. A custom resource may contain several.
    pub pods: Vec<Pod>,
    /// Content of kinds that are not workloads.
    pub body: Body,
    /// Whether the object lacks a field that every object of its kind requires, and a known tool adds it, wherever the
    /// object is stored.
    pub is_fragment: bool,
    /// Whether the object lacks what every object of its kind has: a name or, in `apps/v1`, a selector.
    pub is_sparse: bool,
    /// Whether the object was read from a cluster: it has values that only a cluster sets.
    pub is_live: bool,
    /// Set if a list in a pod spec exceeds the maximum length, in which case that Pod is not in `pods` and is not
    /// checked, or if a list in the scheduling of a RuntimeClass does.
    pub too_large: Option<TooLarge>,
    /// Whether keys may be added to it in the cluster. Cached.
    pub is_filled_later: OnceLock<bool>,
}

/// Content of an object apart from its metadata and pods.
#[derive(Clone, Debug)]
pub enum Body {
    /// `v1` ConfigMap
    ConfigMap(Box<ConfigMap>),
    /// `v1` Namespace. Only its metadata is relevant.
    Namespace,
    /// `v1` Node
    Node(Box<NodeObject>),
    /// `v1` Secret
    Secret(Box<Secret>),
    /// `v1` Service
    Service(Box<Service>),
    /// `v1` ServiceAccount
    ServiceAccount(Box<ServiceAccount>),
    /// `node.k8s.io` RuntimeClass
    RuntimeClass(Box<RuntimeClass>),
    /// `kubelet.config.k8s.io` KubeletConfiguration, a file on a node
    KubeletConfig(Box<KubeletConfig>),
    /// `kubelet.config.k8s.io` CredentialProviderConfig, a file on a node
    CredentialProviderConfig(Box<CredentialProviderConfig>),
    /// Custom kind that creates Secrets.
    SecretMaker(Box<SecretMaker>),
    /// Skaffold configuration, with the images that it builds and tags.
    ImageBuilder(Box<[String]>),
    /// OpenShift ImageStream
    ImageStream {
        /// Whether Pods of its namespace can use its name as an image (`spec.lookupPolicy.local`).
        is_local: bool,
    },
    /// Any other kind. Only its existence is known.
    Other,
}

impl Object {
    /// API group: empty for the core group; `None` if `apiVersion` is unknown.
    #[must_use]
    pub fn group(&self) -> Option<&str> {
        let version = self.api_version.text()?;
        Some(version.rsplit_once('/').map_or("", |(group, _)| group))
    }

    /// Whether the object is of `kind` in `group` (empty for the core group), in any version.
    #[must_use]
    pub fn is(&self, group: &str, kind: &str) -> bool {
        self.kind.text() == Some(kind) && self.group() == Some(group)
    }

    /// Reads a mapping that is a Kubernetes object, or meant as one. `of_list` is the type of an item that has none.
    fn decode(
        record: MappingReader<'_>,
        document: usize,
        paths: &[PodTemplatePath],
        of_list: Option<&TypeMeta>,
    ) -> Option<Self> {
        let TypeMeta { api_version, kind } = TypeMeta::read(record, of_list)?;
        let mut object = Self {
            node: record.node(),
            document,
            api_version,
            kind,
            metadata: Metadata::decode(record),
            pods: Vec::new(),
            body: Body::Other,
            is_fragment: false,
            is_sparse: false,
            is_live: is_read_from_cluster(record),
            too_large: None,
            is_filled_later: OnceLock::new(),
        };
        object.body = match (object.group(), object.kind.text()) {
            (Some(""), Some("ConfigMap")) => Body::ConfigMap(Box::new(ConfigMap::decode(record))),
            (Some(""), Some("Namespace")) => Body::Namespace,
            (Some(""), Some("Node")) => Body::Node(Box::new(NodeObject::decode(record))),
            (Some(""), Some("Secret")) => {
                Body::Secret(Box::new(Secret::decode(record, OnceLock::new())))
            }
            (Some(""), Some("Service")) => Body::Service(Box::new(Service::decode(record))),
            (Some(""), Some("ServiceAccount")) => {
                Body::ServiceAccount(Box::new(ServiceAccount::decode(record)))
            }
            (Some("node.k8s.io"), Some("RuntimeClass")) => {
                Body::RuntimeClass(Box::new(RuntimeClass::decode(record)))
            }
            (Some(kubelet_config::GROUP), Some(kubelet_config::KIND)) => {
                Body::KubeletConfig(Box::new(KubeletConfig::decode(record)))
            }
            (Some(kubelet_config::GROUP), Some(credential_provider::KIND)) => {
                Body::CredentialProviderConfig(Box::new(CredentialProviderConfig::decode(record)))
            }
            (Some("skaffold"), Some("Config")) => Body::ImageBuilder(built_images(record).into()),
            (Some("image.openshift.io" | ""), Some("ImageStream")) => Body::ImageStream {
                is_local: is_local_stream(record),
            },
            (Some(group), Some(kind)) => {
                let maker = SecretMaker::decode(record, group, kind, &object.metadata.name);
                maker.map_or(Body::Other, |maker| Body::SecretMaker(Box::new(maker)))
            }
            _ => Body::Other,
        };
        (object.pods, object.too_large) =
            workload::pods(record, object.group(), object.kind.text(), paths);
        forget_triggered_images(record, &mut object);
        if let Body::RuntimeClass(class) = &mut object.body {
            object.too_large = class.leave_out_excess(record);
        }
        object.is_sparse = is_sparse(record, &object);
        object.is_fragment = is_kubeadm_patch(&object) || is_bundle_base(record, &object);
        Some(object)
    }
}

/// Whether the object has no name, or lacks the selector that `apps/v1` requires; earlier API versions default it from
/// the labels.
fn is_sparse(record: MappingReader<'_>, object: &Object) -> bool {
    let is_workload = matches!(
        object.kind.text(),
        Some("Deployment" | "ReplicaSet" | "DaemonSet" | "StatefulSet")
    );
    let lacks_selector = || match record.mapping("spec") {
        // In a partially parsed mapping, a missing field may be in the rest.
        Field::Value(spec, _) => {
            matches!(spec.mapping("selector"), Field::Missing | Field::Unknown(_))
        }
        _ => false,
    };
    let metadata = &object.metadata;
    let is_nameless = metadata.name.is_unset() && metadata.generate_name.is_unset();
    let requires_selector = is_workload && object.api_version.text() == Some("apps/v1");
    is_nameless || (requires_selector && lacks_selector())
}

/// Static Pods that kubeadm generates, and into which it merges the files of `--patches`.
const KUBEADM_PODS: [&str; 4] = [
    "etcd",
    "kube-apiserver",
    "kube-controller-manager",
    "kube-scheduler",
];

fn is_kubeadm_patch(object: &Object) -> bool {
    let is_target = object.is("", "Pod")
        && object
            .metadata
            .name
            .text()
            .is_some_and(|name| KUBEADM_PODS.contains(&name));
    let mut containers = object.pods.iter().flat_map(|pod| &pod.containers);
    is_target && containers.any(|container| matches!(container.image, Field::Missing))
}

/// Whether the object is the base of a ClusterServiceVersion: `operator-sdk generate` adds the required `spec.install`
/// when it writes the bundle.
fn is_bundle_base(record: MappingReader<'_>, object: &Object) -> bool {
    let has_install = || match record.mapping("spec") {
        Field::Value(spec, _) => {
            !matches!(spec.mapping("install"), Field::Missing | Field::Null(_))
        }
        Field::Missing | Field::Null(_) => false,
        Field::Unknown(_) | Field::Invalid(_) => true,
    };
    object.is("operators.coreos.com", "ClusterServiceVersion") && !has_install()
}

/// Reads `build.artifacts[].image` of a Skaffold configuration and of its profiles.
fn built_images(record: MappingReader<'_>) -> Vec<String> {
    let artifacts = |of: MappingReader<'_>| {
        let image = |artifact: MappingReader<'_>| artifact.image_string("image").into_value();
        let artifacts = of.part("build").mappings("artifacts", image);
        artifacts.into_value().into_iter().flatten().flatten()
    };
    let profiles = record.mappings("profiles", |profile| artifacts(profile).collect::<Vec<_>>());
    let profiles = profiles.into_value().into_iter().flatten().flatten();
    artifacts(record).chain(profiles).collect()
}

/// Whether `spec.lookupPolicy.local` of an ImageStream is true.
fn is_local_stream(record: MappingReader<'_>) -> bool {
    let policy = record.part("spec").part("lookupPolicy");
    policy.boolean("local").value() == Some(&true)
}

/// Reads the objects of a tree in source order, including the items of `List`s.
///
/// `paths` are locations of pod templates in custom resources, in addition to the known ones.
#[must_use]
pub fn decode(tree: &SyntaxTree, paths: &[PodTemplatePath]) -> Vec<Object> {
    let documents = tree.documents();
    let read = |mut objects: Vec<Object>, (index, document): (usize, &Document)| {
        if !is_bomb(tree, document) {
            let root = document.root;
            open(
                tree,
                root,
                (index, MAX_LIST_DEPTH),
                paths,
                None,
                &mut objects,
            );
        }
        objects
    };
    if documents.len() < DOCUMENTS_A_JOB {
        let few = Vec::with_capacity(documents.len());
        return documents.iter().enumerate().fold(few, read);
    }
    let documents = documents
        .par_iter()
        .enumerate()
        .with_min_len(DOCUMENTS_A_JOB);
    documents.fold(Vec::new, read).flatten_iter().collect()
}

/// Minimum number of documents per parallel job. Fewer are read faster by a single thread.
const DOCUMENTS_A_JOB: usize = 64;

/// Maximum nesting depth of lists, more than occurs in practice.
const MAX_LIST_DEPTH: usize = 8;

/// Whether the document expands aliases excessively. kubectl rejects it, and resolving the aliases would take too long.
fn is_bomb(tree: &SyntaxTree, document: &Document) -> bool {
    let bomb = |kind| {
        matches!(
            kind,
            SyntaxErrorKind::ExcessiveAliasing
                | SyntaxErrorKind::Expansion
                | SyntaxErrorKind::RecursiveAlias
        )
    };
    document.broken && tree.errors_in(document).any(|error| bomb(error.kind))
}

fn open(
    tree: &SyntaxTree,
    node: NodeId,
    (document, depth): (usize, usize),
    paths: &[PodTemplatePath],
    of_list: Option<&TypeMeta>,
    objects: &mut Vec<Object>,
) {
    let Some(record) = MappingReader::new(tree, node) else {
        return;
    };
    match list_items(record) {
        Some(items) if depth > 0 => {
            let own = TypeMeta::read(record, of_list);
            let inner = own.and_then(|own| own.of_items());
            objects.reserve_exact(items.len());
            for item in items {
                open(
                    tree,
                    item,
                    (document, depth - 1),
                    paths,
                    inner.as_ref(),
                    objects,
                );
            }
        }
        _ => objects.extend(Object::decode(record, document, paths, of_list)),
    }
}

/// Items of a `List`, or of a list of one kind such as `ServiceList`.
#[must_use]
pub fn list_items(record: MappingReader<'_>) -> Option<Vec<NodeId>> {
    let kind = record.string("kind");
    let is_list = kind.text().is_some_and(|kind| kind.ends_with("List"));
    record.list("items").into_value().filter(|_| is_list)
}
