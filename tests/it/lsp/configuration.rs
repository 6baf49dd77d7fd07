//! Completions and hovers in `.podwright.yaml`.

use serde_json::{Value, json};

use super::editor::{Editor, position};

const NAME: &str = ".podwright.yaml";

/// The answer at `|` in the text.
fn ask(method: &str, marked: &str) -> (Value, String) {
    let at = marked.find('|').unwrap();
    let text = marked.replacen('|', "", 1);
    let mut editor = Editor::new(&[(NAME, "")]);
    editor.open(NAME, &text);
    let params = json!({
        "textDocument": { "uri": editor.uri(NAME) },
        "position": position(&text, at),
    });
    (editor.request(method, params).unwrap(), text)
}

/// Labels and details of the completions.
fn completions(marked: &str) -> Vec<(String, String)> {
    let (found, _) = ask("textDocument/completion", marked);
    let found = found.as_array().into_iter().flatten();
    let text = |one: &Value, key: &str| one[key].as_str().unwrap().to_owned();
    found
        .map(|one| (text(one, "label"), text(one, "detail")))
        .collect()
}

fn labels(marked: &str) -> Vec<String> {
    let found = completions(marked).into_iter();
    found.map(|(label, _)| label).collect()
}

#[test]
fn keys_are_completed() {
    let all = labels("|");
    for key in ["extends", "kubernetes", "rules", "overrides", "profile"] {
        assert!(all.contains(&key.to_owned()), "{key} is not in {all:?}");
    }
    let others = labels("# é☸🚢\nkubernetes: \"1.36\"\nru|");
    assert!(others.contains(&"rules".to_owned()));
    assert!(!others.contains(&"kubernetes".to_owned()), "it is there");
    assert_eq!(labels("externals:\n  - |"), ["kind", "name", "namespace"]);
    assert_eq!(
        labels("externals:\n  - kind: Secret\n    na|"),
        ["name", "namespace"]
    );
    assert_eq!(labels("overrides:\n  - paths: [a]\n    |"), ["rules"]);
    assert_eq!(labels("no-such-key:\n  |"), Vec::<String>::new());
    let (found, _) = ask("textDocument/completion", "# é☸🚢\nru|x: {}\n");
    let mut found = found.as_array().unwrap().iter();
    let rules = found.find(|one| one["label"] == "rules").unwrap();
    let range =
        json!({ "start": { "line": 1, "character": 0 }, "end": { "line": 1, "character": 3 } });
    assert_eq!(
        rules["textEdit"],
        json!({ "range": range, "newText": "rules:" })
    );
}

#[test]
fn rules_and_groups_are_completed_with_their_levels() {
    for place in [
        "rules:\n  |",
        "rules:\n  env-|",
        "overrides:\n  - rules:\n      |",
    ] {
        let found = completions(place);
        let detail = |name: &str| {
            let one = found.iter().find(|(label, _)| label == name);
            one.map(|(_, detail)| detail.clone())
        };
        let rule = "error: pull policy is not valid";
        assert!(
            detail("pull-policy-invalid").unwrap().starts_with(rule),
            "{place}"
        );
        let group = "Level of all rules of the group `security`.";
        assert_eq!(detail("security").as_deref(), Some(group), "{place}");
    }
    let others = labels("rules:\n  pull-policy-invalid: off\n  |");
    assert!(
        !others.contains(&"pull-policy-invalid".to_owned()),
        "it is there"
    );
}

#[test]
fn values_are_completed() {
    let levels = ["off", "info", "warning", "error"];
    assert_eq!(labels("rules:\n  pull-policy-invalid: |"), levels);
    assert_eq!(labels("rules:\n  security: |"), levels);
    assert_eq!(labels("rules: {security: |}"), levels);
    assert_eq!(labels("complete: |"), ["true", "false"]);
}

#[test]
fn profiles_are_completed_in_each_form() {
    let all = ["default", "strict", "security", "policy", "all"];
    for place in [
        "profile: |",
        "profile: st|",
        "profile:\n  - |",
        "profile: [strict, |]",
    ] {
        assert_eq!(labels(place), all, "{place}");
    }
    assert_eq!(labels("fail-on: |"), ["info", "warning", "error", "never"]);
    assert_eq!(labels("level: |"), ["info", "warning", "error"]);
    assert!(labels("compat: [|]").contains(&"kube-linter".to_owned()));
}

fn hover(marked: &str) -> String {
    let (found, _) = ask("textDocument/hover", marked);
    let text = found["contents"]["value"].as_str();
    text.unwrap_or_default().to_owned()
}

#[test]
fn hovers_describe_keys_rules_and_values() {
    let key = hover("kuber|netes: \"1.36\"\n");
    assert!(
        key.starts_with("`kubernetes`\n\nKubernetes release of the cluster"),
        "{key}"
    );
    assert_eq!(hover("kubernetes: \"1.|36\"\n"), key);
    let rule = hover("rules:\n  pull-policy-|invalid: off\n");
    assert!(
        rule.starts_with("`pull-policy-invalid`: error, group `pull`\n\npull policy is not valid"),
        "{rule}"
    );
    assert!(rule.contains("(https://"), "{rule}");
    assert_eq!(
        hover("overrides:\n  - rules:\n      pull-policy-|invalid: off\n"),
        rule
    );
    let group = hover("rules:\n  secu|rity: off\n");
    assert!(
        group.contains("all rules of the group `security`"),
        "{group}"
    );
    let profile = hover("profile: [default, stri|ct]\n");
    assert!(profile.contains("Profiles of rules"), "{profile}");
    assert!(profile.ends_with("`strict`: Good practice."), "{profile}");
    assert_eq!(hover("no-such-|key: 1\n"), "");
    assert_eq!(hover("# a comm|ent\n"), "");
}

#[test]
fn other_files_are_not_configurations() {
    let text = "rules:\n  p\n";
    let mut editor = Editor::new(&[("rules.yaml", text)]);
    editor.open("rules.yaml", text);
    let params = json!({
        "textDocument": { "uri": editor.uri("rules.yaml") },
        "position": { "line": 1, "character": 3 },
    });
    let found = editor.request("textDocument/completion", params);
    assert!(
        matches!(found, Ok(Value::Null)) || found == Ok(json!([])),
        "{found:?}"
    );
}
