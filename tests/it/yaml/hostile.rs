//! Malicious texts: deeply nested, long, or with many elements.

use podwright_syntax::{SyntaxErrorKind, SyntaxTree};

use crate::yaml::invariants;

/// Parses on a thread with the stack size of a worker thread.
fn read(text: String) -> SyntaxTree {
    std::thread::Builder::new()
        .stack_size(1 << 20)
        .spawn(move || invariants::check(&text))
        .unwrap()
        .join()
        .unwrap()
}

fn has(tree: &SyntaxTree, kind: SyntaxErrorKind) -> bool {
    tree.errors().iter().any(|error| error.kind == kind)
}

#[test]
fn unlimited_nesting_is_cut_off() {
    for text in [
        "[".repeat(100_000),
        "- ".repeat(100_000),
        "{a: ".repeat(100_000),
        "? ".repeat(100_000),
        (0..5000)
            .map(|n| format!("{}a:\n", " ".repeat(n)))
            .collect(),
    ] {
        let tree = read(text);
        assert!(has(&tree, SyntaxErrorKind::Depth));
        let others = tree
            .errors()
            .iter()
            .filter(|e| e.kind != SyntaxErrorKind::KeyType);
        assert!(others.count() < 10);
    }
}

#[test]
fn long_line_of_json() {
    let item = r#"{"name":"a","list":[1,2,{"b":"c\"d"}]},"#;
    let text = format!("[{}{{}}]", item.repeat(20_000));
    let tree = read(text);
    assert_eq!(tree.errors(), []);
    assert_eq!(tree.children(tree.documents()[0].root).count(), 20_001);
}

#[test]
fn many_keys() {
    let text: String = (0..200_000).map(|n| format!("key{n}: {n}\n")).collect();
    let tree = read(text);
    assert_eq!(tree.errors(), []);
    assert_eq!(tree.entries(tree.documents()[0].root).count(), 200_000);
}

#[test]
fn alias_bomb_is_rejected_without_expansion() {
    let mut text = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for n in 1..30 {
        let before = format!("*a{}", n - 1);
        text += &format!("a{n}: &a{n} [{}]\n", [before.as_str(); 9].join(", "));
    }
    let tree = read(text);
    assert!(has(&tree, SyntaxErrorKind::ExcessiveAliasing));
    assert_eq!(tree.errors().len(), 1);
}

#[test]
fn many_anchors_and_aliases() {
    let text: String = (0..50_000)
        .map(|n| format!("- &a{n} x\n- *a{n}\n"))
        .collect();
    assert_eq!(read(text).errors(), []);
}

#[test]
fn unclosed_text_takes_linear_time() {
    for piece in [
        "a: [\n",
        "a: {b\n",
        "a: \"b\n",
        "a: 'b\n",
        "- \"a\\\n",
        "'''\n",
        "a: [\"b\n",
        "\"\\\"\n",
        "? [\n",
        "a: b: [\n",
    ] {
        let tree = read(piece.repeat(20_000));
        assert!(!tree.errors().is_empty(), "{piece:?}");
    }
}

#[test]
fn comments_parsed_again_are_not_duplicated() {
    let text = "# file: .doc\n   dc.oe\n:  ile: .doc\n  \"auth\0\n: {\"regist .doc\n  \"auth\0\n: {\"####]########\0";
    read(text.to_owned());
}

#[test]
fn discarded_nodes_do_not_overlap() {
    read(": {\"\n: \"".to_owned());
}
