//! Commands, settings, and quick fixes of configurations.

use serde_json::{Value, json};

use super::editor::{Editor, capabilities, position};
use super::{POD, SECRET, shop};

fn execute(editor: &mut Editor, command: &str, arguments: Value) -> Result<Value, String> {
    let params = json!({ "command": command, "arguments": arguments });
    editor.request("workspace/executeCommand", params)
}

fn at(editor: &Editor, name: &str, text: &str, word: &str) -> Value {
    let position = position(text, text.find(word).unwrap());
    json!([{ "uri": editor.uri(name), "position": position }])
}

#[test]
fn explain_answers_with_the_object_or_the_rule() {
    let mut editor = shop();
    let of_rule = at(&editor, "pod.yaml", POD, "always");
    let answer = execute(&mut editor, "podwright.explain", of_rule).unwrap();
    assert_eq!(answer["title"], "pull-policy-invalid");
    let page = answer["markdown"].as_str().unwrap();
    assert!(page.starts_with("# pull-policy-invalid"), "{page}");
    assert!(!page.contains("```yaml bad"), "{page}");
    let of_pod = at(&editor, "pod.yaml", POD, "containers");
    let answer = execute(&mut editor, "podwright.explain", of_pod).unwrap();
    assert_eq!(answer["title"], "Pod web");
    let text = answer["markdown"].as_str().unwrap();
    assert!(text.starts_with("# Pod web\n\n```text\n"), "{text}");
    assert!(text.contains("nginx:1.27.0"), "{text}");
    assert!(text.contains("`regcred`"), "{text}");
    assert!(text.contains("SIGTERM"), "{text}");
    assert!(text.ends_with("\n```\n"), "{text}");
    let of_secret = at(&editor, "secret.yaml", SECRET, "kubernetes.io");
    let answer = execute(&mut editor, "podwright.explain", of_secret);
    assert_eq!(answer, Ok(Value::Null), "it has no Pods");
    // Nothing is opened: the client shows the document.
    editor.settle();
    let opened = editor
        .asked
        .iter()
        .any(|one| one.method == "window/showDocument");
    assert!(!opened);
}

#[test]
fn explain_shows_what_a_build_makes_of_the_object() {
    let kustomization = "resources: [pod.yaml]\nimages: [{name: nginx, newTag: \"9.9\"}]\n";
    let mut editor = Editor::new(&[("pod.yaml", POD), ("kustomization.yaml", kustomization)]);
    let of_pod = at(&editor, "pod.yaml", POD, "containers");
    let answer = execute(&mut editor, "podwright.explain", of_pod).unwrap();
    let text = answer["markdown"].as_str().unwrap();
    assert!(text.contains("nginx:9.9"), "{text}");
}

#[test]
fn explain_shows_no_credential() {
    let text = POD.replace(
        "image: nginx:1.27.0",
        "image: nginx:1.27.0\n      command: [run, --password=hunter2hunter2]",
    );
    let mut editor = Editor::new(&[("pod.yaml", &text)]);
    let of_pod = at(&editor, "pod.yaml", &text, "containers");
    let answer = execute(&mut editor, "podwright.explain", of_pod).unwrap();
    assert_eq!(answer["title"], "Pod web");
    assert!(!answer.to_string().contains("hunter2"), "{answer}");
}

#[test]
fn wrong_arguments_are_errors() {
    let mut editor = shop();
    let nowhere =
        json!([{ "uri": "file:///nowhere.yaml", "position": { "line": 0, "character": 0 } }]);
    let far = json!([{ "uri": editor.uri("pod.yaml"), "position": { "line": 4_000_000_000_u32, "character": 4_000_000_000_u32 } }]);
    for (command, arguments) in [
        ("podwright.explain", json!([])),
        ("podwright.explain", json!([7])),
        ("podwright.explain", json!([null])),
        (
            "podwright.explain",
            json!([{ "uri": editor.uri("pod.yaml") }]),
        ),
        (
            "podwright.explain",
            json!([{ "uri": "", "position": { "line": 0, "character": 0 } }]),
        ),
        ("podwright.explain", json!(["no-such-rule"])),
        ("podwright.explain", json!(7)),
        ("podwright.explain", nowhere),
        ("podwright.fixAll", json!([{ "unsafe": "yes" }])),
        ("podwright.fixAll", json!([{ "unsfe": true }])),
        ("podwright.fixAll", json!(["all"])),
        ("podwright.unknown", json!([])),
    ] {
        let answer = execute(&mut editor, command, arguments.clone());
        let error = answer.expect_err(&format!("{command} {arguments}"));
        assert!(error.starts_with("-32602: "), "{error}");
    }
    let answer = execute(&mut editor, "podwright.explain", far).unwrap();
    assert!(answer.is_null() || answer["title"].is_string(), "{answer}");
}

#[test]
fn fix_all_edits_all_files_with_the_versions_of_open_documents() {
    let mut editor = Editor::new(&[
        ("a/pod.yaml", POD),
        ("b/pod.yaml", &POD.replace("name: web", "name: other")),
        ("secret.yaml", SECRET),
    ]);
    let typed = format!("# é☸🚢\n{POD}");
    editor.open("a/pod.yaml", POD);
    editor.change("a/pod.yaml", &typed);
    let answer = execute(
        &mut editor,
        "podwright.fixAll",
        json!([{ "unsafe": false }]),
    )
    .unwrap();
    assert_eq!(answer, json!({ "fixes": 2, "files": 2 }));
    editor.settle();
    let asked = editor
        .asked
        .iter()
        .find(|one| one.method == "workspace/applyEdit");
    let edit = &asked.unwrap().params["edit"]["documentChanges"];
    let changes = edit.as_array().unwrap();
    assert_eq!(changes.len(), 2);
    let of = |name: &str| {
        let uri = editor.uri(name);
        let mut all = changes.iter();
        all.find(|one| one["textDocument"]["uri"] == uri).unwrap()
    };
    let (open, closed) = (of("a/pod.yaml"), of("b/pod.yaml"));
    assert_eq!(open["textDocument"]["version"], 2);
    assert_eq!(closed["textDocument"]["version"], Value::Null);
    let edits = open["edits"].as_array().unwrap();
    let policy = json!({
        "range": { "start": { "line": 13, "character": 23 }, "end": { "line": 13, "character": 24 } },
        "newText": "A",
    });
    assert_eq!(edits, &[policy]);
}

#[test]
fn fix_all_asks_nothing_if_there_is_nothing_to_fix() {
    let mut editor = Editor::new(&[("secret.yaml", SECRET)]);
    let answer = execute(&mut editor, "podwright.fixAll", json!([]));
    assert_eq!(answer, Ok(json!({ "fixes": 0, "files": 0 })));
    editor.settle();
    assert!(
        !editor
            .asked
            .iter()
            .any(|one| one.method == "workspace/applyEdit")
    );
}

#[test]
fn fix_all_applies_unsafe_fixes_on_request() {
    let text = POD.replace("imagePullPolicy: always", "imagePullPolicy: IfNotPresnt");
    for (is_unsafe, fixes) in [(false, 0), (true, 1)] {
        let mut editor = Editor::new(&[("pod.yaml", &text), ("secret.yaml", SECRET)]);
        let arguments = json!([{ "unsafe": is_unsafe }]);
        let answer = execute(&mut editor, "podwright.fixAll", arguments).unwrap();
        assert_eq!(answer["fixes"], fixes);
    }
}

#[test]
fn fix_all_stays_in_the_open_directories() {
    let outside = tempfile::TempDir::new().unwrap();
    let path = outside.path().canonicalize().unwrap().join("pod.yaml");
    std::fs::write(&path, POD).unwrap();
    let mut editor = shop();
    std::fs::remove_file(editor.path("pod.yaml")).unwrap();
    let uri = url::Url::from_file_path(&path).unwrap().to_string();
    let document = json!({ "uri": uri, "languageId": "yaml", "version": 1, "text": POD });
    editor.notify("textDocument/didOpen", json!({ "textDocument": document }));
    let events = json!({ "changes": [{ "uri": editor.uri("pod.yaml"), "type": 3 }] });
    editor.notify("workspace/didChangeWatchedFiles", events);
    editor.settle();
    assert!(
        editor.published[&uri]["diagnostics"]
            .to_string()
            .contains("pull-policy-invalid")
    );
    let answer = execute(&mut editor, "podwright.fixAll", json!([]));
    assert_eq!(answer, Ok(json!({ "fixes": 0, "files": 0 })));
}

#[cfg(unix)]
#[test]
fn fix_all_does_not_follow_links_out_of_the_directories() {
    let outside = tempfile::TempDir::new().unwrap();
    std::fs::write(outside.path().join("pod.yaml"), POD).unwrap();
    let directory = tempfile::TempDir::new().unwrap();
    let link = directory.path().join("pod.yaml");
    std::os::unix::fs::symlink(outside.path().join("pod.yaml"), link).unwrap();
    let params = json!({ "capabilities": capabilities() });
    let mut editor = Editor::at(std::sync::Arc::new(directory), params);
    let answer = execute(&mut editor, "podwright.fixAll", json!([]));
    assert_eq!(answer, Ok(json!({ "fixes": 0, "files": 0 })));
}

#[test]
fn fix_all_needs_a_client_that_applies_edits() {
    let mut can = capabilities();
    can["workspace"]["applyEdit"] = json!(false);
    let mut editor = Editor::with(&[("pod.yaml", POD)], json!({ "capabilities": can }));
    let answer = execute(&mut editor, "podwright.fixAll", json!([]));
    assert!(answer.unwrap_err().contains("does not apply edits"));
}

#[test]
fn the_level_limits_what_is_published() {
    let options =
        json!({ "capabilities": capabilities(), "initializationOptions": { "level": "error" } });
    let mut editor = Editor::with(&[("pod.yaml", POD), ("secret.yaml", SECRET)], options);
    assert_eq!(editor.rules("pod.yaml"), ["pull-policy-invalid"]);
    let settings = |level: Value| json!({ "settings": { "podwright": { "level": level } } });
    for (level, count) in [
        (json!("info"), 2),
        (json!("warning"), 1),
        (json!("nonsense"), 1),
        (json!(7), 1),
        (Value::Null, 2),
    ] {
        editor.notify("workspace/didChangeConfiguration", settings(level.clone()));
        editor.settle();
        assert_eq!(editor.rules("pod.yaml").len(), count, "{level}");
    }
}

const CONFIGURATION: &str = "\
# é☸🚢
rules:
  image-missing-digst: off
  securty: warning
kubernets: \"1.30\"
profile: strcit
";

#[test]
fn misspelled_names_of_a_configuration_have_quick_fixes() {
    let mut editor = Editor::new(&[("pod.yaml", POD), (".podwright.yaml", CONFIGURATION)]);
    editor.open(".podwright.yaml", CONFIGURATION);
    let all =
        json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 9, "character": 0 } });
    let actions = editor.code_actions(".podwright.yaml", &all, Value::Null);
    let fixes: Vec<String> = actions
        .iter()
        .map(|action| {
            let edit = &action["edit"]["documentChanges"][0]["edits"][0];
            let start = &edit["range"]["start"];
            let end = &edit["range"]["end"];
            format!(
                "{}:{}-{} {} {}",
                start["line"],
                start["character"],
                end["character"],
                edit["newText"],
                action["title"]
            )
        })
        .collect();
    assert_eq!(
        fixes,
        [
            r#"2:2-21 "image-missing-digest" "Replace with `image-missing-digest`""#,
            r#"3:2-9 "security" "Replace with `security`""#,
            r#"4:0-9 "kubernetes" "Replace with `kubernetes`""#,
            r#"5:9-15 "strict" "Replace with `strict`""#,
        ]
    );
    let line =
        json!({ "start": { "line": 2, "character": 5 }, "end": { "line": 2, "character": 5 } });
    let actions = editor.code_actions(".podwright.yaml", &line, json!(["quickfix"]));
    assert_eq!(actions.len(), 1);
    let actions = editor.code_actions(".podwright.yaml", &line, json!(["source.fixAll"]));
    assert_eq!(actions, Vec::<Value>::new());
}
