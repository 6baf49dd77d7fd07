use std::collections::BTreeSet;

use podwright_rule::finding::Severity;
use podwright_rules::{POLICIES, find};
use serde_json::{Value, json};

use super::{Data, policy, uses};

#[test]
fn every_file_beside_a_rule_makes_a_policy() {
    assert!(POLICIES.len() >= 125, "{}", POLICIES.len());
    for (name, text) in POLICIES {
        let rule = find(name).unwrap_or_else(|| panic!("no rule {name}"));
        let data: Data =
            serde_yaml::from_str(text).unwrap_or_else(|error| panic!("{name}: {error}"));
        let of_each = data.each.as_ref().map(|each| each.option.clone());
        let given = |option: &str| {
            if of_each.as_deref() == Some(option) {
                Some(
                    json!([{"key": "example.com/team", "value": "[a-z]+"}, {"key": "b", "kinds": ["Namespace"]}]),
                )
            } else if data.needs.iter().any(|need| need == option) {
                Some(json!(["a", "b"]))
            } else {
                rule.default_of(option)
            }
        };
        let text = policy(rule, Severity::Error, &given);
        let text = text.unwrap_or_else(|| panic!("{name} makes no policy"));
        let action = if data.at_most.is_some() {
            "Warn"
        } else {
            "Deny"
        };
        assert!(
            text.contains(&format!("validationActions: [{action}]")),
            "{text}"
        );
        assert!(!text.contains("${"), "{text}");
        let tree = podwright_syntax::parse(text.as_str().into());
        assert!(tree.errors().is_empty(), "{:?}", tree.errors());
        assert_eq!(podwright_model::decode(&tree, &[]).len(), 2);
        let names = text.lines().filter(|line| line.starts_with("    - name: "));
        let names: Vec<&str> = names.collect();
        let different: BTreeSet<&&str> = names.iter().collect();
        assert_eq!(different.len(), names.len(), "{name}: {names:?}");
    }
}

#[test]
fn a_rule_that_finds_nothing_without_options_has_no_policy() {
    for name in [
        "label-required",
        "priority-class-missing",
        "image-registry-not-allowed",
    ] {
        let rule = find(name).expect("a rule");
        assert_eq!(
            policy(rule, Severity::Error, &|option| rule.default_of(option)),
            None,
            "{name}"
        );
    }
}

#[test]
fn each_record_is_a_validation() {
    let rule = find("label-required").expect("a rule");
    let labels =
        json!([{"key": "team"}, {"key": "stage", "value": "test|live", "kinds": ["Namespace"]}]);
    let option = |name: &str| (name == "labels").then(|| labels.clone());
    let text = policy(rule, Severity::Warning, &option).expect("a policy");
    assert_eq!(text.matches("- expression: |-").count(), 2, "{text}");
    assert!(text.contains("the label `stage` is missing"), "{text}");
    assert!(text.contains("'^(?:test|live)$'"), "{text}");
    assert!(text.contains("resources: [namespaces]"), "{text}");
    assert_eq!(
        policy(rule, Severity::Warning, &|_| Some(Value::Null)),
        None
    );
}

#[test]
fn names_of_variables_are_whole() {
    assert!(uses("variables.images.all(i, true)", "images"));
    assert!(!uses("variables.imagesOfPod", "images"));
    assert!(!uses("variables.image", "images"));
}
