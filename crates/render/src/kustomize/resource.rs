//! An object in a build (`api/resource/resource.go`).

use std::num::NonZeroU32;

use podwright_syntax::text::Location;

use super::gvk::{Gvk, ResId};
use super::schema;
use crate::Text;
use crate::node::Node;

/// An object, and what kustomize remembers of it. kustomize keeps this in annotations, which it removes at the end.
#[derive(Clone, Debug, PartialEq)]
pub struct Resource {
    /// The object: a mapping.
    pub node: Node,
    /// Identities before each change of name, namespace or kind, oldest first.
    pub previous: Vec<PreviousId>,
    /// Name prefixes that were added, innermost first.
    pub prefixes: Vec<String>,
    /// Name suffixes that were added, innermost first.
    pub suffixes: Vec<String>,
    /// Whether the hash of the content is added to the name.
    pub needs_hash: bool,
    /// What a generator wants with an object of the same identity.
    pub behavior: Behavior,
    /// Objects that refer to this one.
    pub referred_by: Vec<ResId>,
    /// Variables that are read from this object.
    pub variables: Vec<String>,
    /// Scalars that are one for kustomize, by their number less one: what they are now.
    pub shared: Vec<Option<Text>>,
    /// Where it comes from: the document in its file, or the entry of the generator.
    pub origin: Option<Location>,
    /// Entry of the generator that made it.
    pub generator: Option<Location>,
    /// The setting by which its name has no hash.
    pub hash_disabled_by: Option<Location>,
    /// Name before the hash was added.
    pub unhashed: Option<String>,
}

/// Name, namespace and kind that an object had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PreviousId {
    /// Name.
    pub name: String,
    /// Effective namespace.
    pub namespace: String,
    /// Kind.
    pub kind: String,
}

/// `behavior` of a generator.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Behavior {
    /// Not set.
    #[default]
    Unspecified,
    /// The object must not exist.
    Create,
    /// The object must exist, and is replaced.
    Replace,
    /// The object must exist, and its data is merged.
    Merge,
}

impl Resource {
    /// An object without a history.
    #[must_use]
    pub fn new(node: Node) -> Self {
        Self {
            origin: node.place,
            node,
            previous: Vec::new(),
            prefixes: Vec::new(),
            suffixes: Vec::new(),
            needs_hash: false,
            behavior: Behavior::Unspecified,
            referred_by: Vec::new(),
            variables: Vec::new(),
            shared: Vec::new(),
            generator: None,
            hash_disabled_by: None,
            unhashed: None,
        }
    }

    /// A number for scalars that kustomize makes one of.
    pub(super) fn next_shared(&mut self) -> NonZeroU32 {
        self.shared.push(None);
        u32::try_from(self.shared.len())
            .ok()
            .and_then(NonZeroU32::new)
            .unwrap_or(NonZeroU32::MAX)
    }

    /// Type.
    #[must_use]
    pub fn gvk(&self) -> Gvk {
        let text = |key: &str| self.node.get(key).and_then(Node::str).unwrap_or_default();
        Gvk::new(text("apiVersion"), text("kind"))
    }

    /// Kind; empty if there is none.
    #[must_use]
    pub fn kind(&self) -> &str {
        self.node
            .get("kind")
            .and_then(Node::str)
            .unwrap_or_default()
    }

    /// Name; empty if there is none.
    #[must_use]
    pub fn name(&self) -> &str {
        let name = self.node.at(&["metadata", "name"]);
        name.and_then(Node::str).unwrap_or_default()
    }

    /// Name with its origin.
    #[must_use]
    pub fn name_text(&self) -> Option<&Text> {
        self.node.at(&["metadata", "name"]).and_then(Node::text)
    }

    /// Namespace as written; empty if there is none.
    #[must_use]
    pub fn namespace(&self) -> &str {
        let namespace = self.node.at(&["metadata", "namespace"]);
        namespace.and_then(Node::str).unwrap_or_default()
    }

    /// Identity now. Unique in a build.
    #[must_use]
    pub fn id(&self) -> ResId {
        self.id_with(
            self.gvk(),
            self.name().to_owned(),
            self.namespace().to_owned(),
        )
    }

    fn id_with(&self, gvk: Gvk, name: String, namespace: String) -> ResId {
        ResId {
            is_cluster_scoped: schema::is_cluster_scoped(&gvk),
            gvk,
            name,
            namespace,
        }
    }

    /// Identities before each change, oldest first. All have the group and version of now (`utils.PrevIds`).
    #[must_use]
    pub fn previous_ids(&self) -> Vec<ResId> {
        let now = self.gvk();
        self.previous
            .iter()
            .map(|before| {
                let gvk = Gvk {
                    kind: before.kind.clone(),
                    ..now.clone()
                };
                self.id_with(gvk, before.name.clone(), before.namespace.clone())
            })
            .collect()
    }

    /// The first identity.
    #[must_use]
    pub fn original_id(&self) -> ResId {
        self.previous_ids()
            .into_iter()
            .next()
            .unwrap_or_else(|| self.id())
    }

    /// Remembers the identity of now before a change. kustomize cannot remember that of an object without a name.
    pub fn remember_id(&mut self) {
        let id = self.id();
        if id.name.is_empty() {
            return;
        }
        self.previous.push(PreviousId {
            namespace: id.effective_namespace().to_owned(),
            name: id.name,
            kind: id.gvk.kind,
        });
    }
}
