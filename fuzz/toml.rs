//! Parses arbitrary text as TOML: `fuzz/run 60 toml`.
#![no_main]

use podwright_syntax::toml;

libfuzzer_sys::fuzz_target!(|text: &str| {
    let tree = toml::read(text.into());
    let mut todo: Vec<_> = tree
        .documents()
        .iter()
        .map(|document| document.root)
        .collect();
    while let Some(node) = todo.pop() {
        let span = tree.span(node);
        assert!(
            text.is_char_boundary(span.start as usize) && text.is_char_boundary(span.end as usize)
        );
        _ = tree.decoded(node);
        todo.extend(tree.children(node));
    }
});
