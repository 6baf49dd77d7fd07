//! Consistency of all rules: every rule has a page, every page a rule, and names are unique.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::path::Path;

use podwright::rules::BOOK;

#[test]
fn every_rule_has_a_page_and_vice_versa() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    let mut pages = BTreeSet::new();
    for chapter in std::fs::read_dir(root).unwrap().map(Result::unwrap) {
        if chapter.path().is_dir() {
            for page in std::fs::read_dir(chapter.path())
                .unwrap()
                .map(Result::unwrap)
            {
                pages.insert(
                    page.path()
                        .file_stem()
                        .unwrap()
                        .to_str()
                        .unwrap()
                        .to_owned(),
                );
            }
        }
    }
    let rules: BTreeSet<String> = BOOK
        .iter()
        .map(|entry| entry.meta.name.to_owned())
        .collect();
    assert_eq!(pages, rules);
    assert_eq!(rules.len(), BOOK.len(), "names are unique");
}

#[test]
fn options_have_defaults_and_reject_unknown_names() {
    for entry in BOOK {
        let name = entry.meta.name;
        assert!(entry.with_options(serde_json::json!({})).is_ok(), "{name}");
        let unknown = serde_json::json!({ "no-such-option": 1 });
        assert!(
            entry.with_options(unknown).is_err(),
            "{name} accepts unknown options"
        );
    }
}

#[test]
fn names_are_kebab_case_and_summaries_are_phrases() {
    for entry in BOOK {
        let meta = &entry.meta;
        let kebab = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        assert!(meta.name.chars().all(kebab), "{}", meta.name);
        assert!(
            !meta.summary.ends_with('.') && meta.summary.is_ascii(),
            "{}",
            meta.name
        );
    }
}
