//! Texts made to hurt: deep, long, many.

use podwright::syntax::{SyntaxErrorKind, Tree};

use crate::invariants;

/// Reads on a thread with as little stack as a worker has.
fn read(text: String) -> Tree {
    std::thread::Builder::new()
        .stack_size(1 << 20)
        .spawn(move || invariants::check(&text))
        .unwrap()
        .join()
        .unwrap()
}

fn has(tree: &Tree, kind: SyntaxErrorKind) -> bool {
    tree.errors().iter().any(|error| error.kind == kind)
}

#[test]
fn nesting_without_end_is_cut_off() {
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
fn a_long_line_of_json_is_read() {
    let item = r#"{"name":"a","list":[1,2,{"b":"c\"d"}]},"#;
    let text = format!("[{}{{}}]", item.repeat(20_000));
    let tree = read(text);
    assert_eq!(tree.errors(), []);
    assert_eq!(tree.children(tree.documents()[0].root).count(), 20_001);
}

#[test]
fn many_keys_are_read() {
    let text: String = (0..200_000).map(|n| format!("key{n}: {n}\n")).collect();
    let tree = read(text);
    assert_eq!(tree.errors(), []);
    assert_eq!(tree.entries(tree.documents()[0].root).count(), 200_000);
}

#[test]
fn a_bomb_of_aliases_is_refused_without_going_off() {
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
fn many_anchors_and_aliases_are_read() {
    let text: String = (0..50_000)
        .map(|n| format!("- &a{n} x\n- *a{n}\n"))
        .collect();
    assert_eq!(read(text).errors(), []);
}

#[test]
fn what_is_never_closed_costs_no_more_than_its_length() {
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
fn what_is_read_again_is_no_comment_twice() {
    let text = "# file: .doc\n   dc.oe\n:  ile: .doc\n  \"auth\0\n: {\"regist .doc\n  \"auth\0\n: {\"####]########\0";
    read(text.to_owned());
}

#[test]
fn what_is_given_up_overlaps_nothing() {
    read(": {\"\n: \"".to_owned());
}
