use super::*;
use crate::{NodeId, NodeKind};

fn tree(text: &str) -> SyntaxTree {
    read(text.into())
}

/// Errors of a text, each with its kind and the text of its span.
fn errors(text: &str) -> Vec<(SyntaxErrorKind, String)> {
    let tree = tree(text);
    let show = |error: &SyntaxError| (error.kind, tree.slice(error.span).to_owned());
    tree.errors().iter().map(show).collect()
}

fn one_error(text: &str) -> (SyntaxErrorKind, String) {
    let mut errors = errors(text);
    assert_eq!(errors.len(), 1, "{text}: {errors:?}");
    errors.remove(0)
}

/// Recovered content of a text in a JSON-like notation, with `?` for missing values.
fn saved(text: &str) -> String {
    let tree = tree(text);
    show(&tree, tree.documents()[0].root)
}

fn show(tree: &SyntaxTree, id: NodeId) -> String {
    let kind = tree.kind(id);
    if kind.is_mapping() {
        let entries = tree.entries(id).map(|entry| {
            format!(
                "{}:{}",
                unescape(tree.source_text(entry.key)),
                show(tree, entry.value)
            )
        });
        format!("{{{}}}", entries.collect::<Vec<_>>().join(","))
    } else if kind.is_sequence() {
        let items = tree.items(id).map(|item| show(tree, item));
        format!("[{}]", items.collect::<Vec<_>>().join(","))
    } else if kind == NodeKind::Empty {
        "?".to_owned()
    } else {
        unescape(tree.source_text(id)).into_owned()
    }
}

#[test]
fn a_whole_document() {
    let text = "{\n  \"a\": [1, true, null, \"x\"],\n  \"b\": {}\n}\n";
    let tree = tree(text);
    assert_eq!(tree.errors(), []);
    let [document] = tree.documents() else {
        panic!("one document");
    };
    assert!(!document.broken);
    assert_eq!(tree.source_text(document.root), text.trim_end());
    let entries: Vec<_> = tree.entries(document.root).collect();
    assert_eq!(tree.source_text(entries[0].key), "\"a\"");
    assert_eq!(tree.source_text(entries[0].value), "[1, true, null, \"x\"]");
    assert_eq!(tree.source_text(entries[1].value), "{}");
    assert_eq!(tree.kind(entries[1].value), NodeKind::FlowMapping);
    assert_eq!(tree.node(document.root).flags, crate::Node::MULTILINE);
    assert_eq!(tree.node(entries[0].value).flags, 0);
}

#[test]
fn errors_are_located_at_the_mistake() {
    use SyntaxErrorKind as E;
    for (text, kind, at) in [
        ("{\"a\": 1,}", E::TrailingComma, ","),
        ("[1, ]", E::TrailingComma, ","),
        ("// x\n{}", E::JsonComment, "// x"),
        ("{} # x", E::JsonComment, "# x"),
        ("[1 /* x\n */]", E::JsonComment, "/* x\n */"),
        ("\u{feff}{}", E::ByteOrderMark, "\u{feff}"),
        ("{} {}", E::TrailingText, "{}"),
        ("[\"a\tb\"]", E::ControlCharacter, "\t"),
        ("[\"\\x\"]", E::Escape, "\\x"),
        ("[\"\\u12g4\"]", E::Escape, "\\u12"),
        ("[\"\\é\"]", E::Escape, "\\é"),
        ("['a']", E::SingleQuotes, "'a'"),
        ("{a: 1}", E::UnquotedKey, "a"),
        ("[yes]", E::Json, "yes"),
        ("[01]", E::Json, "01"),
        ("[NaN]", E::Json, "NaN"),
        ("[1 2]", E::MissingComma, ""),
        ("{\"a\" 1}", E::MissingColon, ""),
        ("{\"a\"}", E::MissingColon, ""),
        ("{\"a\":}", E::MissingValue, ""),
        ("[,1]", E::FlowSyntax, ","),
        ("[1,,2]", E::FlowSyntax, ","),
        ("[1:2]", E::FlowSyntax, ":"),
        ("{[1]: 2}", E::KeyType, "["),
        ("{\"a\": [1}", E::UnclosedFlow, "["),
        ("{\"a\": {\"b\": 1", E::UnclosedFlow, "{"),
        ("\"a", E::UnclosedQuote, "\""),
        ("", E::MissingValue, ""),
        ("]", E::UnexpectedCharacter, "]"),
    ] {
        let (found, place) = errors(text)
            .into_iter()
            .next()
            .unwrap_or_else(|| panic!("{text}"));
        assert_eq!((found, place.as_str()), (kind, at), "{text}");
    }
}

#[test]
fn one_mistake_is_one_error() {
    for text in [
        "{\"a\": 1,}",
        "{\"a\": [1}",
        "{\"a\" \"b\"}",
        "{\"a\": \"x,\n \"b\": 1}",
        "{\"a\":\n \"b\": 1}",
        "{\"a\"\n \"b\": 1}",
        "{\"a\": 1\n \"b\": 1}",
    ] {
        one_error(text);
    }
}

#[test]
fn incomplete_text_keeps_its_content() {
    assert_eq!(saved("{\"a\": {\"b\": 1, \"im"), "{a:{b:1,im:?}}");
    assert_eq!(saved("{\"a\": \"x,\n \"b\": 1}"), "{a:x,b:1}");
    assert_eq!(saved("{\"a\":\n \"b\": 1}"), "{a:?,b:1}");
    assert_eq!(saved("{\"a\"\n \"b\": 1}"), "{a:?,b:1}");
    assert_eq!(saved("{\"a\": 1\n \"b\": 1}"), "{a:1,b:1}");
    assert_eq!(
        saved("{\"a\": [1, {\"b\": 2}, \"c\": 3}"),
        "{a:[1,{b:2},c,3]}"
    );
    assert_eq!(saved("{'a': 'b'}"), "{a:b}");
    assert_eq!(saved("{\"a\": [1, 2"), "{a:[1,2]}");
    assert_eq!(saved("// c\n{a: yes}"), "{a:yes}");
    assert_eq!(saved(" "), "?");
}

#[test]
fn each_value_of_a_stream_is_a_document() {
    let tree = read_stream("{\"a\":1}{\"b\":2} [3]\n4true\"x\"".into());
    assert_eq!(tree.errors(), []);
    let values: Vec<&str> = tree
        .documents()
        .iter()
        .map(|d| tree.source_text(d.root))
        .collect();
    assert_eq!(
        values,
        ["{\"a\":1}", "{\"b\":2}", "[3]", "4", "true", "\"x\""]
    );
    assert_eq!(read_stream(" \n".into()).documents().len(), 0);
}

#[test]
fn a_broken_value_does_not_affect_the_next_one() {
    let tree = read_stream("{\"a\":1,}{\"b\":2}".into());
    let broken: Vec<bool> = tree.documents().iter().map(|d| d.broken).collect();
    assert_eq!(broken, [true, false]);
}

#[test]
fn strings_are_decoded_as_go_does() {
    for (raw, text) in [
        (r#""a""#, "a"),
        (r#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{c}\n\r\t"),
        (r#""é\u00e9""#, "éé"),
        (r#""\ud83d\ude00!""#, "😀!"),
        (r#""\ud83d!""#, "\u{fffd}!"),
        (r#""\ude00\ud83d""#, "\u{fffd}\u{fffd}"),
        (r#""\ud83d\ud83d\ude00""#, "\u{fffd}😀"),
        (r#""\x\u12""#, r"\x\u12"),
        (r#""open"#, "open"),
        (r#""open\"#, "open\\"),
        ("'a'", "a"),
        ("bare", "bare"),
        ("", ""),
        ("\"", ""),
    ] {
        assert_eq!(unescape(raw), text, "{raw}");
    }
}

#[test]
fn nesting_is_bounded() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(one_error(&deep).0, SyntaxErrorKind::Depth);
    let legal = format!("{}{}", "[".repeat(MAX_DEPTH), "]".repeat(MAX_DEPTH));
    assert_eq!(errors(&legal), []);
    let open = errors(&"{\"a\":[".repeat(100_000));
    assert!(open.iter().any(|error| error.0 == SyntaxErrorKind::Depth));
}
