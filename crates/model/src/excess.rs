//! Detects Pods that are too large to check.

use super::decode::Record;
use podwright_syntax::{NodeId, Tree};

/// List or mapping of a Pod that is too long, so that the Pod is not checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Excess {
    /// The list or mapping.
    pub node: NodeId,
    /// Number of items or entries.
    pub count: usize,
}

/// Maximum number of items in a list of a Pod that is checked. Rules compare containers, variables and volumes with one
/// another, so their cost grows quadratically. The longest lists in practice have a few hundred items.
pub const MOST_ITEMS: usize = 1_000;

/// First list or mapping in the pod spec with more than [`MOST_ITEMS`] items, with aliases resolved.
pub(super) fn excess(spec: Record<'_>) -> Option<Excess> {
    let tree = spec.tree();
    // Each item takes at least two characters.
    let may_be = tree.text().len() > 2 * MOST_ITEMS;
    may_be.then(|| too_long(tree, spec.node())).flatten()
}

fn too_long(tree: &Tree, node: NodeId) -> Option<Excess> {
    let node = tree.resolve(node);
    let mut count = 0;
    let mut first = None;
    let values = tree.entries(node).map(|entry| entry.value);
    for child in values.chain(tree.items(node)) {
        count += 1;
        first = first.or_else(|| too_long(tree, child));
    }
    if count > MOST_ITEMS {
        return Some(Excess { node, count });
    }
    first
}

#[cfg(test)]
mod tests {
    use super::*;
    use podwright_syntax::parse;

    fn count(text: &str) -> Option<usize> {
        let tree = parse(text.into());
        let spec = Record::new(&tree, tree.documents()[0].root).unwrap();
        excess(spec).map(|excess| excess.count)
    }

    #[test]
    fn a_list_of_more_items_than_anybody_writes_is_found_wherever_it_is() {
        let list = |items: usize| format!("[{}]", vec!["1"; items].join(", "));
        assert_eq!(count(&format!("a: {}", list(MOST_ITEMS))), None);
        assert_eq!(count(&format!("a: {}", list(MOST_ITEMS + 1))), Some(1_001));
        assert_eq!(count(&format!("a: [{{b: {}}}]", list(1_200))), Some(1_200));
        let keys: String = (0..1_500).map(|n| format!("  k{n}: 1\n")).collect();
        assert_eq!(count(&format!("a:\n{keys}")), Some(1_500));
    }
}
