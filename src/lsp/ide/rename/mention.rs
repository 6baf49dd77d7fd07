//! References by name in fields that podwright does not know: of an Ingress, a Role, or a custom resource.

use podwright_model::{Object, ReferenceKind, references};
use podwright_syntax::{Entry, NodeId, Scalar, SyntaxTree};

/// Maximum depth of a field.
const MAX_DEPTH: usize = 64;

/// Scalars of the object that are certainly the name of an object of the kind, by their keys: `secretName: web`,
/// `secretRef: {name: web}`, `{kind: Secret, name: web}`, and `resourceNames` of a Role for Secrets. Fields of Pods are
/// not among them.
pub(super) fn mentions(
    tree: &SyntaxTree,
    object: &Object,
    kind: ReferenceKind,
    name: &str,
    namespace: Option<&str>,
) -> Vec<NodeId> {
    let known = references(tree, object).into_iter();
    let mut search = Search {
        tree,
        kind,
        name,
        namespace,
        known: known.map(|reference| reference.value).collect(),
        found: Vec::new(),
    };
    for entry in tree.entries(object.node) {
        let key = tree.key_text(entry.key);
        if !matches!(&*key, "metadata" | "apiVersion" | "kind" | "status") {
            search.entry(object.node, entry, "", 0);
        }
    }
    search.found
}

struct Search<'a> {
    tree: &'a SyntaxTree,
    kind: ReferenceKind,
    name: &'a str,
    namespace: Option<&'a str>,
    known: Vec<NodeId>,
    found: Vec<NodeId>,
}

impl Search<'_> {
    /// Searches an entry of a mapping that has the key `above`.
    fn entry(&mut self, mapping: NodeId, entry: Entry, above: &str, depth: usize) {
        let tree = self.tree;
        let key = tree.key_text(entry.key).into_owned();
        let value = tree.resolve(entry.value);
        if depth == MAX_DEPTH || tree.is_merge(entry.key) {
            return;
        }
        if tree.kind(value).is_scalar() {
            if self.is_name(value) && self.names_kind(mapping, &key, above) {
                self.found.push(value);
            }
            return;
        }
        for inner in tree.entries(value) {
            self.entry(value, inner, &key, depth + 1);
        }
        let is_role = key == "resourceNames" && self.is_for_kind(mapping);
        for item in tree.items(value) {
            let item = tree.resolve(item);
            if is_role && self.is_name(item) {
                self.found.push(item);
            }
            for inner in tree.entries(item) {
                self.entry(item, inner, &key, depth + 1);
            }
        }
    }

    fn is_name(&self, node: NodeId) -> bool {
        self.tree.kind(node).is_scalar()
            && matches!(self.tree.scalar(node), Scalar::Str(text) if text == self.name)
            && !self.known.contains(&node)
    }

    /// Whether the key of a name, or that of the mapping around it, says that it is of the kind.
    fn names_kind(&self, mapping: NodeId, key: &str, above: &str) -> bool {
        let text = |key: &str| {
            let entry = self.tree.get(mapping, key)?;
            match self.tree.scalar(self.tree.resolve(entry.value)) {
                Scalar::Str(text) => Some(text.into_owned()),
                _ => None,
            }
        };
        let other_namespace = text("namespace").is_some_and(|own| Some(&*own) != self.namespace);
        if other_namespace {
            return false;
        }
        let kind = self.kind.name().to_lowercase();
        let key = key.to_lowercase();
        if key == format!("{kind}name") {
            return true;
        }
        if key != "name" {
            return false;
        }
        if let Some(own) = text("kind") {
            return own == self.kind.name();
        }
        let above = above.to_lowercase();
        let ends = [
            "",
            "s",
            "ref",
            "refs",
            "keyref",
            "reference",
            "selector",
            "keyselector",
        ];
        let is_kind = ends
            .iter()
            .any(|end| above.ends_with(&format!("{kind}{end}")));
        is_kind && !above.starts_with("external") && !above.starts_with("sealed")
    }

    /// Whether a rule of a Role is for objects of the kind only.
    fn is_for_kind(&self, rule: NodeId) -> bool {
        let Some(entry) = self.tree.get(rule, "resources") else {
            return false;
        };
        let plural = format!("{}s", self.kind.name().to_lowercase());
        let mut items = self.tree.items(self.tree.resolve(entry.value)).peekable();
        items.peek().is_some()
            && items
                .all(|item| matches!(self.tree.scalar(item), Scalar::Str(text) if text == plural))
    }
}
