//! Consistency of all rules: every rule has a page, every page a rule, and names are unique.

use std::collections::BTreeSet;

use podwright_rules::RULES;

#[test]
fn names_are_unique() {
    let names: BTreeSet<&str> = RULES.iter().map(|rule| rule.meta.name).collect();
    assert_eq!(names.len(), RULES.len());
}

#[test]
fn options_have_defaults_and_reject_unknown_names() {
    for entry in RULES {
        let name = entry.meta.name;
        assert!(entry.parse_options(serde_json::json!({})).is_ok(), "{name}");
        let unknown = serde_json::json!({ "no-such-option": 1 });
        assert!(
            entry.parse_options(unknown).is_err(),
            "{name} accepts unknown options"
        );
    }
}

#[test]
fn names_are_kebab_case_and_summaries_are_phrases() {
    for entry in RULES {
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
