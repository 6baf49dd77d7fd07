use super::*;
use crate::{json, yaml};

/// JSON document in the value of the key `a` of the outer tree.
fn embedded(outer: &SyntaxTree) -> Embedded {
    let root = outer.documents()[0].root;
    let entry = outer.get(root, "a").unwrap();
    Embedded::new(outer, entry.value, json::read)
}

/// Outer text at the first occurrence of `needle` in the inner text.
fn outer_text(outer: &SyntaxTree, needle: &str) -> String {
    let embedded = embedded(outer);
    let text = embedded.tree.text();
    let start = text
        .find(needle)
        .unwrap_or_else(|| panic!("{needle} in {text:?}"));
    let start = u32::try_from(start).unwrap();
    let inner = Span::new(start, start + u32::try_from(needle.len()).unwrap());
    outer.slice(embedded.outer_span(inner).unwrap()).to_owned()
}

fn json(text: &str) -> SyntaxTree {
    json::read(text.into())
}

#[test]
fn a_json_string_is_mapped_through_its_escapes() {
    let outer = json(r#"{"b": 1, "a": "{\"host\": \"\u00e9\ud83d\ude00x\", \"k\": 1}\n"}"#);
    assert_eq!(outer.errors(), []);
    assert_eq!(
        &**embedded(&outer).tree.text(),
        "{\"host\": \"é😀x\", \"k\": 1}\n"
    );
    assert_eq!(embedded(&outer).tree.errors(), []);
    assert_eq!(outer_text(&outer, "host"), "host");
    assert_eq!(outer_text(&outer, "\"host\""), r#"\"host\""#);
    assert_eq!(outer_text(&outer, "é"), r"\u00e9");
    assert_eq!(outer_text(&outer, "😀x"), r"\ud83d\ude00x");
    assert_eq!(outer_text(&outer, "1}\n"), r"1}\n");
}

#[test]
fn empty_places_and_the_ends() {
    let outer = json(r#"{"a": "x\ny"}"#);
    let embedded = embedded(&outer);
    let at = |offset| embedded.outer_span(Span::at(offset));
    assert_eq!(at(0), Some(Span::at(7)));
    assert_eq!(at(1), Some(Span::at(8)));
    assert_eq!(at(2), Some(Span::at(10)));
    assert_eq!(at(3), Some(Span::at(11)));
    assert_eq!(at(4), None);
    assert_eq!(embedded.outer_span(Span::new(0, 3)), Some(Span::new(7, 11)));
    assert_eq!(embedded.outer_span(Span::new(1, 9)), None);
}

#[test]
fn decoded_text_has_no_position() {
    let embedded = Embedded::opaque("{\"a\": 1}".into(), json::read);
    assert_eq!(embedded.tree.errors(), []);
    assert_eq!(embedded.outer_span(Span::new(1, 4)), None);
}

fn yaml(text: &str) -> SyntaxTree {
    let tree = yaml::read(text.into());
    assert_eq!(tree.errors(), [], "{text}");
    tree
}

#[test]
fn a_literal_block_is_mapped_line_by_line() {
    for text in [
        "data:\n  x: 1\na: |\n    {\n      \"k\": [1,\n\n        2]\n    }\n",
        "data:\r\n  x: 1\r\na: |-  # c\r\n    {\r\n      \"k\": [1,\r\n\r\n        2]\r\n    }\r\n",
        "a: |2\n    {\"k\": [1,\n   2]}",
        "a: |+\n\n  {\"k\": [1, 2]}\n\n\nb: 1\n",
    ] {
        let outer = yaml(text);
        assert_eq!(embedded(&outer).tree.errors(), [], "{text}");
        for needle in ["{", "\"k\"", "[1,", "2]", "}"] {
            assert_eq!(outer_text(&outer, needle), needle, "{text}");
        }
    }
}

#[test]
fn other_scalars_are_mapped_by_their_text() {
    for text in [
        "a: >\n  {\"k\": [1,\n  2]}\n",
        "a: >-\n\n  {\"k\": [1,\n    x\n\n\n  2]}\n",
        "a: '{\"k\": [1,\n\n  2], \"q\": \"''\"}'\n",
        "a: \"{\\\"k\\\": [1, \\\n  2]}\"\n",
        "a: \"{\\x22k\\u0022: [1,\n  2]}\"\n",
        "b: &x '{\"k\": [1, 2]}'\na: *x\n",
    ] {
        let outer = yaml(text);
        for needle in ["k", "[1,", "2]"] {
            assert_eq!(outer_text(&outer, needle), needle, "{text}");
        }
    }
    let outer = yaml("a: '{\"q\": \"it''s\"}'\n");
    assert_eq!(outer_text(&outer, "it's"), "it''s");
    assert_eq!(outer_text(&outer, "'"), "''");
    let folded = yaml("a: plain\n  text\n");
    assert_eq!(outer_text(&folded, "plain text"), "plain\n  text");
    assert_eq!(outer_text(&folded, "n t"), "n\n  t");
}

/// Checks every scalar of many texts: its pieces cover its value without gaps, and verbatim pieces have equal text.
#[test]
fn the_pieces_tile_the_value() {
    let bodies = [
        "a: |\n  x\n   y\n\n  z # no\n",
        "a: >\n  x\n  y\n\n   z\n  w\n",
        "a: >+\n\n  x\n\n\n",
        "a: \"x \\t \\\n   y\\ \n\n  \\u00e9\"\n",
        "a: 'x ''\n\n  y'\n",
        "a: x\n  y\n\n  z\n",
        "a: ''\n",
        "a: |-\n\nb: 1\n",
    ];
    for text in bodies
        .iter()
        .flat_map(|text| [(*text).to_owned(), text.replace('\n', "\r\n")])
    {
        let outer = yaml(&text);
        let root = outer.documents()[0].root;
        let id = outer.get(root, "a").unwrap().value;
        let value = outer.decoded(id);
        let pieces = align::pieces(&outer, id, &value).unwrap_or_else(|| panic!("{text:?}"));
        let mut at = 0;
        for piece in &pieces {
            assert_eq!(piece.inner.start, at, "{text:?}");
            at = piece.inner.end;
            assert!(outer.span(id).contains(piece.outer), "{text:?}");
            if piece.inner.len() > 1 && piece.is_verbatim() {
                assert_eq!(
                    &value[piece.inner.range()],
                    outer.slice(piece.outer),
                    "{text:?}"
                );
            }
        }
        assert_eq!(at as usize, value.len(), "{text:?}");
    }
}
