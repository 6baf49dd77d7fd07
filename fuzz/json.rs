//! Parses arbitrary text as JSON, leniently like Go and strictly: `fuzz/run 60 json`.
#![no_main]

use podwright_syntax::json;
use podwright_syntax::text::Span;

libfuzzer_sys::fuzz_target!(|text: &str| {
    let tree = json::read(text.into());
    let is_inside = |span: Span| {
        text.is_char_boundary(span.start as usize) && text.is_char_boundary(span.end as usize)
    };
    assert!(tree.errors().iter().all(|error| is_inside(error.span)));
    let mut todo: Vec<_> = tree
        .documents()
        .iter()
        .map(|document| document.root)
        .collect();
    while let Some(node) = todo.pop() {
        assert!(is_inside(tree.span(node)));
        _ = tree.decoded(node);
        todo.extend(tree.children(node));
    }
});
