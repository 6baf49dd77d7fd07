//! Documents are accepted or rejected like go-yaml v2, and events match the yaml-test-suite.

use std::collections::BTreeMap;

use podwright_syntax::yaml;

use crate::yaml::events;
use crate::yaml::samples;

/// Deviations listed in `tests/data`, one per line: the case, podwright's result, and the reason.
fn deviations(listed: &'static str) -> BTreeMap<&'static str, (&'static str, &'static str)> {
    listed
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
        .map(|line| {
            let fields: Vec<&str> = line.split('\t').collect();
            assert_eq!(fields.len(), 3, "case, what, why: {line}");
            assert!(!fields[2].is_empty(), "why: {line}");
            (fields[0], (fields[1], fields[2]))
        })
        .collect()
}

fn accepts(path: &str) -> bool {
    // Invalid UTF-8 never reaches the parser.
    samples::text(path).is_some_and(|text| yaml::read(text.into()).errors().is_empty())
}

/// Asserts that exactly the listed cases deviate from go-yaml.
fn judge(set: &str, listed: &'static str) {
    let mut listed = deviations(listed);
    listed.retain(|case, _| case.starts_with(set));
    let mut wrong = Vec::new();
    let verdicts = samples::verdicts(set);
    for (path, accepted) in &verdicts {
        let ours = accepts(path);
        let said = if ours { "accepted" } else { "rejected" };
        let expected = listed.remove(path).map(|(verdict, _)| verdict);
        if expected != (ours != *accepted).then_some(said) {
            wrong.push(format!("{path}: we {said}, listed {expected:?}"));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
    assert!(listed.is_empty(), "unknown cases: {listed:?}");
}

#[test]
fn the_test_suite_is_judged_as_go_yaml_judges_it() {
    judge("suite", include_str!("../../data/yaml-deviations.tsv"));
}

#[test]
fn the_probes_are_judged_as_go_yaml_judges_them() {
    judge("probes", include_str!("../../data/yaml-deviations.tsv"));
}

#[test]
fn mutated_manifest_verdicts_match_go_yaml() {
    let verdicts = samples::verdicts("mutated");
    let wrong: Vec<&str> = verdicts
        .iter()
        .filter(|(path, accepted)| accepts(path) != *accepted)
        .map(|(path, _)| *path)
        .collect();
    assert!(wrong.len() * 1000 <= verdicts.len() * 3, "{wrong:?}");
}

/// The tree of every accepted valid case matches the test suite.
#[test]
fn the_test_suite_has_our_events() {
    let mut listed = deviations(include_str!("../../data/yaml-event-deviations.tsv"));
    let mut wrong = Vec::new();
    let mut compared = 0;
    for (path, _) in samples::verdicts("suite") {
        let directory = path.trim_end_matches("/in.yaml");
        let valid = !samples::files().contains_key(&format!("{directory}/error"));
        let (Some(text), Some(expected)) = (
            samples::text(path),
            samples::text(&format!("{directory}/test.event")),
        ) else {
            continue;
        };
        let tree = yaml::read(text.into());
        if !valid || !tree.errors().is_empty() {
            continue;
        }
        compared += 1;
        let same = events::of_tree(&tree) == normalised(expected);
        if same == listed.remove(path).is_some() {
            wrong.push(format!(
                "{path}\n{text}\nours:\n{}\nsuite:\n{}",
                events::of_tree(&tree),
                normalised(expected)
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n----\n"));
    assert!(listed.is_empty(), "unknown cases: {listed:?}");
    assert!(compared > 200, "{compared}");
}

/// Events of the suite without the difference between explicit and implicit document ends.
fn normalised(events: &str) -> String {
    let mut out = String::new();
    for line in events.lines().map(str::trim_start) {
        let line = match line {
            "+STR" | "-STR" => continue,
            _ if line.starts_with("+DOC") => "+DOC",
            _ if line.starts_with("-DOC") => "-DOC",
            other => other,
        };
        out.push_str(line);
        out.push('\n');
    }
    out
}
