//! Bytes that are no text, or are read otherwise than they look, and how many errors of a text are shown.

#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use podwright::finding::Level;
use podwright::lint::{DefaultRules, lint};
use podwright::workspace::{File, Surroundings, Workspace};

/// Level, message and first byte of what `yaml-syntax` finds.
fn found(bytes: &[u8]) -> Vec<(Level, String, u32)> {
    let surroundings = Arc::new(Surroundings::default());
    let file = File::from_bytes("a.yaml".to_owned(), bytes.to_vec(), &surroundings);
    let outcome = lint(&Workspace::new(vec![file]), &DefaultRules::default());
    let own = outcome
        .findings
        .into_iter()
        .filter(|f| f.rule == "yaml-syntax");
    own.map(|f| (f.level, f.message, f.primary.place.span.start))
        .collect()
}

const MAP: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n";

#[test]
fn text_is_clean() {
    assert_eq!(found(MAP.as_bytes()), []);
    assert_eq!(found(MAP.replace('\n', "\r\n").as_bytes()), []);
    assert_eq!(found(format!("\u{feff}{MAP}").as_bytes()), []);
}

#[test]
fn bytes_that_are_no_utf8_are_refused_in_comments_too() {
    let latin = [MAP.as_bytes(), b"# caf\xe9\n"].concat();
    let at = u32::try_from(MAP.len() + 5).unwrap();
    assert_eq!(
        found(&latin),
        [(Level::Error, "these bytes are no UTF-8".to_owned(), at)]
    );
}

#[test]
fn utf16_may_be_read_by_chance() {
    let units = format!("\u{feff}{MAP}");
    let bytes: Vec<u8> = units.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let [(Level::Warning, message, 0)] = &found(&bytes)[..] else {
        panic!("one warning at the beginning")
    };
    assert_eq!(message, "the file is UTF-16");
}

#[test]
fn a_lone_carriage_return_is_shown_where_it_stands() {
    let text = MAP.replacen('\n', "\r", 1);
    let found = found(text.as_bytes());
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].0, found[0].2), (Level::Warning, 14));
}

#[test]
fn each_broken_document_shows_its_first_error_and_few_more() {
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
    assert!(found.iter().all(|(level, ..)| *level == Level::Error));
}
