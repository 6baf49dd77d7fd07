//! The YAML parser on short texts: structure, spans, values, comments, error positions.

use podwright_syntax::{NodeId, NodeKind, SyntaxErrorKind, SyntaxTree, yaml};

fn read(text: &str) -> SyntaxTree {
    yaml::read(text.into())
}

/// The tree of the first document in one line: `{k: v, l: [a, b]}`.
fn outline(tree: &SyntaxTree, id: NodeId) -> String {
    let children = || {
        tree.children(id)
            .map(|child| outline(tree, child))
            .collect::<Vec<_>>()
    };
    match tree.kind(id) {
        NodeKind::Mapping | NodeKind::FlowMapping => {
            let pairs: Vec<String> = children().chunks(2).map(|pair| pair.join(": ")).collect();
            format!("{{{}}}", pairs.join(", "))
        }
        NodeKind::Sequence | NodeKind::FlowSequence => format!("[{}]", children().join(", ")),
        NodeKind::Alias => tree.source_text(id).to_owned(),
        _ => tree.decoded(id).into_owned(),
    }
}

fn first(text: &str) -> String {
    let tree = read(text);
    assert_eq!(tree.errors(), [], "{text}");
    outline(&tree, tree.documents()[0].root)
}

fn errors(text: &str) -> Vec<(SyntaxErrorKind, String)> {
    let tree = read(text);
    tree.errors()
        .iter()
        .map(|error| (error.kind, tree.slice(error.span).to_owned()))
        .collect()
}

#[test]
fn collections_in_both_styles() {
    assert_eq!(
        first("a: 1\nb:\n  - x\n  - y: z\nc: {d: [e, f]}\n"),
        "{a: 1, b: [x, {y: z}], c: {d: [e, f]}}"
    );
    assert_eq!(first("a:\n- b\n- c\nd:\n"), "{a: [b, c], d: }");
    assert_eq!(first("- - a\n  - b\n-\n  c: d\n"), "[[a, b], {c: d}]");
    assert_eq!(first("? a\n: b\n? c\n"), "{a: b, c: }");
}

#[test]
fn values_are_folded_and_unescaped() {
    assert_eq!(first("a b\n c\n\n d\n"), "a b c\nd");
    assert_eq!(
        first(
            r#""a\tb\x41é\
  c""#
        ),
        "a\tbA\u{e9}c"
    );
    assert_eq!(first("'it''s\n  me'"), "it's me");
    assert_eq!(first("|\n a\n  b\n\n"), "a\n b\n");
    assert_eq!(first("|+\n a\n\n"), "a\n\n");
    assert_eq!(first(">-\n a\n b\n\n c\n"), "a b\nc");
}

#[test]
fn spans_are_exact() {
    let text = "ключ: 'знач'  # c\nlist:\n  - |\n    x\n  - &a !t y\n";
    let tree = read(text);
    let root = tree.documents()[0].root;
    assert_eq!(tree.source_text(root), text.trim_end());
    let list = tree.get(root, "list").unwrap().value;
    let items: Vec<NodeId> = tree.items(list).collect();
    assert_eq!(tree.source_text(list), "- |\n    x\n  - &a !t y");
    assert_eq!(tree.source_text(items[0]), "|\n    x");
    assert_eq!(tree.source_text(items[1]), "y");
    assert_eq!(
        tree.anchor(items[1]).map(|span| tree.slice(span)),
        Some("&a")
    );
    assert_eq!(tree.tag(items[1]).map(|span| tree.slice(span)), Some("!t"));
    assert_eq!(tree.slice(tree.comments()[0]), "# c");
}

#[test]
fn stream_is_split_like_kubectl() {
    let tree =
        read("# head\n---\na: 1\n--- # two\nb: |\n  x\n---\n\n...\nrest # c\n  more\n# end\n");
    let roots: Vec<String> = tree
        .documents()
        .iter()
        .map(|d| outline(&tree, d.root))
        .collect();
    assert_eq!(roots, ["{a: 1}", "{b: x\n}", ""]);
    let dropped: Vec<&str> = tree.dropped().iter().map(|&s| tree.slice(s)).collect();
    assert_eq!(dropped, ["rest # c\n  more"]);
    assert_eq!(read("a: 1\n ---\nb: 2\n").indented_separators().len(), 1);
    assert_eq!(
        errors("a: 1\n---b\nc: d\n"),
        [(SyntaxErrorKind::Separator, "---b".into())]
    );
    assert_eq!(
        errors("%YAML 1.1\n---\na: 1\n"),
        [(SyntaxErrorKind::Directive, "%YAML 1.1".into())]
    );
}

#[test]
fn errors_have_positions() {
    use SyntaxErrorKind as K;
    let cases: [(&str, K, &str); 17] = [
        ("a:\n\tb: c\n", K::TabIndentation, "\t"),
        ("a:\n    b: c\n  d: e\n", K::Indentation, "  "),
        ("a: b\nfoo\nc: d\n", K::MissingColon, "foo"),
        ("a: b: c\n", K::NestedMapping, ":"),
        ("a: \"b\nc: d\n", K::UnclosedQuote, "\""),
        ("a: [b\nc: d\n", K::UnclosedFlow, "["),
        ("a: [b c: d e: f]\n", K::FlowSyntax, ":"),
        ("a: \"b\" c\n", K::TrailingText, "c"),
        ("a: @b\n", K::UnexpectedCharacter, "@"),
        ("a: \"\\q\"\n", K::Escape, "\\q"),
        ("a: |x\n b\n", K::BlockHeader, "x"),
        ("a: & b\n", K::Properties, "&"),
        ("a: b\u{7f}\n", K::ControlCharacter, "\u{7f}"),
        ("a: *b\n", K::UnknownAnchor, "*b"),
        ("a: &b [*b]\n", K::RecursiveAlias, "*b"),
        ("<<: 1\n", K::MergeKey, "1"),
        ("? [a]\n: b\n", K::KeyType, "[a]"),
    ];
    for (text, kind, place) in cases {
        assert_eq!(errors(text), [(kind, place.to_owned())], "{text}");
    }
}

#[test]
fn invalid_document_does_not_affect_others() {
    let tree = read("a: 1\n---\nb: [\n---\nc: 3\n");
    let broken: Vec<bool> = tree.documents().iter().map(|d| d.broken).collect();
    assert_eq!(broken, [false, true, false]);
}

#[test]
fn node_size_is_20_bytes() {
    assert_eq!(size_of::<podwright_syntax::Node>(), 20);
}
