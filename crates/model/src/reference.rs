//! References by name from a pod or an object to other objects.

use super::{Object, decode::MappingReader};
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
    let mut found = Found(Vec::new());
    if ReferenceKind::of(object) == Some(ReferenceKind::ServiceAccount)
        && let Some(account) = MappingReader::new(tree, object.node)
    {
        found.pull_secrets(account);
        for secret in items(account, "secrets") {
            found.add(ReferenceKind::Secret, Some(secret), "name");
        }
    }
    for spec in object
        .pods
        .iter()
        .filter_map(|pod| MappingReader::new(tree, pod.node))
    {
        found.pod(spec);
    }
    found.0
}

struct Found(Vec<NameReference>);

impl Found {
    fn pod(&mut self, spec: MappingReader<'_>) {
        self.add(
            ReferenceKind::ServiceAccount,
            Some(spec),
            "serviceAccountName",
        );
        self.add(ReferenceKind::ServiceAccount, Some(spec), "serviceAccount");
        self.add(ReferenceKind::RuntimeClass, Some(spec), "runtimeClassName");
        self.pull_secrets(spec);
        for list in ["initContainers", "containers", "ephemeralContainers"] {
            for container in items(spec, list) {
                self.container(container);
            }
        }
        for volume in items(spec, "volumes") {
            self.add(ReferenceKind::Secret, volume.child("secret"), "secretName");
            self.add(ReferenceKind::ConfigMap, volume.child("configMap"), "name");
            for source in items(volume.part("projected"), "sources") {
                self.add(ReferenceKind::Secret, source.child("secret"), "name");
                self.add(ReferenceKind::ConfigMap, source.child("configMap"), "name");
            }
        }
    }

    fn pull_secrets(&mut self, parent: MappingReader<'_>) {
        let before = self.0.len();
        for item in items(parent, "imagePullSecrets") {
            self.add(ReferenceKind::Secret, Some(item), "name");
        }
        for reference in &mut self.0[before..] {
            reference.is_pull_secret = true;
        }
    }

    fn container(&mut self, container: MappingReader<'_>) {
        for variable in items(container, "env") {
            let source = variable.part("valueFrom");
            self.add(ReferenceKind::Secret, source.child("secretKeyRef"), "name");
            self.add(
                ReferenceKind::ConfigMap,
                source.child("configMapKeyRef"),
                "name",
            );
        }
        for source in items(container, "envFrom") {
            self.add(ReferenceKind::Secret, source.child("secretRef"), "name");
            self.add(
                ReferenceKind::ConfigMap,
                source.child("configMapRef"),
                "name",
            );
        }
    }

    /// Adds the reference in `field` of `parent`, if it is present and is a string or empty.
    fn add(&mut self, kind: ReferenceKind, parent: Option<MappingReader<'_>>, field: &str) {
        let Some((parent, entry)) = parent.and_then(|parent| Some((parent, parent.entry(field)?)))
        else {
            return;
        };
        let tree = parent.tree();
        let name = match tree.scalar(entry.value) {
            Scalar::Str(name) => name.into_owned(),
            Scalar::Null if tree.kind(entry.value) == NodeKind::Empty => String::new(),
            _ => return,
        };
        self.0.push(NameReference {
            kind,
            key: entry.key,
            value: entry.value,
            name,
            is_pull_secret: false,
        });
    }
}

fn items<'t>(parent: MappingReader<'t>, field: &str) -> Vec<MappingReader<'t>> {
    let items = parent.mappings(field, |item| item);
    items.into_value().unwrap_or_default()
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
