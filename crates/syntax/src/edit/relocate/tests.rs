use super::Destination;
use crate::{NodeId, SyntaxTree, parse};

fn at(tree: &SyntaxTree, path: &str) -> NodeId {
    let root = tree.documents()[0].root;
    path.split('.')
        .filter(|step| !step.is_empty())
        .fold(root, |node, step| match step.parse() {
            Ok(index) => tree.items(node).nth(index).unwrap(),
            Err(_) => tree.get(node, step).unwrap().value,
        })
}

/// Moves the entry `key` of the mapping at `from` to the mapping at `to`.
fn moved(before: &str, from: &str, to: &str, missing: &[&str], key: &str) -> Option<String> {
    let tree = parse(before.into());
    let (from, to) = (at(&tree, from), at(&tree, to));
    let entry = tree.get(from, "key").unwrap();
    let missing: Vec<String> = missing.iter().map(|&name| name.to_owned()).collect();
    let to = Destination {
        mapping: to,
        missing: &missing,
    };
    let mut edits = tree.move_entries(from, &[(entry, &[key.to_owned()])], to)?;
    edits.sort_by_key(|(span, _)| span.start);
    let mut after = before.to_owned();
    for (span, text) in edits.into_iter().rev() {
        after.replace_range(span.range(), &text);
    }
    assert!(parse(after.as_str().into()).errors().is_empty(), "{after}");
    Some(after)
}

#[test]
fn an_entry_moves_to_another_mapping() {
    for (before, from, to, missing, after) in [
        (
            "a:\n  key: 1\n  x: 2\nb:\n  y: 3\n",
            "a",
            "b",
            &[][..],
            Some("a:\n  x: 2\nb:\n  y: 3\n  key: 1\n"),
        ),
        (
            "a:\n  x: 2\n  key: 1 # why\nb:\n    y: 3\n",
            "a",
            "b",
            &[],
            Some("a:\n  x: 2\nb:\n    y: 3\n    key: 1 # why\n"),
        ),
        // Up, from the last line.
        (
            "a:\n- b: 1\n  key:\n    - c\n    -  d: |\n        e\n",
            "a.0",
            "",
            &[],
            Some("a:\n- b: 1\nkey:\n  - c\n  -  d: |\n      e\n"),
        ),
        (
            "a:\n  b: 1\n  key: 2",
            "a",
            "",
            &[],
            Some("a:\n  b: 1\nkey: 2"),
        ),
        (
            "a:\r\n  b: 1\r\n  key: 2\r\n",
            "a",
            "",
            &[],
            Some("a:\r\n  b: 1\r\nkey: 2\r\n"),
        ),
        // After a dash, and with a comment above.
        (
            "a:\n- key: 1\n  b: 2\nc: {}\n",
            "a.0",
            "c",
            &[],
            Some("a:\n- b: 2\nc: {key: 1}\n"),
        ),
        (
            "a:\n  b: 1\n  # why\n  key: 2\n  c: 3\nd: 4\n",
            "a",
            "",
            &[],
            Some("a:\n  b: 1\n  c: 3\nd: 4\n# why\nkey: 2\n"),
        ),
        // With the mapping around it.
        (
            "b: 1\na:\n  key: 1\nc:\n  d: 1\n",
            "a",
            "c",
            &[],
            Some("b: 1\nc:\n  d: 1\n  key: 1\n"),
        ),
        // Into new and empty mappings.
        (
            "a:\n  b: 1\n  key: {c: 1}\nd:\n  e: 1\n",
            "a",
            "d",
            &["f", "g"],
            Some("a:\n  b: 1\nd:\n  e: 1\n  f:\n    g:\n      key: {c: 1}\n"),
        ),
        ("a:\n  b: 1\n  key:\n  - c\nd: # why\n", "a", "d", &[], None),
        (
            "a:\n  b: 1\n  key:\n  - c\nd:\n",
            "a",
            "d",
            &[],
            Some("a:\n  b: 1\nd:\n  key:\n  - c\n"),
        ),
        (
            "a:\n  b: 1\n  key:\n  - c\nd: {}\n",
            "a",
            "d",
            &[],
            Some("a:\n  b: 1\nd:\n  key:\n  - c\n"),
        ),
        // Flow style.
        (
            "a: {b: 1, key: 2}\nc:\n  d: 1\n",
            "a",
            "c",
            &[],
            Some("a: {b: 1}\nc:\n  d: 1\n  key: 2\n"),
        ),
        (
            "a:\n  b: 1\n  key: 2\nc: {d: 1}\n",
            "a",
            "c",
            &["e"],
            Some("a:\n  b: 1\nc: {d: 1, e: {key: 2}}\n"),
        ),
        (
            "{\"a\": {\"b\": 1, \"key\": [2]}, \"c\": {\"d\": 1}}",
            "a",
            "c",
            &["e"],
            Some("{\"a\": {\"b\": 1}, \"c\": {\"d\": 1, \"e\": {\"key\": [2]}}}"),
        ),
        (
            "a:\n  b: 1\n  key:\n    x: 1\nc: {d: 1}\n",
            "a",
            "c",
            &[],
            None,
        ),
        // Anchors and aliases.
        (
            "a:\n  b: 1\n  key: &k 2\nc:\n  d: *k\n",
            "a",
            "c",
            &[],
            None,
        ),
        (
            "a: &a\n  b: 1\n  key: 2\nc:\n  d: *a\n",
            "a",
            "c",
            &[],
            None,
        ),
    ] {
        assert_eq!(
            moved(before, from, to, missing, "key").as_deref(),
            after,
            "{before}"
        );
    }
}

#[test]
fn several_entries_move_together() {
    let text = "a:\n  x: 1\n  # c\n  w:\n  - 2\n  z: 3\nb:\n  c: 1\n";
    for (keys, missing, after) in [
        (
            &["x", "w"][..],
            &["d"][..],
            "a:\n  z: 3\nb:\n  c: 1\n  d:\n    x: 1\n    # c\n    w:\n    - 2\n",
        ),
        (
            &["x", "w", "z"],
            &[],
            "b:\n  c: 1\n  x: 1\n  # c\n  w:\n  - 2\n  z: 3\n",
        ),
    ] {
        let tree = parse(text.into());
        let (from, to) = (at(&tree, "a"), at(&tree, "b"));
        let paths: Vec<[String; 1]> = keys.iter().map(|&key| [key.to_owned()]).collect();
        let entries: Vec<_> = keys
            .iter()
            .zip(&paths)
            .map(|(key, path)| (tree.get(from, key).unwrap(), path.as_slice()))
            .collect();
        let missing: Vec<String> = missing.iter().map(|&name| name.to_owned()).collect();
        let to = Destination {
            mapping: to,
            missing: &missing,
        };
        let mut edits = tree.move_entries(from, &entries, to).unwrap();
        edits.sort_by_key(|(span, _)| span.start);
        let mut result = text.to_owned();
        for (span, text) in edits.into_iter().rev() {
            result.replace_range(span.range(), &text);
        }
        assert_eq!(result, after);
    }
}

#[test]
fn an_entry_gets_another_key_and_mappings_around_it() {
    for (before, from, missing, after) in [
        ("a: 1\nkey: x\n", "", &["s"][..], "a: 1\ns:\n  n: x\n"),
        (
            "a:\n- key: x\n  b: 1\n",
            "a.0",
            &["s"],
            "a:\n- s:\n    n: x\n  b: 1\n",
        ),
        ("a: {key: x}\n", "a", &["s", "t"], "a: {s: {t: {n: x}}}\n"),
        (
            "key:\n  - x\n  - y\n",
            "",
            &["s"],
            "s:\n  n:\n    - x\n    - y\n",
        ),
        ("{\"key\": 1}", "", &["s"], "{\"s\": {\"n\": 1}}"),
    ] {
        assert_eq!(
            moved(before, from, from, missing, "n").as_deref(),
            Some(after),
            "{before}"
        );
    }
}

#[test]
fn entries_move_to_different_depths() {
    for (before, after) in [
        (
            "b:\n  key: web\n  x: 80\n",
            "b:\n  s:\n    name: web\n    port:\n      number: 80\n",
        ),
        (
            "b:\n- key: web\n  x: 80\n",
            "b:\n- s:\n    name: web\n    port:\n      number: 80\n",
        ),
    ] {
        let tree = parse(before.into());
        let from = match tree.items(at(&tree, "b")).next() {
            Some(item) => item,
            None => at(&tree, "b"),
        };
        let (first, second) = (tree.get(from, "key").unwrap(), tree.get(from, "x").unwrap());
        let (name, number) = (
            ["name".to_owned()],
            ["port".to_owned(), "number".to_owned()],
        );
        let missing = ["s".to_owned()];
        let to = Destination {
            mapping: from,
            missing: &missing,
        };
        let moved = [(first, name.as_slice()), (second, number.as_slice())];
        let mut edits = tree.move_entries(from, &moved, to).unwrap();
        edits.sort_by_key(|(span, _)| span.start);
        let mut result = before.to_owned();
        for (span, text) in edits.into_iter().rev() {
            result.replace_range(span.range(), &text);
        }
        assert_eq!(result, after);
    }
}
