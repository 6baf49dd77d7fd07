use podwright_rule::finding::Severity;
use podwright_rules::{POLICIES, find};
use serde_json::json;

use super::{literal, policy};

#[test]
fn every_file_beside_a_rule_makes_a_policy() {
    assert!(POLICIES.len() >= 25, "{}", POLICIES.len());
    for (name, _) in POLICIES {
        let rule = find(name).unwrap_or_else(|| panic!("no rule {name}"));
        let text = policy(rule, Severity::Error, &|option| rule.default_of(option));
        let text = text.unwrap_or_else(|| panic!("{name} makes no policy"));
        assert!(text.contains("validationActions: [Deny]"), "{text}");
        let tree = podwright_syntax::parse(text.as_str().into());
        assert!(tree.errors().is_empty(), "{:?}", tree.errors());
        assert_eq!(podwright_model::decode(&tree, &[]).len(), 2);
    }
}

#[test]
fn options_are_literals() {
    let value = json!(["a'b", "c\\d", 3, true]);
    assert_eq!(literal(&value).unwrap(), r"['a\'b', 'c\\d', 3, true]");
    assert_eq!(literal(&json!({"a": 1})), None);
}
