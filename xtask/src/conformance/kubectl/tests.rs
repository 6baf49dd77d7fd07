//! The expected results were produced by sigs.k8s.io/yaml 1.6.0 and apimachinery 0.36.0.

use super::*;

fn json(text: &str) -> Option<String> {
    document(text).json.ok()
}

fn strictly(text: &str) -> bool {
    document(text).strict_error.is_none()
}

fn documents(text: &str) -> (Vec<String>, bool) {
    let stream = stream(text);
    (stream.documents, stream.error.is_some())
}

#[test]
fn a_merge_writes_where_it_stands() {
    for (text, expected) in [
        (
            "b: &x {a: 1}\nc:\n  a: 3\n  <<: *x",
            r#"{"b":{"a":1},"c":{"a":1}}"#,
        ),
        ("<<: {a: 1}\na: 2", r#"{"a":2}"#),
        ("<<: [{a: 1}, {a: 2, b: 2}]", r#"{"a":1,"b":2}"#),
        ("a: 0\n<<: {b: 1, <<: {a: 1, b: 2}}", r#"{"a":1,"b":2}"#),
        ("! <<: {a: 1}", r#"{"a":1}"#),
        ("'<<': {a: 1}", r#"{"\u003c\u003c":{"a":1}}"#),
    ] {
        assert_eq!(json(text).as_deref(), Some(expected), "{text}");
    }
    assert!(strictly("<<: [{a: 1}, {b: 2}]\nc: 3"));
    assert!(!strictly("<<: [{a: 1}, {a: 2}]"));
    assert!(!strictly("a: 0\n<<: {a: 1}"));
}

#[test]
fn merges_that_are_refused() {
    for text in [
        "<<: 1",
        "<<: [1]",
        "a: &x [{b: 1}]\n<<: *x",
        "a: &x\n  <<: *x",
        "a: &x\n  b: {<<: *x}",
    ] {
        assert_eq!(json(text), None, "{text}");
    }
}

#[test]
fn only_what_is_left_must_be_json() {
    assert_eq!(json("a: .inf\na: 1").as_deref(), Some(r#"{"a":1}"#));
    assert_eq!(json("a: .inf"), None);
    assert_eq!(json(".inf: 1").as_deref(), Some(r#"{".inf":1}"#));
    assert_eq!(json("~: 1"), None);
    assert_eq!(json("18446744073709551615: 1"), None);
    assert_eq!(json("[a]: 1"), None);
}

#[test]
fn keys_that_are_the_same_to_go_yaml() {
    assert!(!strictly("yes: 1\ntrue: 2"));
    assert!(!strictly("1: a\n0x1: b"));
    assert!(strictly("1: a\n'1': b"));
    assert!(strictly("1: a\n1.0: b"));
}

#[test]
fn what_follows_a_document_is_not_looked_at() {
    for (text, expected) in [
        ("a: 1\n---\nb: [", r#"{"a":1}"#),
        ("'s' 's'\n", r#""s""#),
        ("{\"a\":1} x\n", r#"{"a":1}"#),
        ("{\"a\":1}\nx: y\n", r#"{"a":1}"#),
        (" a: 1\nb: 2\n", r#"{"a":1}"#),
        ("  a:\n  - 1\n - 2\n", r#"{"a":[1]}"#),
        (" a: 1\nb: \"x\n", r#"{"a":1}"#),
        ("|\n x\ny: 1\n", r#""x\n""#),
        ("[1]]\n", "[1]"),
    ] {
        assert_eq!(json(text).as_deref(), Some(expected), "{text}");
    }
    for text in [
        "{\"a\":1} x: y\n",
        "{\"a\":1} @\n",
        " a: 1\n@\n",
        "{\"a\":1}\n\"x\n",
        "{\"a\":1}\n%x\n",
        "- a\nb: 1\n",
    ] {
        assert_eq!(json(text), None, "{text}");
    }
}

#[test]
fn directives_before_a_document() {
    assert_eq!(
        json("%YAML 1.1 # c\n---\na: yes").as_deref(),
        Some(r#"{"a":true}"#)
    );
    assert_eq!(
        json("%TAG !e! tag:e.org,2000:\n--- !e!x a").as_deref(),
        Some(r#""a""#)
    );
    for text in [
        "%YAML 1.2\n---\na",
        "%YAML 1.1\na: 1",
        "%YAML 1.1\n%YAML 1.1\n---\na",
        "%FOO\n---\na",
        "...",
        "--- a: 1",
    ] {
        assert_eq!(json(text), None, "{text}");
    }
    assert_eq!(json("--- |\n x").as_deref(), Some("\"x\""));
}

#[test]
fn the_text_is_that_of_go() {
    assert_eq!(json("a: <&>\u{2028}\u{7f}\u{fffd}"), None);
    let text = "a: \"<&>\\L\\x01\\b\u{fffd}\"\nA: [1e3, 1.0, 1e21, -0.0, 1e-7]";
    let expected = r#"{"A":[1000,1,1e+21,-0,1e-7],"a":"\u003c\u0026\u003e\u2028\u0001\b@"}"#;
    assert_eq!(json(text), Some(expected.replace('@', "\u{fffd}")));
    assert_eq!(json("!!binary /w==").as_deref(), Some(r#""\ufffd""#));
}

#[test]
fn bombs_are_refused() {
    let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..9 {
        let aliases = vec![format!("*a{}", level - 1); 9].join(", ");
        text.push_str(&format!("a{level}: &a{level} [{aliases}]\n"));
    }
    let kind = document(&text).json.map_err(|error| error.kind);
    assert_eq!(kind, Err(SyntaxErrorKind::ExcessiveAliasing));
    let nested = |inner| format!("{}{inner}{}", "[".repeat(300), "]".repeat(300));
    let chain = format!("a: &a {}\nb: {}\n", nested("x"), nested("*a"));
    let kind = document(&chain).json.map_err(|error| error.kind);
    assert_eq!(kind, Err(SyntaxErrorKind::Depth));
}

#[test]
fn the_deepest_documents_fit_the_stack() {
    let text = format!("{}{}", "[".repeat(511), "]".repeat(511));
    assert_eq!(json(&text), Some(text));
}

#[test]
fn streams_are_cut_at_separators() {
    for (text, expected, error) in [
        (
            "---\na: 1\n---\n---\nb: 2",
            vec![r#"{"a":1}"#, r#"{"b":2}"#],
            false,
        ),
        ("a: 1\n---x\nb: 2", vec![], true),
        ("a: 1\n---\n--- x\nb: 2", vec![r#"{"a":1}"#], true),
        (
            "a: |\n  x\n---\nb: 1\r\n",
            vec![r#"{"a":"x\n"}"#, r#"{"b":1}"#],
            false,
        ),
        ("# c\n---\nnull", vec!["", ""], false),
        ("", vec![], false),
    ] {
        let (documents, failed) = documents(text);
        assert_eq!(
            (documents, failed),
            (expected.iter().map(|&s| s.into()).collect(), error),
            "{text:?}"
        );
    }
}

#[test]
fn json_streams_fall_back_to_yaml_early_on() {
    for (text, expected, error) in [
        (
            "{\"a\": 1} {\"b\":2}",
            vec![r#"{"a": 1}"#, r#"{"b":2}"#],
            false,
        ),
        (
            "{\"a\":1}\n---\nb: 2",
            vec![r#"{"a":1}"#, r#"{"b":2}"#],
            false,
        ),
        ("{a: 1}", vec![r#"{"a":1}"#], false),
        ("{a}", vec![], true),
        ("{\"a\":1}x", vec![r#"{"a":1}"#], true),
        (
            "{\"a\":1}{\"b\":2}\n---\nc: 3",
            vec![r#"{"a":1}"#, r#"{"b":2}"#],
            true,
        ),
        ("{\"a\":1} null", vec![r#"{"a":1}"#, ""], false),
        ("\u{feff}{\"a\":1}", vec![r#"{"a":1}"#], false),
    ] {
        let (documents, failed) = documents(text);
        assert_eq!(
            (documents, failed),
            (expected.iter().map(|&s| s.into()).collect(), error),
            "{text:?}"
        );
    }
}
