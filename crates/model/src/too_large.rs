//! Detects Pods that are too large to check.

use super::decode::MappingReader;
use podwright_syntax::{NodeId, SyntaxTree};

/// List or mapping of a Pod that is too long, so that the Pod is not checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooLarge {
    /// The list or mapping.
    pub node: NodeId,
    /// Number of items or entries.
    pub count: usize,
}

/// Maximum number of items in a list of a Pod that is checked. Rules compare containers, variables and volumes with one
/// another, so their cost grows quadratically. The longest lists in practice have a few hundred items.
pub const MAX_ITEMS: usize = 1_000;

/// Maximum number of registries in a docker config that images are compared with: each with each.
pub const MAX_REGISTRIES: usize = 250;

/// First list or mapping in the pod spec with more than [`MAX_ITEMS`] items, with aliases resolved.
pub(super) fn too_large(spec: MappingReader<'_>) -> Option<TooLarge> {
    let tree = spec.tree();
    // Each item takes at least two characters.
    let may_be = tree.text().len() > 2 * MAX_ITEMS;
    may_be.then(|| too_long(tree, spec.node())).flatten()
}

fn too_long(tree: &SyntaxTree, node: NodeId) -> Option<TooLarge> {
    let node = tree.resolve(node);
    let mut count = 0;
    let mut first = None;
    let values = tree.entries(node).map(|entry| entry.value);
    for child in values.chain(tree.items(node)) {
        count += 1;
        first = first.or_else(|| too_long(tree, child));
    }
    if count > MAX_ITEMS {
        return Some(TooLarge { node, count });
    }
    first
}

#[cfg(test)]
mod tests {
    use super::*;
    use podwright_syntax::parse;

    fn count(text: &str) -> Option<usize> {
        let tree = parse(text.into());
        let spec = MappingReader::new(&tree, tree.documents()[0].root).unwrap();
        too_large(spec).map(|too_large| too_large.count)
    }

    #[test]
    fn finds_oversized_lists_at_any_depth() {
        let list = |items: usize| format!("[{}]", vec!["1"; items].join(", "));
        assert_eq!(count(&format!("a: {}", list(MAX_ITEMS))), None);
        assert_eq!(count(&format!("a: {}", list(MAX_ITEMS + 1))), Some(1_001));
        assert_eq!(count(&format!("a: [{{b: {}}}]", list(1_200))), Some(1_200));
        let keys: String = (0..1_500).map(|n| format!("  k{n}: 1\n")).collect();
        assert_eq!(count(&format!("a:\n{keys}")), Some(1_500));
    }
}
