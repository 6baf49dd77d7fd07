//! Compares the image rules with the results of the Kubernetes parser.

use std::sync::Arc;

use podwright_cluster::workspace::{File, Workspace};
use podwright_lint::{DefaultRules, lint};
use podwright_model::is_placeholder;
use podwright_rule::finding::Severity;
use podwright_syntax::text::Source;
use serde_json::{Value, json};

/// Rules for invalid image references.
const INVALID: &[&str] = &[
    "image-digest-malformed",
    "image-has-scheme",
    "image-invalid-reference",
    "image-missing",
    "image-whitespace",
];

/// Rules with errors about the image of a Pod.
fn errors(image: &str) -> Vec<&'static str> {
    let pod = json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": { "name": "a" },
        "spec": { "containers": [{ "name": "a", "image": image }] },
    });
    let file = File::read(Source::new("a.json", pod.to_string()), &Arc::default());
    let findings = lint(&Workspace::new(vec![file]), &DefaultRules::default()).findings;
    let about_images = findings
        .into_iter()
        .filter(|finding| finding.level == Severity::Error && finding.rule.starts_with("image-"));
    about_images.map(|finding| finding.rule).collect()
}

#[test]
fn what_the_parser_takes_is_never_called_invalid_and_what_it_refuses_always_is_an_error() {
    let pairs = include_str!("../data/conformance/image.jsonl");
    let mut asked = (0, 0);
    for line in pairs.lines() {
        let pair: Value = serde_json::from_str(line).unwrap();
        let image = pair["in"]["image"].as_str().unwrap();
        if is_placeholder(image) {
            continue;
        }
        let found = errors(image);
        if pair["out"]["err"].is_null() {
            asked.0 += 1;
            let wrong: Vec<_> = found.iter().filter(|rule| INVALID.contains(rule)).collect();
            assert!(wrong.is_empty(), "{image:?} is valid: {wrong:?}");
        } else {
            asked.1 += 1;
            assert!(
                !found.is_empty(),
                "{image:?} is rejected: {}",
                pair["out"]["err"]
            );
        }
    }
    assert!(asked.0 > 50 && asked.1 > 50, "{asked:?}");
}

#[test]
fn yaml_scalar_that_is_not_a_string_is_not_an_image() {
    // `y` is a boolean to kubectl, and the API server rejects the object.
    let text = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers: [{name: a, image: y}]\n";
    let file = File::read(Source::new("a.yaml", text), &Arc::default());
    let findings = lint(&Workspace::new(vec![file]), &DefaultRules::default()).findings;
    let rules: Vec<_> = findings.iter().map(|finding| finding.rule).collect();
    assert!(!rules.contains(&"image-tag-latest"), "{rules:?}");
    assert_eq!(errors("y"), [""; 0]);
}
