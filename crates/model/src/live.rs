//! Objects that were read from a cluster, for example with `kubectl get -o yaml`.

use super::decode::MappingReader;
use podwright_syntax::{NodeId, Scalar, SyntaxTree};

/// Maximum number of nodes of `status` that are searched for a value.
const MAX_NODES: usize = 1_000;

/// Whether the object has values that only a cluster sets: `metadata.uid`, `resourceVersion`, `creationTimestamp` or
/// `managedFields`, or a `status` with a value. Generators write `creationTimestamp: null`, `uid: ""` and an empty
/// `status`, which do not count.
pub(super) fn is_read_from_cluster(record: MappingReader<'_>) -> bool {
    let metadata = record.part("metadata");
    let tree = record.tree();
    let set = ["uid", "resourceVersion", "creationTimestamp"]
        .iter()
        .filter_map(|key| metadata.entry(key))
        .any(|entry| is_value(tree, entry.value));
    let is_managed = !metadata.list("managedFields").items().is_empty();
    set || is_managed || has_status(record)
}

fn has_status(record: MappingReader<'_>) -> bool {
    let Some(entry) = record.entry("status") else {
        return false;
    };
    let tree = record.tree();
    let mut ahead = vec![tree.resolve(entry.value)];
    let mut searched = 0;
    while let Some(node) = ahead.pop() {
        searched += 1;
        let kind = tree.kind(node);
        if searched > MAX_NODES || (kind.is_scalar() && is_value(tree, node)) {
            return true;
        }
        if kind.is_mapping() {
            ahead.extend(tree.entries(node).map(|entry| tree.resolve(entry.value)));
        } else if kind.is_sequence() {
            ahead.extend(tree.items(node).map(|item| tree.resolve(item)));
        }
    }
    false
}

/// Whether a scalar is neither null nor empty, nor the zero of a Go type.
fn is_value(tree: &SyntaxTree, node: NodeId) -> bool {
    let node = tree.resolve(node);
    match tree.scalar(node) {
        Scalar::Str(text) => !text.is_empty() && !super::is_placeholder(&text),
        Scalar::Null | Scalar::Invalid | Scalar::Int(0) | Scalar::Bool(false) => false,
        _ => tree.kind(node).is_scalar(),
    }
}

#[cfg(test)]
mod tests {
    use crate::decode;

    fn is_live(rest: &str) -> bool {
        let text = format!("apiVersion: v1\nkind: Pod\n{rest}");
        decode(&podwright_syntax::parse(text.into()), &[])[0].is_live
    }

    #[test]
    fn values_of_a_cluster_are_recognized() {
        for rest in [
            "metadata: {name: a, uid: 5e3cd0f4-7d1c-4c5b-9e0b-5d1b8f0a3c55}",
            "metadata: {name: a, resourceVersion: '1234'}",
            "metadata: {name: a, creationTimestamp: 2024-01-02T03:04:05Z}",
            "metadata: {name: a, managedFields: [{manager: kubectl}]}",
            "status: {phase: Running}",
            "status: {conditions: [{type: Ready}]}",
        ] {
            assert!(is_live(rest), "{rest}");
        }
    }

    #[test]
    fn what_generators_write_is_not_live() {
        for rest in [
            "metadata: {name: a, creationTimestamp: null}",
            "metadata: {name: a, uid: '', resourceVersion: ''}",
            "status: {}",
            "status: {loadBalancer: {}, replicas: 0}",
            "status: {acceptedNames: {kind: '', plural: ''}, conditions: [], storedVersions: null}",
            "metadata: {name: a, managedFields: []}",
        ] {
            assert!(!is_live(rest), "{rest}");
        }
    }
}
