//! Volumes that the API server does not validate, because a claim of the StatefulSet replaces them.

use podwright_model::Object;
use podwright_syntax::{NodeId, Scalar, SyntaxTree};

use crate::problem::ProblemKind;

/// Returns the volumes of a StatefulSet that have the name of a volume claim template: the controller puts the claim in
/// their place, and `ValidateStatefulSetSpec` of Kubernetes validates only the claim. Empty for other kinds.
#[must_use]
pub fn replaced_volumes(tree: &SyntaxTree, object: &Object) -> Vec<NodeId> {
    if !object.is("apps", "StatefulSet") {
        return Vec::new();
    }
    let get = |node: NodeId, path: &[&str]| {
        path.iter().try_fold(node, |node, name| {
            let entry = tree.get(tree.resolve(node), name)?;
            Some(tree.resolve(entry.value))
        })
    };
    let items = |node: Option<NodeId>| {
        let items = node.map(|node| tree.items(node).map(|item| tree.resolve(item)));
        items.into_iter().flatten()
    };
    let text = |node: NodeId| match tree.scalar(node) {
        Scalar::Str(text) => Some(text),
        _ => None,
    };
    let claims = get(object.node, &["spec", "volumeClaimTemplates"]);
    let names: Vec<_> = items(claims)
        .filter_map(|claim| text(get(claim, &["metadata", "name"])?))
        .collect();
    if names.is_empty() {
        return Vec::new();
    }
    items(get(object.node, &["spec", "template", "spec", "volumes"]))
        .filter(|&volume| {
            let name = get(volume, &["name"]).and_then(text);
            name.is_some_and(|name| names.contains(&name))
        })
        .collect()
}

/// Whether the API server reports the problem when it decodes the object, before it validates it.
pub(crate) fn is_of_decoding(kind: &ProblemKind<'_>) -> bool {
    !matches!(
        kind,
        ProblemKind::OutOfRange(..)
            | ProblemKind::Negative
            | ProblemKind::NotName(..)
            | ProblemKind::LabelKey(_)
            | ProblemKind::LabelValue(_)
            | ProblemKind::Missing(_)
            | ProblemKind::Empty
            | ProblemKind::Requirement(_)
            | ProblemKind::Value(_)
            | ProblemKind::DuplicateItem { .. }
    )
}
