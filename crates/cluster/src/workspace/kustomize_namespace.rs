//! Which fields of an object `namespace:` of a kustomization sets, so that their value in the file does not matter.

use super::{ObjectId, Workspace};
use podwright_model::Object;
use podwright_schema::is_cluster_scoped;
use podwright_syntax::text::FileId;
use podwright_syntax::{NodeId, PathSegment, Scalar, SyntaxTree};

impl Workspace {
    /// Whether kustomize sets the field at `path` of an object to a namespace in every build that includes the file.
    /// `path` starts at the object.
    ///
    /// `namespace:` sets `metadata.namespace`, the name of a Namespace, the namespace of an APIService's Service, and
    /// that of subjects with the name `default` (`filters/namespace` in kustomize's `api`, with the field specifications
    /// of `builtinpluginconsts/namespace.go`). References to Services and ServiceAccounts of the same build get the
    /// namespace of their target (`filters/nameref`).
    #[must_use]
    pub fn is_namespace_set_by_kustomize(&self, id: ObjectId, path: &[PathSegment]) -> bool {
        let chains = self.links.builds.chains(id.file);
        if chains.is_empty() {
            return false;
        }
        let object = self.object(id);
        let Some(setter) = setter(&self.file(id.file).tree, object, path) else {
            return false;
        };
        chains.iter().all(|chain| {
            let sets = || self.links.builds.chain_sets_namespace(chain);
            match setter {
                Setter::Namespace => sets(),
                Setter::Target { kind, ref name } => {
                    let root = chain.last();
                    chain.iter().any(|&file| self.makes_more(file))
                        || root.is_some_and(|&root| self.is_namespaced_target(root, kind, name))
                }
            }
        })
    }

    /// Whether a build contains an object of this kind and name in a known namespace. kustomize does not compare the
    /// namespaces if the reference has none.
    fn is_namespaced_target(&self, root: FileId, kind: &str, name: &str) -> bool {
        self.of_kind("", kind).any(|target| {
            let object = self.object(target);
            let is_named = object.metadata.name.text() == Some(name);
            is_named && {
                let has_own = object
                    .metadata
                    .namespace
                    .text()
                    .is_some_and(|own| !own.is_empty());
                let mut chains = self.links.builds.chains(target.file).iter();
                chains.any(|chain| {
                    chain.last() == Some(&root)
                        && (has_own || self.links.builds.chain_sets_namespace(chain))
                })
            }
        })
    }

    /// Whether a kustomization builds objects that are not among the files.
    fn makes_more(&self, file: FileId) -> bool {
        let kustomization = self.file(file).kustomization.as_ref();
        kustomization.is_some_and(|kustomization| {
            kustomization.makes_more
                || kustomization
                    .resources
                    .iter()
                    .any(|path| path.contains("://") || path.contains("?ref="))
        })
    }
}

/// What sets a namespace field.
#[derive(Debug, PartialEq, Eq)]
enum Setter {
    /// `namespace:` of a kustomization.
    Namespace,
    /// The object that the mapping around the field refers to, if the build contains it.
    Target { kind: &'static str, name: String },
}

/// Returns what sets the field at `path` of `object`; `None` if nothing does.
fn setter(tree: &SyntaxTree, object: &Object, path: &[PathSegment]) -> Option<Setter> {
    let (group, kind) = (object.group()?, object.kind.text()?);
    let keys: Vec<Option<&str>> = path
        .iter()
        .map(|step| match step {
            PathSegment::Key(key) => Some(key.as_str()),
            PathSegment::Index(_) => None,
        })
        .collect();
    let target = |kind| {
        let name = name_next_to(tree, object.node, path)?;
        Some(Setter::Target { kind, name })
    };
    match (group, kind, keys.as_slice()) {
        ("", "Namespace", [Some("metadata"), Some("name")]) => Some(Setter::Namespace),
        (_, _, [Some("metadata"), Some("namespace")]) if !is_cluster_scoped(group, kind) => {
            Some(Setter::Namespace)
        }
        (
            "apiregistration.k8s.io",
            "APIService",
            [Some("spec"), Some("service"), Some("namespace")],
        ) => Some(Setter::Namespace),
        (
            "apiextensions.k8s.io",
            "CustomResourceDefinition",
            [
                Some("spec"),
                Some("conversion"),
                Some("webhook"),
                Some("clientConfig"),
                Some("service"),
                Some("namespace"),
            ],
            // kustomize changes this one, but does not create it.
        ) => node_at(tree, object.node, path).map(|_| Setter::Namespace),
        (
            "admissionregistration.k8s.io",
            "ValidatingWebhookConfiguration" | "MutatingWebhookConfiguration",
            [
                Some("webhooks"),
                None,
                Some("clientConfig"),
                Some("service"),
                Some("namespace"),
            ],
        ) => target("Service"),
        (_, "RoleBinding" | "ClusterRoleBinding", [Some("subjects"), None, Some("namespace")]) => {
            match target("ServiceAccount")? {
                Setter::Target { name, .. } if name == "default" => Some(Setter::Namespace),
                target => (group == "rbac.authorization.k8s.io").then_some(target),
            }
        }
        _ => None,
    }
}

/// Value of `name` in the mapping that contains the last field of `path`.
fn name_next_to(tree: &SyntaxTree, root: NodeId, path: &[PathSegment]) -> Option<String> {
    let (_, outer) = path.split_last()?;
    let mapping = node_at(tree, root, outer)?;
    match tree.scalar(tree.get(mapping, "name")?.value) {
        Scalar::Str(name) => Some(name.into_owned()),
        _ => None,
    }
}

fn node_at(tree: &SyntaxTree, root: NodeId, path: &[PathSegment]) -> Option<NodeId> {
    path.iter().try_fold(root, |node, step| match step {
        PathSegment::Key(key) => Some(tree.resolve(tree.get(node, key)?.value)),
        PathSegment::Index(index) => tree.items(node).nth(*index).map(|item| tree.resolve(item)),
    })
}
