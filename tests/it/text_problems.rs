//! Bytes that are not valid text or are misleading, and the number of syntax errors that are shown.

use std::sync::Arc;

use podwright_cluster::workspace::{ClusterContext, File, Workspace};
use podwright_lint::{DefaultRules, lint};
use podwright_rule::finding::Severity;

/// Level, message and first byte of the findings about the text itself.
fn found(bytes: &[u8]) -> Vec<(Severity, String, u32)> {
    let context = Arc::new(ClusterContext::default());
    let file = File::from_bytes("a.yaml".to_owned(), bytes.to_vec(), &context);
    let outcome = lint(&Workspace::new(vec![file]), &DefaultRules::default());
    let own = outcome
        .findings
        .into_iter()
        .filter(|f| ["yaml-syntax", "yaml-cr-only-newlines"].contains(&f.rule));
    own.map(|f| (f.level, f.message, f.primary.place.span.start))
        .collect()
}

const MAP: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n";

#[test]
fn valid_text_has_no_findings() {
    assert_eq!(found(MAP.as_bytes()), []);
    assert_eq!(found(MAP.replace('\n', "\r\n").as_bytes()), []);
    assert_eq!(found(format!("\u{feff}{MAP}").as_bytes()), []);
}

#[test]
fn invalid_utf8_is_an_error_in_comments_too() {
    let latin = [MAP.as_bytes(), b"# caf\xe9\n"].concat();
    let at = u32::try_from(MAP.len() + 5).unwrap();
    assert_eq!(
        found(&latin),
        [(Severity::Error, "invalid UTF-8".to_owned(), at)]
    );
}

#[test]
fn utf16_is_a_warning() {
    let units = format!("\u{feff}{MAP}");
    let bytes: Vec<u8> = units.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let [(Severity::Warning, message, 0)] = &found(&bytes)[..] else {
        panic!("expected one warning at the start")
    };
    assert_eq!(message, "file is encoded in UTF-16");
}

#[test]
fn lone_carriage_return_is_reported_at_its_location() {
    let text = MAP.replacen('\n', "\r", 1);
    let found = found(text.as_bytes());
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].0, found[0].2), (Severity::Warning, 14));
}

#[test]
fn lone_carriage_return_hides_a_separator() {
    // The carriage return is before the `---`, which starts a line, not after it.
    let text = [MAP, MAP].join("---\n").replacen("\n---", "\r---", 1);
    let found = found(text.as_bytes());
    let at = u32::try_from(MAP.len() - 1).unwrap();
    assert!(
        matches!(&found[..], [(Severity::Error, _, place), ..] if *place == at),
        "{found:?}"
    );
    // In JSON it is whitespace.
    let json =
        "{\"apiVersion\": \"v1\",\r\"kind\": \"ConfigMap\", \"metadata\": {\"name\": \"a\"}}";
    assert_eq!(self::found(json.as_bytes()), []);
}

#[test]
fn each_invalid_document_reports_its_first_error_and_few_more() {
    let broken = "apiVersion: v1\nkind: ConfigMap\ndata:\n  a: b: c\n  d: e: f\n  g: h\n  i: @k\n  l: m\n  n: \"\\q\"\n  o: p\n  q: *no\n";
    let documents = [broken, MAP, broken].join("---\n");
    let found = found(documents.as_bytes());
    let starts: Vec<u32> = found.iter().map(|(_, _, at)| *at).collect();
    let second = u32::try_from(broken.len() + MAP.len() + 8).unwrap();
    let inside = starts.iter().filter(|&&at| at < second).count();
    assert_eq!(inside, 3, "{found:?}");
    assert_eq!(starts.len(), 6);
    assert!(
        starts
            .iter()
            .all(|&at| at < u32::try_from(broken.len()).unwrap() || at >= second)
    );
    assert!(found.iter().all(|(level, ..)| *level == Severity::Error));
}

#[test]
fn separator_in_a_block_scalar_splits_it() {
    let cuts = |text: &str| {
        let context = Arc::new(ClusterContext::default());
        let file = File::from_bytes("a.yaml".to_owned(), text.into(), &context);
        let outcome = lint(&Workspace::new(vec![file]), &DefaultRules::default());
        let own = outcome
            .findings
            .into_iter()
            .filter(|f| f.rule.starts_with("yaml-"));
        own.map(|f| (f.rule, f.primary.place.span.start))
            .collect::<Vec<_>>()
    };
    let at = |text: &str| u32::try_from(text.find("---").unwrap()).unwrap();
    let map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n";
    for rest in [
        "  a: |\n    b: 1\n---\n    c: 2\n",
        "  a: >-\n\n---\n\n    c\n",
        "  a: [x]\n  b: |+\n    c\n\n---\n  d: @e\n",
        "  a: \"b\n---\n  c\"\n",
        "  a: 'b\n--- # c\nd'\n",
    ] {
        let text = format!("{map}{rest}");
        assert_eq!(
            cuts(&text),
            [("yaml-separator-splits-scalar", at(&text))],
            "{rest}"
        );
    }
    for rest in [
        "  a: |\n    b: 1\n---\n  kind: ConfigMap\n  apiVersion: v1\n",
        "  a: |\n    b: 1\n---\nc: 2\n",
        "  a: |\n    b: 1\n---\n",
        "  a: |\n    b: 1\n---\n  # nothing\n",
        "  a: |\n    b: 1\n  c: d\n---\n  e: f\n",
        "  a: b\n---\n  e: f\n",
    ] {
        assert_eq!(cuts(&format!("{map}{rest}")), [], "{rest}");
    }
    // The quote is not closed.
    let open = format!("{map}  a: \"b\n---\nc: d\n");
    assert_eq!(cuts(&open).len(), 1);
    assert_eq!(cuts(&open)[0].0, "yaml-syntax");
}
