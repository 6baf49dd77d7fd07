//! References by name from a pod or an object to other objects.

use super::{Object, Pod, decode::MappingReader};
use podwright_syntax::{NodeId, NodeKind, Scalar, SyntaxTree};

/// Kinds that are referenced by name only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ReferenceKind {
    /// `v1` ConfigMap
    ConfigMap,
    /// `node.k8s.io` RuntimeClass
    RuntimeClass,
    /// `v1` Secret
    Secret,
    /// `v1` ServiceAccount
    ServiceAccount,
}

impl ReferenceKind {
    /// All kinds.
    pub const ALL: [Self; 4] = [
        Self::ConfigMap,
        Self::RuntimeClass,
        Self::Secret,
        Self::ServiceAccount,
    ];

    /// API group; empty for the core group.
    #[must_use]
    pub const fn group(self) -> &'static str {
        match self {
            Self::RuntimeClass => "node.k8s.io",
            Self::ConfigMap | Self::Secret | Self::ServiceAccount => "",
        }
    }

    /// Name of the kind.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ConfigMap => "ConfigMap",
            Self::RuntimeClass => "RuntimeClass",
            Self::Secret => "Secret",
            Self::ServiceAccount => "ServiceAccount",
        }
    }

    /// Kind of an object, if it is one of these.
    #[must_use]
    pub fn of(object: &Object) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|kind| object.is(kind.group(), kind.name()))
    }
}

/// Field with the name of another object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameReference {
    /// Kind of the referenced object.
    pub kind: ReferenceKind,
    /// Key of the field.
    pub key: NodeId,
    /// Scalar with the name, or the empty value where it belongs. Aliases are not resolved.
    pub value: NodeId,
    /// Name; empty if not set yet.
    pub name: String,
    /// Whether the object must contain registry credentials.
    pub is_pull_secret: bool,
}

/// All references of an object. Those of its pods are in the order of the API's fields.
#[must_use]
pub fn references(tree: &SyntaxTree, object: &Object) -> Vec<NameReference> {
    let mut found = Found {
        tree,
        references: Vec::new(),
    };
    if ReferenceKind::of(object) == Some(ReferenceKind::ServiceAccount) {
        found.pull_secrets(object.node);
        for secret in found.items(object.node, "secrets") {
            found.add(ReferenceKind::Secret, secret, "name");
        }
    }
    for pod in &object.pods {
        found.pod(pod);
    }
    found.references
}

struct Found<'t> {
    tree: &'t SyntaxTree,
    references: Vec<NameReference>,
}

impl Found<'_> {
    fn pod(&mut self, pod: &Pod) {
        let spec = pod.node;
        self.add(ReferenceKind::ServiceAccount, spec, "serviceAccountName");
        self.add(ReferenceKind::ServiceAccount, spec, "serviceAccount");
        self.add(ReferenceKind::RuntimeClass, spec, "runtimeClassName");
        self.pull_secrets(spec);
        for list in ["initContainers", "containers", "ephemeralContainers"] {
            for container in self.items(spec, list) {
                self.container(container);
            }
        }
        for volume in self.items(spec, "volumes") {
            self.volume(volume);
        }
    }

    fn pull_secrets(&mut self, parent: NodeId) {
        let before = self.references.len();
        for item in self.items(parent, "imagePullSecrets") {
            self.add(ReferenceKind::Secret, item, "name");
        }
        for reference in &mut self.references[before..] {
            reference.is_pull_secret = true;
        }
    }

    fn container(&mut self, container: NodeId) {
        for variable in self.items(container, "env") {
            if let Some(source) = self.inner(variable, "valueFrom") {
                self.within(ReferenceKind::Secret, source, "secretKeyRef", "name");
                self.within(ReferenceKind::ConfigMap, source, "configMapKeyRef", "name");
            }
        }
        for source in self.items(container, "envFrom") {
            self.within(ReferenceKind::Secret, source, "secretRef", "name");
            self.within(ReferenceKind::ConfigMap, source, "configMapRef", "name");
        }
    }

    fn volume(&mut self, volume: NodeId) {
        self.within(ReferenceKind::Secret, volume, "secret", "secretName");
        self.within(ReferenceKind::ConfigMap, volume, "configMap", "name");
        if let Some(projected) = self.inner(volume, "projected") {
            for source in self.items(projected, "sources") {
                self.within(ReferenceKind::Secret, source, "secret", "name");
                self.within(ReferenceKind::ConfigMap, source, "configMap", "name");
            }
        }
    }

    fn within(&mut self, kind: ReferenceKind, parent: NodeId, field: &str, name: &str) {
        if let Some(inner) = self.inner(parent, field) {
            self.add(kind, inner, name);
        }
    }

    /// Adds the reference in `field` of `parent`, if it is present and is a string or empty.
    fn add(&mut self, kind: ReferenceKind, parent: NodeId, field: &str) {
        let tree = self.tree;
        let Some(entry) = MappingReader::new(tree, parent).and_then(|record| record.entry(field))
        else {
            return;
        };
        let name = match tree.scalar(entry.value) {
            Scalar::Str(name) => name.into_owned(),
            Scalar::Null if tree.kind(entry.value) == NodeKind::Empty => String::new(),
            _ => return,
        };
        self.references.push(NameReference {
            kind,
            key: entry.key,
            value: entry.value,
            name,
            is_pull_secret: false,
        });
    }

    fn inner(&self, parent: NodeId, field: &str) -> Option<NodeId> {
        let record = MappingReader::new(self.tree, parent)?;
        Some(record.child(field)?.node())
    }

    fn items(&self, parent: NodeId, field: &str) -> Vec<NodeId> {
        let record = MappingReader::new(self.tree, parent);
        let list = record.and_then(|record| record.list(field).into_value());
        list.unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode;
    use podwright_syntax::parse;

    #[test]
    fn every_field_that_names_an_object_is_found() {
        let tree = parse(
            "apiVersion: v1\nkind: Pod\nspec:\n  serviceAccountName: a\n  runtimeClassName: b\n  \
             imagePullSecrets: [{name: c}, {name: }]\n  initContainers:\n  - env:\n    - valueFrom: \
             {secretKeyRef: {name: d}}\n    envFrom: [{configMapRef: {name: e}}]\n  volumes:\n  - secret: \
             {secretName: f}\n  - projected: {sources: [{configMap: {name: g}}, {secret: {name: 1}}]}\n"
                .into(),
        );
        let objects = decode(&tree, &[]);
        let found: Vec<_> = references(&tree, &objects[0])
            .into_iter()
            .map(|found| (found.kind.name(), found.name, found.is_pull_secret))
            .collect();
        let expected = [
            ("ServiceAccount", "a", false),
            ("RuntimeClass", "b", false),
            ("Secret", "c", true),
            ("Secret", "", true),
            ("Secret", "d", false),
            ("ConfigMap", "e", false),
            ("Secret", "f", false),
            ("ConfigMap", "g", false),
        ];
        let expected = expected.map(|(kind, name, pull)| (kind, name.to_owned(), pull));
        assert_eq!(found, expected);
    }
}
