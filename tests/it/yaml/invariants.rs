//! Properties of the tree of every text.

use podwright_syntax::text::Span;
use podwright_syntax::{NodeId, NodeKind, SyntaxTree, yaml};

/// Parses `text` and panics if the tree is invalid: spans must be nested, in order, in bounds and on character
/// boundaries; documents and comments in order; every value decodable; and the number of elements limited by the
/// number of bytes.
pub(crate) fn check(text: &str) -> SyntaxTree {
    let tree = yaml::read(text.into());
    let mut nodes = 0;
    let mut end = 0;
    assert!(!tree.documents().is_empty());
    for document in tree.documents() {
        on_boundaries(text, document.span);
        assert!(document.span.start >= end, "documents are not in order");
        end = document.span.end;
        assert!(
            document.span.contains(tree.span(document.root)),
            "root is outside its document"
        );
        nodes += check_node(&tree, text, document.root);
    }
    in_order(text, tree.comments());
    in_order(text, tree.dropped());
    in_order(text, tree.indented_separators());
    let mut last = 0;
    for error in tree.errors() {
        on_boundaries(text, error.span);
        assert!(error.span.start >= last, "errors are not in order");
        last = error.span.start;
    }
    let all = nodes + tree.errors().len() + tree.comments().len();
    assert!(all <= 4 * text.len() + 4, "{all} for {} bytes", text.len());
    tree
}

/// Checks a node and its descendants. Returns their number.
fn check_node(tree: &SyntaxTree, text: &str, root: NodeId) -> usize {
    let mut todo = vec![root];
    let mut count = 0;
    while let Some(id) = todo.pop() {
        count += 1;
        let span = tree.span(id);
        on_boundaries(text, span);
        let mut last = span.start;
        let mut children = 0;
        for child in tree.children(id) {
            let inner = tree.span(child);
            assert!(
                span.contains(inner),
                "{:?} {span:?} around {:?} {inner:?} in {text:?}",
                tree.kind(id),
                tree.kind(child)
            );
            assert!(
                inner.start >= last,
                "{:?} {span:?}: children are not in order in {text:?}",
                tree.kind(id)
            );
            last = inner.end;
            children += 1;
            todo.push(child);
        }
        if tree.kind(id).is_mapping() {
            assert_eq!(children % 2, 0, "a key without a value in {text:?}");
        }
        if tree.kind(id) == NodeKind::Alias {
            let target = tree.resolve(id);
            assert!(target == id || tree.anchor(target).is_some(), "{text:?}");
        }
        let _decoded = tree.decoded(id);
    }
    count
}

fn in_order(text: &str, spans: &[Span]) {
    let mut last = 0;
    for &span in spans {
        on_boundaries(text, span);
        assert!(span.start >= last, "{spans:?} in {text:?}");
        last = span.end;
    }
}

fn on_boundaries(text: &str, span: Span) {
    assert!(text.get(span.range()).is_some(), "{span:?} in {text:?}");
}
