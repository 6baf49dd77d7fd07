//! The language server as seen by an editor.

mod charts;
mod commands;
mod disk;
pub(crate) mod editor;
mod environment;
mod flux;
mod hour;
mod kustomize;
mod model;
mod protocol;
mod pulling;
mod rename;
mod schemas;

use serde_json::{Value, json};

use editor::{Editor, capabilities};

const SECRET: &str = "\
apiVersion: v1
kind: Secret
metadata:
  name: regcred
  namespace: shop
type: kubernetes.io/dockerconfigjson
data:
  .dockerconfigjson: e30=
";

const POD: &str = "\
apiVersion: v1
kind: Pod
metadata:
  name: web
  namespace: shop
spec:
  imagePullSecrets:
    - name: regcred
  terminationGracePeriodSeconds: 60
  containers:
    - name: web
      image: nginx:1.27.0
      imagePullPolicy: always
      lifecycle:
        preStop:
          sleep:
            seconds: 10
";

const NOT_FOUND: &str = "image-pull-secret-not-found";

/// Another image pull secret of the namespace, so that a missing one is known to be missing.
const OTHER: (&str, &str) = (
    "other.yaml",
    "apiVersion: v1\nkind: Secret\nmetadata: {name: other, namespace: shop}\ntype: \
     kubernetes.io/dockerconfigjson\ndata: {.dockerconfigjson: e30=}\n",
);

fn shop() -> Editor {
    Editor::new(&[("pod.yaml", POD), ("secret.yaml", SECRET), OTHER])
}

#[test]
fn capabilities_contain_no_null_and_nothing_misleading() {
    let editor = shop();
    let said = &editor.initialized["capabilities"];
    assert!(!said.to_string().contains("null"), "{said}");
    assert_eq!(said["positionEncoding"], "utf-16");
    assert_eq!(
        said.get("diagnosticProvider"),
        None,
        "diagnostics are pushed"
    );
    assert_eq!(editor.initialized["serverInfo"]["name"], "podwright");
    for capability in [
        "documentFormattingProvider",
        "foldingRangeProvider",
        "documentSymbolProvider",
    ] {
        assert_eq!(said.get(capability), None, "other servers provide it");
    }
    assert_eq!(editor.quit(), "ExitCode(unix_exit_status(0))");
}

#[test]
fn diagnostics_are_published_for_closed_files() {
    let editor = shop();
    assert_eq!(
        editor.rules("pod.yaml"),
        ["pull-policy-invalid", "image-missing-digest"]
            .into_iter()
            .rev()
            .collect::<Vec<_>>()
    );
    let published = &editor.published[&editor.uri("pod.yaml")];
    assert_eq!(published.get("version"), None);
    let all = editor.diagnostics("pod.yaml");
    let policy = all
        .iter()
        .find(|one| one["code"] == "pull-policy-invalid")
        .unwrap();
    assert_eq!(policy["severity"], 1);
    assert_eq!(policy["source"], "podwright");
    assert_eq!(
        policy["range"]["start"],
        json!({ "line": 12, "character": 23 })
    );
    assert_eq!(
        policy["range"]["end"],
        json!({ "line": 12, "character": 29 })
    );
    let link = policy["codeDescription"]["href"].as_str().unwrap();
    assert!(
        link.ends_with("rules/pull/pull-policy-invalid.md"),
        "{link}"
    );
    assert_eq!(policy["data"]["fixes"][0]["edits"][0]["newText"], "Always");
    let hint = all
        .iter()
        .find(|one| one["code"] == "image-missing-digest")
        .unwrap();
    assert_eq!(hint["severity"], 4, "findings of level info are hints");
}

#[test]
fn change_is_linted_with_its_version_and_reverted_on_close() {
    let mut editor = shop();
    editor.open("pod.yaml", POD);
    editor.settle();
    assert_eq!(editor.published[&editor.uri("pod.yaml")]["version"], 1);
    editor.change("pod.yaml", &POD.replace("always", "Always"));
    editor.settle();
    assert_eq!(editor.rules("pod.yaml"), ["image-missing-digest"]);
    assert_eq!(editor.published[&editor.uri("pod.yaml")]["version"], 2);
    editor.close("pod.yaml");
    editor.settle();
    assert_eq!(
        editor.rules("pod.yaml").len(),
        2,
        "the content on disk is used again"
    );
    assert_eq!(
        editor.published[&editor.uri("pod.yaml")].get("version"),
        None
    );
}

#[test]
fn renaming_a_secret_affects_another_file() {
    let mut editor = shop();
    assert!(!editor.rules("pod.yaml").contains(&NOT_FOUND.to_owned()));
    editor.open("secret.yaml", SECRET);
    editor.change("secret.yaml", &SECRET.replace("regcred", "regcrd"));
    editor.settle();
    assert!(editor.rules("pod.yaml").contains(&NOT_FOUND.to_owned()));
    let message = editor
        .diagnostics("pod.yaml")
        .iter()
        .find(|one| one["code"] == NOT_FOUND)
        .map(|one| one["message"].as_str().unwrap().to_owned())
        .unwrap();
    assert!(message.contains("use `regcrd`"), "{message}");
    editor.change("secret.yaml", SECRET);
    editor.settle();
    assert!(!editor.rules("pod.yaml").contains(&NOT_FOUND.to_owned()));
}

#[test]
fn related_locations_in_other_files() {
    let elsewhere = SECRET.replace("shop", "infra");
    let editor = Editor::new(&[("pod.yaml", POD), ("secret.yaml", &elsewhere)]);
    let all = editor.diagnostics("pod.yaml");
    let found = all
        .iter()
        .find(|one| one["code"] == "image-pull-secret-other-namespace")
        .unwrap();
    let related = &found["relatedInformation"][0];
    assert_eq!(related["location"]["uri"], editor.uri("secret.yaml"));
    assert_eq!(
        related["location"]["range"]["start"],
        json!({ "line": 3, "character": 8 })
    );
}

#[test]
fn positions_use_the_encoding_of_the_client() {
    let text = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: é☸🚢, image: nginx}]}\n";
    let column = |encodings: Value| {
        let mut can = capabilities();
        can["general"] = json!({ "positionEncodings": encodings });
        let editor = Editor::with(&[("a.yaml", text)], json!({ "capabilities": can }));
        let found = editor.diagnostics("a.yaml");
        let found = found
            .iter()
            .find(|one| one["code"] != "name-invalid")
            .unwrap();
        let encoding = editor.initialized["capabilities"]["positionEncoding"].clone();
        (encoding, found["range"]["start"]["character"].clone())
    };
    assert_eq!(column(json!(["utf-16"])), (json!("utf-16"), json!(40)));
    assert_eq!(
        column(json!(["utf-16", "utf-8"])),
        (json!("utf-8"), json!(45))
    );
    assert_eq!(column(json!(["utf-32"])), (json!("utf-32"), json!(39)));
    assert_eq!(column(Value::Null), (json!("utf-16"), json!(40)));
}

#[test]
fn incremental_changes_use_the_encoding_of_the_client() {
    let text = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: é☸🚢, image: nginx}]}\r\n";
    let mut editor = Editor::new(&[("a.yaml", text)]);
    editor.open("a.yaml", text);
    let at = |column: u32| json!({ "line": 3, "character": column });
    editor.change_by(
        "a.yaml",
        json!([
            { "range": { "start": at(45), "end": at(45) }, "text": ":1.27.0" },
            { "range": { "start": at(27), "end": at(31) }, "text": "b" },
        ]),
    );
    editor.settle();
    let found = editor.diagnostics("a.yaml");
    assert_eq!(editor.rules("a.yaml"), ["image-missing-digest"]);
    assert_eq!(found[0]["range"], json!({ "start": at(37), "end": at(49) }));
}

#[test]
fn hover_shows_values_and_findings() {
    let mut editor = shop();
    let said = |editor: &mut Editor, at: &str| {
        let hover = editor.ask("textDocument/hover", "pod.yaml", at);
        hover["contents"]["value"].as_str().unwrap_or("").to_owned()
    };
    assert!(said(&mut editor, "nginx:1").contains("docker.io/library/nginx:1.27.0"));
    let policy = said(&mut editor, "always");
    assert!(
        policy.starts_with("Pull policy: none: the API server rejects"),
        "{policy}"
    );
    assert!(
        policy.contains("\n\n---\n\ninvalid pull policy `always`\n\n"),
        "{policy}"
    );
    assert!(said(&mut editor, "60").contains("SIGKILL 50 s later"));
    assert!(said(&mut editor, "sleep").contains("preStop takes 10 s"));
    assert!(said(&mut editor, "regcred").contains("secret.yaml"));
    assert!(said(&mut editor, "kind").starts_with("`kind`: string"));
}

#[test]
fn hover_describes_fields_with_mappings_and_lists() {
    let text = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  template:\n    spec:\n      containers:\n        - name: web\n          resources:\n            limits: {memory: 1Gi}\n";
    let mut editor = Editor::new(&[("web.yaml", text)]);
    for (key, start) in [
        ("metadata", "`metadata`: ObjectMeta"),
        ("spec", "`spec`: DeploymentSpec"),
        ("template", "`template`: PodTemplateSpec"),
        ("containers", "`containers`: list of Container"),
        ("resources", "`resources`: ResourceRequirements"),
        ("limits", "`limits`: mapping to quantity"),
    ] {
        let hover = editor.ask("textDocument/hover", "web.yaml", key);
        let said = hover["contents"]["value"].as_str().unwrap_or("");
        assert!(said.starts_with(start), "{key}: {said}");
    }
}

#[test]
fn a_secret_in_another_namespace_is_named_and_opened() {
    let secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: token, namespace: other}\ntype: kubernetes.io/dockerconfigjson\nstringData: {.dockerconfigjson: '{\"auths\": {}}'}\n";
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: prod}\nspec:\n  imagePullSecrets:\n    - name: token\n  containers:\n    - name: web\n      image: nginx:1.27.0\n      envFrom: [{secretRef: {name: 'token'}}]\n";
    let mut editor = Editor::new(&[("secret.yaml", secret), ("pod.yaml", pod)]);
    for at in ["token", "'token'"] {
        let hover = editor.ask("textDocument/hover", "pod.yaml", at);
        let said = hover["contents"]["value"].as_str().unwrap_or("");
        assert!(said.contains("`other`"), "{said}");
        assert!(!said.contains("unknown"), "{said}");
        let found = editor.ask("textDocument/definition", "pod.yaml", at);
        assert_eq!(found["uri"], editor.uri("secret.yaml"), "{at}");
    }
}

#[test]
fn definitions_and_references_of_names() {
    let mut editor = shop();
    let found = editor.ask("textDocument/definition", "pod.yaml", "regcred");
    assert_eq!(found["uri"], editor.uri("secret.yaml"));
    let found = editor.ask("textDocument/references", "secret.yaml", "regcred");
    let uris: Vec<_> = found
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["uri"].clone())
        .collect();
    assert_eq!(uris, [editor.uri("secret.yaml"), editor.uri("pod.yaml")]);
}

#[test]
fn open_documents_keep_the_uri_of_the_client() {
    let mut editor = shop();
    let as_written = |name: &str| editor.uri(name).replace("ecret", "%65cret");
    let uri = as_written("secret.yaml");
    assert_ne!(uri, editor.uri("secret.yaml"));
    let document = json!({ "uri": uri, "languageId": "yaml", "version": 1, "text": SECRET });
    editor.notify("textDocument/didOpen", json!({ "textDocument": document }));
    editor.settle();
    assert_eq!(editor.published[&uri]["version"], 1);
    let found = editor.ask("textDocument/definition", "pod.yaml", "regcred");
    assert_eq!(found["uri"], uri);
}

#[test]
fn too_large_document_is_reported_but_not_linted() {
    let mut editor = shop();
    let filler = "# a long line of nothing at all, over and over again\n".repeat(1_300_000);
    editor.open("pod.yaml", &format!("{POD}{filler}"));
    editor.settle();
    let found = editor.diagnostics("pod.yaml");
    assert_eq!(editor.rules("pod.yaml"), ["yaml-syntax"], "{found:?}");
    let message = found[0]["message"].as_str().unwrap();
    assert!(message.contains("64 MiB"), "{message}");
    editor.change("pod.yaml", POD);
    editor.settle();
    assert!(
        editor
            .rules("pod.yaml")
            .contains(&"pull-policy-invalid".to_owned())
    );
}

#[test]
fn names_are_completed() {
    let mut editor = shop();
    let found = editor.ask("textDocument/completion", "pod.yaml", "regcred");
    let labels: Vec<_> = found
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["label"].clone())
        .collect();
    assert_eq!(labels, ["other", "regcred"]);
    assert_eq!(
        found[0]["textEdit"]["range"]["start"],
        json!({ "line": 7, "character": 12 })
    );
    assert_eq!(
        editor.ask("textDocument/completion", "pod.yaml", "nginx"),
        Value::Null
    );
}

#[test]
fn hints_can_be_disabled() {
    let pod = POD.replace("      imagePullPolicy: always\n", "");
    let hints = |options: Value| {
        let params = json!({ "capabilities": capabilities(), "initializationOptions": options });
        let mut editor = Editor::with(&[("pod.yaml", &pod)], params);
        hints_of(&mut editor)
    };
    assert_eq!(
        hints(Value::Null),
        ["imagePullPolicy: IfNotPresent", "50 s left of 60 s"]
    );
    let off = json!({ "hints": { "imagePullPolicy": false } });
    assert_eq!(hints(off.clone()), ["50 s left of 60 s"]);
    let mut editor = Editor::new(&[("pod.yaml", &pod)]);
    let settings = json!({ "settings": { "podwright": off } });
    editor.notify("workspace/didChangeConfiguration", settings);
    assert_eq!(hints_of(&mut editor), ["50 s left of 60 s"]);
}

fn hints_of(editor: &mut Editor) -> Vec<String> {
    let range =
        json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 99, "character": 0 } });
    let params = json!({ "textDocument": { "uri": editor.uri("pod.yaml") }, "range": range });
    let found = editor.request("textDocument/inlayHint", params).unwrap();
    let labels = found.as_array().unwrap().iter();
    labels
        .map(|one| one["label"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn code_actions_fix_ignore_and_explain() {
    let mut editor = shop();
    let all = editor.diagnostics("pod.yaml");
    let policy = all
        .iter()
        .find(|one| one["code"] == "pull-policy-invalid")
        .unwrap();
    let actions = editor.code_actions("pod.yaml", &policy["range"], Value::Null);
    let titles: Vec<_> = actions
        .iter()
        .map(|one| one["title"].as_str().unwrap())
        .collect();
    assert_eq!(
        titles,
        [
            "Replace with `Always`",
            "Ignore pull-policy-invalid here",
            "Explain pull-policy-invalid"
        ]
    );
    let edit = &actions[0]["edit"]["documentChanges"][0];
    assert_eq!(edit["textDocument"]["uri"], editor.uri("pod.yaml"));
    assert_eq!(
        edit["edits"][0],
        json!({ "range": policy["range"], "newText": "Always" })
    );
    assert_eq!(actions[0]["isPreferred"], true);
    let ignore = &actions[1]["edit"]["documentChanges"][0]["edits"][0];
    assert_eq!(
        ignore["newText"],
        " # podwright: ignore[pull-policy-invalid] "
    );
    assert_eq!(
        ignore["range"]["start"],
        json!({ "line": 12, "character": 29 })
    );
    let command = actions[2]["command"].clone();
    let page = editor.request("workspace/executeCommand", command).unwrap();
    assert!(page.as_str().unwrap().starts_with("# pull-policy-invalid"));
    editor.settle();
    assert!(
        editor
            .asked
            .iter()
            .any(|one| one.method == "window/showDocument")
    );
}

/// Editors request actions for the whole selection, and computing a suppression comment lints the file again.
#[test]
fn suppressions_are_offered_for_a_limited_number_of_findings() {
    let pod = |n: usize| {
        format!(
            "---\napiVersion: v1\nkind: Pod\nmetadata: {{name: p{n}}}\nspec: {{containers: [{{name: c, image: x:{n}, \
             imagePullPolicy: always}}]}}\n"
        )
    };
    let text: String = (0..150).map(pod).collect();
    let mut editor = Editor::new(&[("pods.yaml", &text)]);
    editor.open("pods.yaml", &text);
    editor.settle();
    let range =
        json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 9999, "character": 0 } });
    let actions = editor.code_actions("pods.yaml", &range, Value::Null);
    let count = |of: &str| {
        let titles = actions.iter().map(|one| one["title"].as_str().unwrap());
        titles.filter(|title| title.starts_with(of)).count()
    };
    assert!((1..=8).contains(&count("Ignore ")), "{}", count("Ignore "));
    assert!((1..=100).contains(&count("Replace with `Always`")));
}

#[test]
fn fix_all_is_offered_on_request() {
    let mut editor = shop();
    let range =
        json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 0, "character": 0 } });
    for asked in ["source", "source.fixAll", "source.fixAll.podwright"] {
        let actions = editor.code_actions("pod.yaml", &range, json!([asked]));
        assert_eq!(actions.len(), 1, "{asked}");
        assert_eq!(actions[0]["kind"], "source.fixAll.podwright");
        let edits = &actions[0]["edit"]["documentChanges"][0]["edits"];
        assert_eq!(edits[0]["newText"], "Always");
    }
    for asked in [
        "source.organizeImports",
        "refactor",
        "source.fixAll.other",
        "sourc",
    ] {
        assert_eq!(
            editor.code_actions("pod.yaml", &range, json!([asked])),
            Vec::<Value>::new()
        );
    }
}

#[test]
fn configuration_is_reread_without_notification() {
    let mut editor = shop();
    let config = editor.path(".podwright.yaml");
    std::fs::write(&config, "rules: {image-missing-digest: off}\n").unwrap();
    editor.until(|editor| editor.rules("pod.yaml") == ["pull-policy-invalid"]);
    std::fs::write(&config, "rules: {\n").unwrap();
    editor.until(|editor| !editor.diagnostics(".podwright.yaml").is_empty());
    std::fs::write(&config, "rules: {image-mising-digest: off}\n").unwrap();
    let is_named = |editor: &Editor| {
        let all = editor.diagnostics(".podwright.yaml");
        all.iter().any(|one| {
            one["message"]
                .as_str()
                .unwrap()
                .contains("image-missing-digest")
        })
    };
    editor.until(is_named);
    std::fs::remove_file(&config).unwrap();
    editor.until(|editor| {
        editor.diagnostics(".podwright.yaml").is_empty() && editor.rules("pod.yaml").len() == 2
    });
}

#[test]
fn an_invalid_configuration_is_reported_while_it_is_open() {
    let text = "rules: {image-mising-digest: off}\n";
    let mut editor = Editor::new(&[(".podwright.yaml", text), ("pod.yaml", "")]);
    let is_reported = |editor: &Editor| editor.diagnostics(".podwright.yaml").len() == 1;
    assert!(is_reported(&editor));
    editor.open(".podwright.yaml", text);
    editor.settle();
    assert!(is_reported(&editor));
    editor.close(".podwright.yaml");
    editor.settle();
    assert!(is_reported(&editor));
    let told = editor.told.iter();
    let told: Vec<&str> = told
        .filter(|one| one.method == "window/showMessage")
        .map(|one| one.params["message"].as_str().unwrap())
        .collect();
    assert_eq!(
        told,
        [".podwright.yaml has errors: what they are about is not in force"]
    );
}

/// One bad entry does not discard the good ones.
#[test]
fn what_is_valid_of_a_configuration_is_in_force() {
    let mut editor = shop();
    assert_eq!(editor.rules("pod.yaml").len(), 2);
    let text = "rules:\n  image-mising-digest: off\n  pull-policy-invalid: off\nkubernets: '1.30'\nexternals:\n  - kind: Secret\n  - {kind: Secret, name: other}\nschemas: [nothing]\n";
    std::fs::write(editor.path(".podwright.yaml"), text).unwrap();
    editor.until(|editor| editor.rules("pod.yaml") == ["image-missing-digest"]);
    let all = editor.diagnostics(".podwright.yaml");
    let lines = all.iter().map(|one| one["range"]["start"]["line"].clone());
    let mut lines: Vec<_> = lines.map(|line| line.as_u64().unwrap()).collect();
    lines.sort_unstable();
    assert_eq!(lines, [0, 1, 3, 5], "{all:?}");
}

#[test]
fn each_directory_has_its_own_configuration() {
    let files = [
        ("a/pod.yaml", POD),
        ("b/pod.yaml", POD),
        ("b/.podwright.yaml", "rules: {pull-policy-invalid: off}\n"),
    ];
    let editor = Editor::new(&files);
    assert!(
        editor
            .rules("a/pod.yaml")
            .contains(&"pull-policy-invalid".to_owned())
    );
    assert!(
        !editor
            .rules("b/pod.yaml")
            .contains(&"pull-policy-invalid".to_owned())
    );
}

#[test]
fn several_directories_form_one_workspace() {
    let other = tempfile::TempDir::new().unwrap();
    std::fs::write(
        other.path().join("secret.yaml"),
        SECRET.replace("shop", "infra"),
    )
    .unwrap();
    let mut editor = Editor::new(&[("pod.yaml", POD)]);
    let rule = "image-pull-secret-other-namespace".to_owned();
    assert!(!editor.rules("pod.yaml").contains(&rule));
    let uri = url::Url::from_file_path(other.path().canonicalize().unwrap()).unwrap();
    let directory = json!([{ "uri": uri, "name": "other" }]);
    let event =
        |added: Value, removed: Value| json!({ "event": { "added": added, "removed": removed } });
    editor.notify(
        "workspace/didChangeWorkspaceFolders",
        event(directory.clone(), json!([])),
    );
    editor.settle();
    assert!(editor.rules("pod.yaml").contains(&rule));
    editor.notify(
        "workspace/didChangeWorkspaceFolders",
        event(json!([]), directory),
    );
    editor.settle();
    assert!(!editor.rules("pod.yaml").contains(&rule));
}

#[test]
fn files_are_added_and_removed() {
    let mut editor = shop();
    let watch = editor
        .asked
        .iter()
        .find(|one| one.method == "client/registerCapability")
        .unwrap();
    assert!(
        watch
            .params
            .to_string()
            .contains("workspace/didChangeWatchedFiles")
    );
    let event = |editor: &mut Editor, name: &str, kind: u32| {
        let changes = json!({ "changes": [{ "uri": editor.uri(name), "type": kind }] });
        editor.notify("workspace/didChangeWatchedFiles", changes);
        editor.settle();
    };
    std::fs::write(editor.path("new.yaml"), POD).unwrap();
    event(&mut editor, "new.yaml", 1);
    assert_eq!(editor.rules("new.yaml").len(), 2);
    std::fs::write(editor.path("new.yaml"), POD.replace("always", "Always")).unwrap();
    event(&mut editor, "new.yaml", 2);
    assert_eq!(editor.rules("new.yaml").len(), 1);
    std::fs::remove_file(editor.path("new.yaml")).unwrap();
    event(&mut editor, "new.yaml", 3);
    assert_eq!(
        editor.rules("new.yaml"),
        Vec::<String>::new(),
        "diagnostics of a deleted file are cleared"
    );
    std::fs::remove_file(editor.path("secret.yaml")).unwrap();
    event(&mut editor, "secret.yaml", 3);
    assert!(editor.rules("pod.yaml").contains(&NOT_FOUND.to_owned()));
}

#[test]
fn untitled_documents_are_linted_while_open() {
    let mut editor = shop();
    let uri = "untitled:Untitled-1";
    let document = json!({ "uri": uri, "languageId": "yaml", "version": 1, "text": POD });
    editor.notify("textDocument/didOpen", json!({ "textDocument": document }));
    editor.settle();
    assert_eq!(
        editor.published[uri]["diagnostics"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
    editor.notify(
        "textDocument/didClose",
        json!({ "textDocument": { "uri": uri } }),
    );
    editor.settle();
    assert_eq!(editor.published[uri]["diagnostics"], json!([]));
}

#[test]
fn documents_with_other_schemes_are_ignored() {
    let mut editor = shop();
    editor.open("secret.yaml", &SECRET.replace("regcred", "renamed"));
    // An earlier revision of the Secret, shown in a diff with the current one.
    let old = json!({ "uri": "git:/secret.yaml?HEAD", "languageId": "yaml", "version": 1, "text": SECRET });
    editor.notify("textDocument/didOpen", json!({ "textDocument": old }));
    editor.settle();
    assert!(editor.rules("pod.yaml").contains(&NOT_FOUND.to_owned()));
}

#[test]
fn non_manifests_are_ignored() {
    let files = [
        ("compose.yaml", "services: {web: {image: nginx}}\n"),
        ("broken.yaml", "a: b: c\n"),
        (
            "templates/pod.yaml",
            "{{ if .Values.x }}\napiVersion: v1\nkind: Pod\n{{ end }}\n",
        ),
    ];
    let editor = Editor::new(&files);
    assert!(editor.published.is_empty(), "{:?}", editor.published);
}

#[test]
fn incomplete_document_does_not_affect_other_files() {
    let two = format!("{POD}---\n{}", POD.replace("name: web", "name: two"));
    let mut editor = Editor::new(&[("two.yaml", &two)]);
    let policies = |editor: &Editor| {
        editor
            .rules("two.yaml")
            .iter()
            .filter(|rule| *rule == "pull-policy-invalid")
            .count()
    };
    assert_eq!(policies(&editor), 2);
    editor.open("two.yaml", &two);
    for typed in [
        "      lif",
        "      lifecycle: {",
        "      command: [\"a",
        "      - ",
        "    x:\n  y",
    ] {
        editor.change(
            "two.yaml",
            &two.replacen("      lifecycle:", &format!("{typed}\n      lifecycle:"), 1),
        );
        editor.settle();
        assert_eq!(policies(&editor), 2, "{typed}");
    }
}

#[test]
fn server_follows_the_shutdown_protocol() {
    let mut editor = shop();
    let unknown = editor
        .request("textDocument/formatting", json!({}))
        .unwrap_err();
    assert!(unknown.starts_with("-32601"), "{unknown}");
    let invalid = editor
        .request("textDocument/hover", json!({ "position": 1 }))
        .unwrap_err();
    assert!(invalid.starts_with("-32602"), "{invalid}");
    editor.notify("no/such/notification", json!({ "a": 1 }));
    editor.notify("textDocument/didChange", json!("nonsense"));
    assert_eq!(editor.request("shutdown", Value::Null), Ok(Value::Null));
    let late = editor.request("textDocument/hover", json!({})).unwrap_err();
    assert!(late.starts_with("-32600"), "{late}");
    assert_eq!(editor.exit(), "ExitCode(unix_exit_status(0))");
    let impolite = shop();
    assert_eq!(impolite.exit(), "ExitCode(unix_exit_status(1))");
}

#[test]
fn cancelled_request_is_answered_as_cancelled() {
    let mut editor = shop();
    // The server is busy with the first request while the others arrive.
    let text = POD.repeat(3000).replace("apiVersion", "---\napiVersion");
    editor.open("big.yaml", &text);
    let params = json!({ "textDocument": { "uri": editor.uri("pod.yaml") }, "position": { "line": 11, "character": 14 } });
    let id = editor.send("textDocument/hover", params);
    editor.notify("$/cancelRequest", json!({ "id": id }));
    let cancelled = editor.answer(id).unwrap_err();
    assert!(cancelled.starts_with("-32800"), "{cancelled}");
    editor.settle();
}
