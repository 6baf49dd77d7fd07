//! Pod Security admission, beside the answers of `k8s.io/pod-security-admission` 0.36.3.

use std::collections::BTreeSet;

use podwright_model::{PodSecurityLevel, StringMap, decode};
use podwright_schema::pod_security::{PodSpec, violations};
use serde_json::Value;

/// `tests/data/pod-security.jsonl`: objects, and for each level the checks that fail in each range of versions.
#[test]
fn the_checks_that_fail_are_those_of_kubernetes() {
    let mut compared = 0;
    for line in include_str!("../data/pod-security.jsonl").lines() {
        let case: Value = serde_json::from_str(line).expect("JSON");
        let name = case["name"].as_str().expect("text");
        let tree = podwright_syntax::parse(case["yaml"].as_str().expect("text").into());
        let objects = decode(&tree, &[]);
        let pod = objects
            .iter()
            .flat_map(|object| &object.pods)
            .next()
            .expect(name);
        let none = StringMap::new();
        let spec = PodSpec {
            tree: &tree,
            spec: pod.node,
            annotations: pod.metadata.annotations.value().unwrap_or(&none),
        };
        for (level, spans) in case["matrix"].as_object().expect("map") {
            let level: PodSecurityLevel = level.parse().expect("a level");
            for span in spans.as_array().expect("list") {
                let expected: BTreeSet<&str> = span["checks"]
                    .as_array()
                    .expect("list")
                    .iter()
                    .filter_map(Value::as_str)
                    .collect();
                for minor in minors(span["versions"].as_str().expect("text")) {
                    let found = violations(spec, level, minor);
                    let found: BTreeSet<&str> = found.iter().map(|one| one.check).collect();
                    assert_eq!(found, expected, "{name}: {level}:v1.{minor}");
                    compared += 1;
                }
            }
        }
    }
    assert!(compared > 2000, "{compared} comparisons");
}

/// `v1.20-v1.30`, `v1.31-latest`, `latest`: the versions until 1.36.
fn minors(span: &str) -> std::ops::RangeInclusive<u16> {
    let minor = |version: &str| match version.strip_prefix("v1.") {
        Some(minor) => minor.parse().expect("a number"),
        None => 36,
    };
    let (first, last) = span.split_once('-').unwrap_or((span, span));
    minor(first)..=minor(last).min(36)
}
