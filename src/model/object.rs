use std::sync::OnceLock;

use rayon::prelude::*;

use super::{
    ConfigMap, CredentialProviderConfig, Excess, Field, KubeletConfig, Metadata, NodeObject, Pod,
    RuntimeClass, Secret, Service, ServiceAccount, credential_provider,
    decode::Record,
    kubelet_config, secret_maker,
    workload::{self, PodTemplatePath},
};
use crate::syntax::{Document, NodeId, SyntaxErrorKind, Tree};

/// One Kubernetes object: the root of a document, or an item of a `List`.
#[derive(Clone, Debug)]
pub struct Object {
    /// Its mapping.
    pub node: NodeId,
    /// The index of its document in the file.
    pub document: usize,
    /// `apiVersion`
    pub api_version: Field<String>,
    /// `kind`
    pub kind: Field<String>,
    /// `metadata`
    pub metadata: Metadata,
    /// The pod spec of a Pod or workload; a custom resource may hold several.
    pub pods: Vec<Pod>,
    /// What is read of the kinds that are no workloads.
    pub body: Body,
    /// Whether the object lacks what no object of its kind can be without, and so is meant to be merged
    /// into another: a patch, wherever it is kept.
    pub is_fragment: bool,
    /// What of a pod spec is too long: that Pod is not in `pods`, since it is not judged. Or what of the scheduling of a
    /// RuntimeClass is.
    pub excess: Option<Excess>,
    /// Whether keys may come to it in the cluster; answered once.
    pub(crate) is_filled_later: OnceLock<bool>,
}

/// What is read of an object beside its metadata and pods.
#[derive(Clone, Debug)]
pub enum Body {
    /// `v1` ConfigMap
    ConfigMap(ConfigMap),
    /// `v1` Namespace: all of it that matters is in its metadata.
    Namespace,
    /// `v1` Node
    Node(NodeObject),
    /// `v1` Secret
    Secret(Secret),
    /// `v1` Service
    Service(Service),
    /// `v1` ServiceAccount
    ServiceAccount(ServiceAccount),
    /// `node.k8s.io` RuntimeClass
    RuntimeClass(RuntimeClass),
    /// `kubelet.config.k8s.io` KubeletConfiguration, a file of a node
    KubeletConfig(KubeletConfig),
    /// `kubelet.config.k8s.io` CredentialProviderConfig, a file of a node
    CredentialProviderConfig(CredentialProviderConfig),
    /// A custom kind that makes Secrets: their names, `*` for one that is not known.
    SecretMaker(Vec<String>),
    /// A Skaffold configuration: the images that it builds, and whose tags it writes.
    ImageBuilder(Vec<String>),
    /// Any other kind; that the object exists, and where, is known.
    Other,
}

impl Object {
    /// The API group: empty for the core group; `None` where `apiVersion` is not known.
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

    /// Whether a document is a Kubernetes object at all: it has `apiVersion` and `kind`.
    fn decode(record: Record<'_>, document: usize, paths: &[PodTemplatePath]) -> Option<Self> {
        let api_version = record.text("apiVersion");
        let kind = record.text("kind");
        api_version.node()?;
        kind.node()?;
        // Of a document that could be read in part only, one of the two is enough.
        record
            .entry("apiVersion")
            .or_else(|| record.entry("kind"))?;
        let mut object = Self {
            node: record.node(),
            document,
            api_version,
            kind,
            metadata: Metadata::decode(record),
            pods: Vec::new(),
            body: Body::Other,
            is_fragment: false,
            excess: None,
            is_filled_later: OnceLock::new(),
        };
        object.body = match (object.group(), object.kind.text()) {
            (Some(""), Some("ConfigMap")) => Body::ConfigMap(ConfigMap::decode(record)),
            (Some(""), Some("Namespace")) => Body::Namespace,
            (Some(""), Some("Node")) => Body::Node(NodeObject::decode(record)),
            (Some(""), Some("Secret")) => Body::Secret(Secret::decode(record)),
            (Some(""), Some("Service")) => Body::Service(Service::decode(record)),
            (Some(""), Some("ServiceAccount")) => {
                Body::ServiceAccount(ServiceAccount::decode(record))
            }
            (Some("node.k8s.io"), Some("RuntimeClass")) => {
                Body::RuntimeClass(RuntimeClass::decode(record))
            }
            (Some(kubelet_config::GROUP), Some(kubelet_config::KIND)) => {
                Body::KubeletConfig(KubeletConfig::decode(record))
            }
            (Some(kubelet_config::GROUP), Some(credential_provider::KIND)) => {
                Body::CredentialProviderConfig(CredentialProviderConfig::decode(record))
            }
            (Some("skaffold"), Some("Config")) => Body::ImageBuilder(built_images(record)),
            (Some(group), Some(kind)) => {
                match secret_maker::secrets(record, group, kind, &object.metadata.name) {
                    names if names.is_empty() => Body::Other,
                    names => Body::SecretMaker(names),
                }
            }
            _ => Body::Other,
        };
        (object.pods, object.excess) = workload::pods(record, &object, paths);
        if let Body::RuntimeClass(class) = &mut object.body {
            object.excess = class.leave_out_excess(record);
        }
        object.is_fragment = lacks_selector(record, &object) || is_kubeadm_patch(&object);
        Some(object)
    }
}

/// `apps/v1` requires a selector; the API versions before it made one of the labels.
fn lacks_selector(record: Record<'_>, object: &Object) -> bool {
    let is_workload = matches!(
        object.kind.text(),
        Some("Deployment" | "ReplicaSet" | "DaemonSet" | "StatefulSet")
    );
    let has_selector = || match record.record("spec") {
        // Where the reader could save only a part, what is missing may stand in the rest.
        Field::Is(spec, _) => !matches!(spec.record("selector"), Field::Absent | Field::Unknown(_)),
        _ => true,
    };
    is_workload && object.api_version.text() == Some("apps/v1") && !has_selector()
}

/// The static Pods that kubeadm writes, and into which it merges the files of `--patches`.
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
    is_target && containers.any(|container| matches!(container.image, Field::Absent))
}

/// `build.artifacts[].image`
fn built_images(record: Record<'_>) -> Vec<String> {
    let build = record.record("build");
    let artifacts = build.value().map(|build| {
        build.records("artifacts", |artifact| {
            artifact.text("image").text().map(str::to_owned)
        })
    });
    artifacts
        .and_then(|artifacts| artifacts.value().cloned())
        .into_iter()
        .flatten()
        .flatten()
        .collect()
}

/// The objects of a tree, `List`s opened, in source order.
///
/// `paths` are the places of pod templates in custom resources, beside the usual ones.
#[must_use]
pub fn decode(tree: &Tree, paths: &[PodTemplatePath]) -> Vec<Object> {
    let documents = tree.documents();
    let read = |mut objects: Vec<Object>, (index, document): (usize, &Document)| {
        if !is_bomb(tree, document) {
            let root = document.root;
            open(tree, root, index, MAX_LIST_DEPTH, paths, &mut objects);
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

/// Fewer documents are read faster by one thread than shared out.
const DOCUMENTS_A_JOB: usize = 64;

/// Lists within lists; more is nothing that anybody writes.
const MAX_LIST_DEPTH: usize = 8;

/// kubectl refuses a document that expands aliases too far; following them would not end.
fn is_bomb(tree: &Tree, document: &Document) -> bool {
    let bomb = |kind| {
        matches!(
            kind,
            SyntaxErrorKind::ExcessiveAliasing
                | SyntaxErrorKind::Expansion
                | SyntaxErrorKind::RecursiveAlias
        )
    };
    let errors = tree.errors();
    let own = errors.partition_point(|error| error.span.start < document.span.start);
    let mut own = errors[own..]
        .iter()
        .take_while(|error| error.span.start <= document.span.end);
    document.broken && own.any(|error| bomb(error.kind) && document.span.contains(error.span))
}

fn open(
    tree: &Tree,
    node: NodeId,
    document: usize,
    depth: usize,
    paths: &[PodTemplatePath],
    objects: &mut Vec<Object>,
) {
    let Some(record) = Record::new(tree, node) else {
        return;
    };
    let is_list = record
        .text("kind")
        .text()
        .is_some_and(|kind| kind.ends_with("List"));
    match record.list("items") {
        Field::Is(items, _) if is_list && depth > 0 => {
            for item in items {
                open(tree, item, document, depth - 1, paths, objects);
            }
        }
        _ => objects.extend(Object::decode(record, document, paths)),
    }
}
