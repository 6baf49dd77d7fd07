//! The rules for images beside what the real parser of Kubernetes answers.

#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use podwright::finding::Level;
use podwright::lint::{DefaultRules, lint};
use podwright::model::is_placeholder;
use podwright::text::Source;
use podwright::workspace::{File, Workspace};
use serde_json::{Value, json};

/// Rules that say that an image is no reference.
const INVALID: &[&str] = &[
    "image-digest-malformed",
    "image-has-scheme",
    "image-invalid-reference",
    "image-missing",
    "image-whitespace",
];

/// The errors about the image of a Pod, by rule.
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
        .filter(|finding| finding.level == Level::Error && finding.rule.starts_with("image-"));
    about_images.map(|finding| finding.rule).collect()
}

#[test]
fn what_the_parser_takes_is_never_called_invalid_and_what_it_refuses_always_is_an_error() {
    let pairs = include_str!("data/conformance/image.jsonl");
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
            assert!(wrong.is_empty(), "{image:?} is taken: {wrong:?}");
        } else {
            asked.1 += 1;
            assert!(
                !found.is_empty(),
                "{image:?} is refused: {}",
                pair["out"]["err"]
            );
        }
    }
    assert!(asked.0 > 50 && asked.1 > 50, "{asked:?}");
}

#[test]
fn a_scalar_that_is_no_string_to_yaml_is_no_image() {
    // `y` is a boolean to kubectl, and the API server refuses the object.
    let text = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers: [{name: a, image: y}]\n";
    let file = File::read(Source::new("a.yaml", text), &Arc::default());
    let findings = lint(&Workspace::new(vec![file]), &DefaultRules::default()).findings;
    let rules: Vec<_> = findings.iter().map(|finding| finding.rule).collect();
    assert!(!rules.contains(&"image-tag-latest-implicit"), "{rules:?}");
    assert_eq!(errors("y"), [""; 0]);
}
