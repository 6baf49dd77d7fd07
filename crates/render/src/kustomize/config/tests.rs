use std::sync::Arc;

use podwright_syntax::text::FileId;

use super::{DEFAULTS, Section, TransformerConfig, read_crds};
use crate::node::Node;

fn node(text: &str) -> Node {
    let tree = podwright_syntax::parse(text.into());
    crate::documents(&tree, FileId(0)).expect("valid").remove(0)
}

#[test]
fn every_line_of_the_table_is_read() {
    let builtin = TransformerConfig::builtin();
    let specs: usize = builtin.specs.iter().map(Vec::len).sum();
    let references: usize = builtin
        .name_references
        .iter()
        .map(|references| references.referrers.len())
        .sum();
    let lines = DEFAULTS
        .lines()
        .filter(|line| line.starts_with(['+', '-']))
        .count();
    assert_eq!(specs + references, lines);
    assert_eq!(lines, 306);
    // Objects that many others refer to come first.
    let kinds: Vec<&str> = builtin
        .name_references
        .iter()
        .map(|references| references.target.kind.as_str())
        .collect();
    assert_eq!(
        kinds[..5],
        [
            "StorageClass",
            "ServiceAccount",
            "Role",
            "ClusterRole",
            "ConfigMap"
        ]
    );
}

#[test]
fn the_built_in_configuration_merges_with_itself() {
    let builtin = TransformerConfig::builtin();
    let copy = Arc::new(TransformerConfig::clone(&builtin));
    let empty = Arc::new(TransformerConfig::default());
    assert_eq!(*empty.merge(&copy).expect("no conflict"), *builtin);
    assert_eq!(*copy.merge(&copy).expect("no conflict"), *builtin);
}

#[test]
fn configurations_are_merged_or_conflict() {
    let builtin = TransformerConfig::builtin();
    let own = node(
        "commonLabels:\n- path: spec/labels\n  kind: Foo\nnameReference:\n- kind: Secret\n  version: v1\n  fieldSpecs:\n  - path: spec/secret\n    kind: Foo\n",
    );
    let own = Arc::new(TransformerConfig::read(&own).expect("valid"));
    let merged = builtin.merge(&own).expect("no conflict");
    let labels = merged.specs(Section::CommonLabels);
    assert_eq!(labels.len(), builtin.specs(Section::CommonLabels).len() + 1);
    assert_eq!(merged.name_references.len(), builtin.name_references.len());

    let text = "commonLabels:\n- path: metadata/labels\n  create: false\n";
    let other = Arc::new(TransformerConfig::read(&node(text)).expect("valid"));
    let error = builtin.merge(&other).expect_err("conflict");
    let place = error.place.expect("a place").span.range();
    assert!(text[place].starts_with("path: metadata/labels"), "{error}");
}

#[test]
fn a_general_entry_is_dropped_where_a_special_one_exists() {
    // Sorting puts the special entry first, which the general one then selects (`FsSlice.MergeOne`).
    let text = "namespace:\n- path: metadata/name\n- path: metadata/name\n  kind: Foo\n";
    let empty = Arc::new(TransformerConfig::default());
    let read = Arc::new(TransformerConfig::read(&node(text)).expect("valid"));
    let merged = empty.merge(&read).expect("no conflict");
    let kinds: Vec<&str> = merged
        .specs(Section::Namespace)
        .iter()
        .map(|spec| spec.gvk.kind.as_str())
        .collect();
    assert_eq!(kinds, ["Foo"]);
    TransformerConfig::builtin()
        .merge(&merged)
        .expect("no conflict");
}

#[test]
fn wrong_configurations_have_places() {
    let cases = [
        ("commonLabel:\n- path: a\n", "commonLabel"),
        ("commonLabels:\n- paths: a\n", "paths"),
        ("commonLabels:\n- path: [a]\n", "[a]"),
        ("commonLabels:\n- path: a\n  create: maybe\n", "maybe"),
        ("commonLabels: a\n", "a"),
    ];
    for (text, at) in cases {
        let error = TransformerConfig::read(&node(text)).expect_err(text);
        let place = error.place.expect("a place").span.range();
        assert_eq!(&text[place], at, "{error}");
    }
}

#[test]
fn definitions_tell_name_references() {
    let config = read_crds(&node(
        r##"{"github.com/x/v1.Bee": {"Schema": {"properties": {"apiVersion": {}, "kind": {}, "metadata": {},
  "spec": {"$ref": "github.com/x/v1.BeeSpec"}}}},
 "github.com/x/v1.BeeSpec": {"Schema": {"properties": {
  "secretRef": {"x-kubernetes-object-ref-api-version": "v1", "x-kubernetes-object-ref-kind": "Secret"},
  "own": {"$ref": "github.com/x/v1.BeeSpec"},
  "labels": {"x-kubernetes-label-selector": ""}}}}}"##,
    ))
    .expect("valid");
    let references = &config.name_references[0];
    assert_eq!(references.target.kind, "Secret");
    assert_eq!(references.referrers[0].path, "spec/secretRef/name");
    assert_eq!(references.referrers[0].gvk.kind, "Bee");
    assert_eq!(config.specs(Section::CommonLabels)[0].path, "spec/labels");
}
