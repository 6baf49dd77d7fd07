//! What Flux applies as seen by an editor, in `fixtures/live/flux`.

use serde_json::json;

use super::editor::{Editor, capabilities};
use crate::live::texts;

const KUSTOMIZATION: &str = "clusters/apps.yaml";
const SETTINGS: &str = "clusters/settings.yaml";
const RELEASE: &str = "apps/release.yaml";
const VALUES: &str = "apps/values.yaml";

fn open() -> Editor {
    let files = texts("live/flux");
    let files: Vec<(&str, &str)> = files
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_str()))
        .collect();
    Editor::with(&files, json!({ "capabilities": capabilities() }))
}

/// Opens a file and replaces a part of its text, without saving it.
fn edit(editor: &mut Editor, name: &str, from: &str, to: &str) {
    let text = std::fs::read_to_string(editor.path(name)).unwrap();
    assert!(text.contains(from), "{name} does not contain {from}");
    editor.open(name, &text);
    editor.change(name, &text.replacen(from, to, 1));
    editor.settle();
}

#[track_caller]
fn assert_rule(editor: &Editor, name: &str, rule: &str, is_there: bool) {
    let rules = editor.rules(name);
    assert_eq!(rules.contains(&rule.to_owned()), is_there, "{rules:?}");
}

#[test]
fn findings_follow_unsaved_values_and_variables() {
    let mut editor = open();
    assert_rule(&editor, RELEASE, "pull-policy-invalid", true);
    assert_rule(&editor, KUSTOMIZATION, "pull-policy-invalid", true);
    assert_rule(&editor, SETTINGS, "image-tag-latest", true);
    assert_rule(&editor, VALUES, "number-out-of-range", true);
    edit(&mut editor, RELEASE, "always", "Always");
    assert_rule(&editor, RELEASE, "pull-policy-invalid", false);
    assert_rule(&editor, KUSTOMIZATION, "pull-policy-invalid", true);
    edit(&mut editor, KUSTOMIZATION, "Sometimes", "Never");
    assert_rule(&editor, KUSTOMIZATION, "pull-policy-invalid", false);
    edit(&mut editor, SETTINGS, "latest", "1.0.0");
    assert_rule(&editor, SETTINGS, "image-tag-latest", false);
    edit(&mut editor, VALUES, "70000", "7000");
    assert_rule(&editor, VALUES, "number-out-of-range", false);
    edit(&mut editor, RELEASE, "always", "never");
    assert_rule(&editor, RELEASE, "pull-policy-invalid", true);
}
