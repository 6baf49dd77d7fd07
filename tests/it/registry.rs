//! Consistency of all rules: every rule has a page, every page a rule, and names are unique.

use std::collections::BTreeSet;
use std::fs;

use podwright_cluster::workspace::{File, Workspace};
use podwright_lint::{DefaultRules, lint};
use podwright_model::VersionRange;
use podwright_rules::RULES;
use podwright_syntax::text::Source;
use regex::Regex;

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

/// A file declares either the rule that it is named after, or a family of rules. A module is `pub(crate)` if it declares
/// rules, and private otherwise.
#[test]
fn a_rule_is_a_page_its_code_and_a_line() {
    let names = Regex::new(r#"(?m)^ +name: "([a-z0-9-]+)",\n +summary: "#).unwrap();
    let (mut pages, mut declared) = (BTreeSet::new(), BTreeSet::new());
    for page in ignore::Walk::new("rules").map(|entry| entry.unwrap().into_path()) {
        if page.extension().is_some_and(|extension| extension == "md") {
            pages.insert(page.file_stem().unwrap().to_str().unwrap().to_owned());
        }
    }
    for list in ignore::Walk::new("rules").map(|entry| entry.unwrap().into_path()) {
        if !list.ends_with("mod.rs") {
            continue;
        }
        let lines = fs::read_to_string(&list).unwrap();
        for line in lines.lines().filter(|line| line.ends_with(';')) {
            let (is_rule, module) = match line.strip_prefix("pub(crate) mod ") {
                Some(module) => (true, module),
                None => match line.strip_prefix("mod ") {
                    Some(module) => (false, module),
                    None => continue,
                },
            };
            let module = module.trim_end_matches(';');
            let code = fs::read_to_string(list.with_file_name(format!("{module}.rs"))).unwrap();
            let own: Vec<&str> = names
                .captures_iter(&code)
                .map(|found| found.extract::<1>().1[0])
                .collect();
            assert_eq!(is_rule, !own.is_empty(), "{module}");
            if code.contains("declare_rule! {") {
                assert_eq!(own, [module.replace('_', "-")]);
            }
            for name in own {
                assert!(declared.insert(name.to_owned()), "{name} is declared twice");
            }
        }
    }
    let registered: BTreeSet<String> = RULES.iter().map(|rule| rule.meta.name.into()).collect();
    similar_asserts::assert_eq!(registered, pages);
    similar_asserts::assert_eq!(registered, declared);
}

#[test]
fn a_check_of_several_rules_reports_those_that_are_on() {
    let config = r#"{"auths": {"gcr.io/a:1": {"auth": "YTpi"}, "GCR.io/a/": {"auth": "YTpi"}}}"#;
    let both = ["registry-key-has-tag", "registry-key-uppercase"];
    for on in [&both[..], &both[..1], &both[1..], &[]] {
        let file = File::read(Source::new("config.json", config), &Default::default());
        let is_on = |name: &str| on.contains(&name);
        let rules = DefaultRules::of(VersionRange::default(), |rule| is_on(rule.meta.name));
        let found = lint(&Workspace::new(vec![file]), &rules).findings;
        let found: Vec<&str> = found.iter().map(|finding| finding.rule).collect();
        assert_eq!(found, on);
    }
}
