//! Bases, overlays and kustomizations as seen by an editor, in `fixtures/live/overlays`.

use serde_json::{Value, json};

use super::editor::{Editor, capabilities, position};
use crate::live::texts;

const BASE: &str = "base/deployment.yaml";
const PATCH: &str = "overlays/prod/web.yaml";
const PROD: &str = "overlays/prod/kustomization.yaml";
const STAGING: &str = "overlays/staging/kustomization.yaml";

fn overlays() -> Editor {
    with(json!({ "capabilities": capabilities() }))
}

fn with(params: Value) -> Editor {
    let files = texts("live/overlays");
    let files: Vec<(&str, &str)> = files
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_str()))
        .collect();
    Editor::with(&files, params)
}

fn read(editor: &Editor, name: &str) -> String {
    std::fs::read_to_string(editor.path(name)).unwrap()
}

/// Opens a file and replaces a part of its text, as an editor does.
fn edit(editor: &mut Editor, name: &str, from: &str, to: &str) {
    let text = read(editor, name);
    assert!(text.contains(from), "{name} does not contain {from}");
    editor.open(name, &text);
    editor.change(name, &text.replacen(from, to, 1));
    editor.settle();
}

fn has(editor: &Editor, name: &str, rule: &str) -> bool {
    editor.rules(name).contains(&rule.to_owned())
}

/// Findings of every file, as published.
fn all(editor: &Editor) -> Vec<(String, Vec<Value>)> {
    let names = texts("live/overlays").into_iter().map(|(name, _)| name);
    names
        .map(|name| {
            let mut found = editor.diagnostics(&name);
            for one in &mut found {
                // They contain the path of the temporary directory.
                one.as_object_mut().unwrap().remove("data");
                one.as_object_mut().unwrap().remove("relatedInformation");
            }
            (name, found)
        })
        .collect()
}

fn hover(editor: &mut Editor, name: &str, at: &str) -> String {
    let hover = editor.ask("textDocument/hover", name, at);
    hover["contents"]["value"].as_str().unwrap_or("").to_owned()
}

/// Where definitions lead: the name of a file and its text there.
fn definitions(editor: &mut Editor, method: &str, name: &str, at: &str) -> Vec<(String, String)> {
    let answer = editor.ask(method, name, at);
    let places = match answer {
        Value::Array(all) => all,
        Value::Null => Vec::new(),
        one => vec![one],
    };
    let root = editor.uri("");
    places
        .iter()
        .map(|place| {
            let uri = place["uri"].as_str().unwrap();
            let name = uri
                .strip_prefix(&root)
                .unwrap()
                .trim_start_matches('/')
                .to_owned();
            let text = read(editor, &name);
            let at =
                |end: &str| usize::try_from(place["range"][end]["line"].as_u64().unwrap()).unwrap();
            let column = |end: &str| {
                usize::try_from(place["range"][end]["character"].as_u64().unwrap()).unwrap()
            };
            let line = text.lines().nth(at("start")).unwrap_or("");
            let end = if at("end") == at("start") {
                column("end")
            } else {
                line.len()
            };
            (name, line[column("start")..end].to_owned())
        })
        .collect()
}

fn pairs(all: &[(String, String)]) -> Vec<(&str, &str)> {
    all.iter()
        .map(|(name, text)| (name.as_str(), text.as_str()))
        .collect()
}

#[test]
fn findings_follow_edits_of_bases_patches_and_kustomizations() {
    let mut editor = overlays();
    assert!(
        has(&editor, PATCH, "pull-policy-invalid"),
        "{:?}",
        editor.published
    );
    assert!(!has(&editor, BASE, "pull-policy-invalid"));
    edit(&mut editor, PATCH, "Allways", "Always");
    assert!(!has(&editor, PATCH, "pull-policy-invalid"));
    edit(&mut editor, BASE, "IfNotPresent", "ifnotpresent");
    assert!(has(&editor, BASE, "pull-policy-invalid"));
    let message = editor
        .diagnostics(BASE)
        .into_iter()
        .find(|one| one["code"] == "pull-policy-invalid")
        .unwrap()["message"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(message.contains("in 2 of 3 builds"), "{message}");
    // Without its patch, the third build has the value of the base, too.
    edit(&mut editor, PROD, "  - path: web.yaml\n", "");
    let found = editor.diagnostics(BASE);
    let policy = found
        .iter()
        .find(|one| one["code"] == "pull-policy-invalid")
        .unwrap();
    let message = policy["message"].as_str().unwrap();
    assert!(message.contains("in all 3 builds"), "{message}");
    edit(&mut editor, STAGING, "newTag: 1.1.0-rc.1", "newTag: latest");
    assert!(
        has(&editor, STAGING, "image-tag-latest"),
        "{:?}",
        editor.rules(STAGING)
    );
}

/// Editing, and mending, gives what a fresh start gives.
#[test]
fn a_broken_build_is_reported_and_mended() {
    let mut editor = overlays();
    let at_start = all(&editor);
    for (name, from, to) in [
        (BASE, "spec:\n", "spec: [\n"),
        (PROD, "../../base", "../../bas"),
        (PATCH, "name: web\n", "name: wob\n"),
        (STAGING, "images:", "imagess:"),
        ("base/secret.yaml", "kind: Secret", "kind: ConfigMap"),
        (
            "components/sidecar/kustomization.yaml",
            "sidecar.yaml",
            "sidecars.yaml",
        ),
    ] {
        edit(&mut editor, name, from, to);
        editor.until(|_| true);
        let text = read(&editor, name);
        editor.change(name, &text);
        editor.settle();
        assert_eq!(all(&editor), at_start, "after {name} was mended");
        editor.close(name);
        editor.settle();
    }
}

#[test]
fn a_new_file_that_a_kustomization_lists_is_noticed() {
    let mut editor = overlays();
    let text = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {a: 1}\n";
    std::fs::write(editor.path("broken/config.yaml"), text).unwrap();
    let before = editor.rules("broken/kustomization.yaml");
    assert_eq!(editor.rules("broken/config.yaml"), [""; 0]);
    let changes = json!([{ "uri": editor.uri("broken/config.yaml"), "type": 1 }]);
    editor.notify(
        "workspace/didChangeWatchedFiles",
        json!({ "changes": changes }),
    );
    editor.settle();
    assert!(!editor.rules("broken/config.yaml").is_empty());
    let shown = editor.request(
        "workspace/executeCommand",
        json!({
            "command": "podwright.showRendered",
            "arguments": [editor.uri("broken/kustomization.yaml")],
        }),
    );
    assert!(
        shown.unwrap()["text"]
            .as_str()
            .unwrap()
            .contains("name: settings"),
        "{before:?}"
    );
}

/// Clients do not watch files that are not YAML.
#[test]
fn other_files_of_builds_are_noticed() {
    let kustomization = "configMapGenerator:\n- name: settings\n  files: [app.properties]\n";
    let mut editor = Editor::new(&[("kustomization.yaml", kustomization)]);
    let text = |editor: &mut Editor| {
        let params = json!({
            "command": "podwright.showRendered",
            "arguments": [editor.uri("kustomization.yaml")],
        });
        let answer = editor.request("workspace/executeCommand", params);
        answer.map_or_else(
            |error| error,
            |one| one["text"].as_str().unwrap().to_owned(),
        )
    };
    let first = text(&mut editor);
    assert!(!first.contains("a="), "{first}");
    for content in ["a=1", "a=2222"] {
        std::fs::write(editor.path("app.properties"), content).unwrap();
        let start = std::time::Instant::now();
        while !text(&mut editor).contains(content) {
            assert!(start.elapsed().as_secs() < 20, "{}", text(&mut editor));
            std::thread::sleep(std::time::Duration::from_millis(1200));
        }
    }
}

#[test]
fn hover_on_a_base_shows_the_results() {
    let mut editor = overlays();
    assert_eq!(
        hover(&mut editor, BASE, "1\n  selector")
            .split("\n\n---")
            .next()
            .unwrap(),
        "Value before the builds: `1`\n\n- in `overlays/dev`, `overlays/staging`: unchanged\n\
         - in `overlays/prod`: `3`, from overlays/prod/web.yaml:6"
    );
    let key = hover(&mut editor, BASE, "replicas");
    assert!(key.starts_with("Value before the builds: `1`"), "{key}");
    // Lists are matched by their items.
    let policy = hover(&mut editor, BASE, "imagePullPolicy");
    assert!(
        policy.contains("- in `overlays/prod`: `Allways`, from overlays/prod/web.yaml:12"),
        "{policy}"
    );
    let image = hover(&mut editor, BASE, "registry.example/web");
    assert!(
        image.contains(
            "`registry.example/web:1.1.0-rc.1`, from overlays/staging/kustomization.yaml:10"
        ),
        "{image}"
    );
    let name = hover(&mut editor, BASE, "web\nspec");
    assert!(
        name.contains("- in `overlays/prod`: `prod-web`, from overlays/prod/kustomization.yaml:4"),
        "{name}"
    );
    // What no build changes has no such hover.
    let log = hover(&mut editor, BASE, "registry.example/log");
    assert!(!log.contains("before the builds"), "{log}");
}

#[test]
fn hover_on_a_patch_shows_what_it_changes() {
    let mut editor = overlays();
    assert_eq!(
        hover(&mut editor, PATCH, "3\n")
            .split("\n\n---")
            .next()
            .unwrap(),
        "What this leads to:\n\n- in `overlays/prod`: Deployment `web`, `spec.replicas`: `1` → `3`"
    );
    let level = hover(&mut editor, PATCH, "warn");
    assert!(
        level.contains("`spec.template.spec.containers[0].env[0].value`: `info` → `warn`"),
        "{level}"
    );
    let port = hover(&mut editor, PROD, "8080");
    assert!(
        port.contains("Service `web`, `spec.ports[0].port`: `80` → `8080`"),
        "{port}"
    );
    let added = hover(
        &mut editor,
        "components/sidecar/sidecar.yaml",
        "registry.example/sidecar",
    );
    assert!(
        added.contains(
            "- in `overlays/prod`: Deployment `web`, `spec.template.spec.containers[1].image`"
        ) && added.contains("- in `overlays/staging`: Deployment `web`"),
        "{added}"
    );
}

#[test]
fn hover_on_a_kustomization_shows_what_it_leads_to() {
    let mut editor = overlays();
    let tag = hover(&mut editor, PROD, "1.0.1");
    assert!(
        tag.contains("`registry.example/web:1.0.0` → `registry.example/web:1.0.1`"),
        "{tag}"
    );
    let prefix = hover(&mut editor, PROD, "prod-");
    assert!(
        prefix.contains("Service `web`, `metadata.name`: `web` → `prod-web`"),
        "{prefix}"
    );
    assert!(
        prefix
            .contains("`spec.template.spec.imagePullSecrets[0].name`: `regcred` → `prod-regcred`"),
        "{prefix}"
    );
    let namespace = hover(&mut editor, PROD, "namespace");
    assert!(
        namespace.contains("Deployment `web`, `metadata.namespace`: `prod`"),
        "{namespace}"
    );
}

#[test]
fn hovers_and_rendered_documents_conceal_credentials() {
    let mut editor = overlays();
    let said = [
        hover(&mut editor, "base/secret.yaml", "correct-horse-battery"),
        hover(&mut editor, PROD, "staple-battery-horse"),
    ];
    for said in said {
        assert!(said.contains("`***`"), "{said}");
        assert!(!said.contains("battery"), "{said}");
    }
    let uri = editor.uri(PROD);
    let shown = show(&mut editor, &json!([uri]));
    let text = shown["text"].as_str().unwrap();
    assert!(
        text.contains("password: ***") && !text.contains("battery"),
        "{text}"
    );
}

fn show(editor: &mut Editor, arguments: &Value) -> Value {
    let params = json!({ "command": "podwright.showRendered", "arguments": arguments });
    editor.request("workspace/executeCommand", params).unwrap()
}

fn lenses(editor: &mut Editor, name: &str) -> Vec<Value> {
    let params = json!({ "textDocument": { "uri": editor.uri(name) } });
    let answer = editor.request("textDocument/codeLens", params).unwrap();
    answer.as_array().cloned().unwrap_or_default()
}

#[test]
fn lenses_show_what_is_rendered() {
    let mut editor = overlays();
    let titles = |lenses: &[Value]| -> Vec<String> {
        let titles = lenses
            .iter()
            .map(|lens| lens["command"]["title"].as_str().unwrap());
        titles.map(str::to_owned).collect()
    };
    let own = lenses(&mut editor, PROD);
    assert_eq!(titles(&own), ["Show rendered"]);
    let in_builds =
        ["dev", "prod", "staging"].map(|name| format!("Show rendered in overlays/{name}"));
    let base = lenses(&mut editor, "base/kustomization.yaml");
    assert_eq!(titles(&base), in_builds);
    let objects = lenses(&mut editor, "base/secret.yaml");
    assert_eq!(titles(&objects), [in_builds.clone(), in_builds].concat());
    assert_eq!(
        titles(&lenses(&mut editor, "broken/kustomization.yaml")),
        [""; 0]
    );

    let command = &own[0]["command"];
    assert_eq!(command["command"], "podwright.showRendered");
    let whole = show(&mut editor, &command["arguments"]);
    assert_eq!(whole["name"], "overlays/prod (rendered)");
    assert_eq!(whole["text"].as_str().unwrap().matches("kind: ").count(), 4);
    let one = &objects[1]["command"]["arguments"];
    let one = show(&mut editor, one);
    let text = one["text"].as_str().unwrap();
    assert_eq!(one["name"], "overlays/prod: Secret prod-regcred (rendered)");
    assert!(
        text.contains("name: prod-regcred") && text.matches("kind: ").count() == 1,
        "{text}"
    );

    // The client opens a copy, which is not linted.
    editor.settle();
    let asked = editor
        .asked
        .iter()
        .find(|one| one.method == "window/showDocument");
    let uri = asked.unwrap().params["uri"].as_str().unwrap().to_owned();
    let path = url::Url::parse(&uri).unwrap().to_file_path().unwrap();
    assert_eq!(
        std::fs::read_to_string(&path).unwrap(),
        whole["text"].as_str().unwrap()
    );
    assert!(std::fs::metadata(&path).unwrap().permissions().readonly());
    let before = editor.published.clone();
    let document = json!({ "uri": uri, "languageId": "yaml", "version": 1, "text": whole["text"] });
    editor.notify("textDocument/didOpen", json!({ "textDocument": document }));
    editor.settle();
    assert_eq!(editor.published, before);
    assert_eq!(editor.quit(), "ExitCode(unix_exit_status(0))");
    assert!(!path.exists());
}

#[test]
fn clients_can_show_what_is_rendered_themselves() {
    let options = json!({ "client": { "showsRendered": true }, "codeLens": { "rendered": false } });
    let mut editor =
        with(json!({ "capabilities": capabilities(), "initializationOptions": options }));
    let uri = editor.uri(PROD);
    show(&mut editor, &json!([uri]));
    editor.settle();
    assert!(
        editor
            .asked
            .iter()
            .all(|one| one.method != "window/showDocument")
    );
    assert_eq!(lenses(&mut editor, PROD), [Value::Null; 0]);
    let failing = editor.request(
        "workspace/executeCommand",
        json!({
            "command": "podwright.showRendered",
            "arguments": [editor.uri("broken/kustomization.yaml")],
        }),
    );
    let error = failing.unwrap_err();
    assert!(
        error.contains("the build of broken/kustomization.yaml fails"),
        "{error}"
    );
}

#[test]
fn definitions_lead_through_kustomizations() {
    let mut editor = overlays();
    let mut go =
        |name: &str, at: &str| definitions(&mut editor, "textDocument/definition", name, at);
    let head = "apiVersion: kustomize.config.k8s.io/v1beta1";
    let found = go(PROD, "../../base");
    assert_eq!(found[0].0, "base/kustomization.yaml", "{head}");
    assert_eq!(
        go(PROD, "../../components/sidecar")[0].0,
        "components/sidecar/kustomization.yaml"
    );
    assert_eq!(go(PROD, "web.yaml")[0].0, PATCH);
    assert_eq!(
        go("base/kustomization.yaml", "service.yaml")[0].0,
        "base/service.yaml"
    );
    assert_eq!(pairs(&go(PROD, "Service")), [("base/service.yaml", "web")]);
    assert_eq!(pairs(&go(PROD, "replace")), [("base/service.yaml", "web")]);
    assert_eq!(
        pairs(&go(PROD, "1.0.1")),
        [(BASE, "registry.example/web:1.0.0")]
    );
    assert_eq!(pairs(&go(PATCH, "web\n")), [(BASE, "web")]);
    assert_eq!(pairs(&go(PATCH, "Deployment")), [(BASE, "web")]);
    assert_eq!(pairs(&go(PATCH, "3\n")), [(BASE, "1")]);
    assert_eq!(
        pairs(&go("components/sidecar/sidecar.yaml", "web")),
        [(BASE, "web")]
    );
    // Objects of the builds lead to the sources.
    assert_eq!(
        pairs(&go(BASE, "regcred")),
        [("base/secret.yaml", "regcred")]
    );
}

#[test]
fn references_lead_to_referrers_and_kustomizations() {
    let mut editor = overlays();
    let mut go =
        |name: &str, at: &str| definitions(&mut editor, "textDocument/references", name, at);
    assert_eq!(
        pairs(&go("base/secret.yaml", "regcred")),
        [("base/secret.yaml", "regcred"), (BASE, "regcred")]
    );
    assert_eq!(
        pairs(&go(BASE, "apps/v1")),
        [("base/kustomization.yaml", "deployment.yaml")]
    );
    assert_eq!(pairs(&go(PATCH, "apps/v1")), [(PROD, "web.yaml")]);
    assert_eq!(go("base/kustomization.yaml", "kustomize.config").len(), 3);
}

#[test]
fn objects_of_builds_have_hovers_hints_and_completions() {
    let mut editor = overlays();
    let secret = hover(&mut editor, BASE, "regcred");
    assert!(
        secret.contains("Secret `regcred`, in base/secret.yaml"),
        "{secret}"
    );
    let found = editor.ask("textDocument/completion", BASE, "regcred");
    assert_eq!(found[0]["label"], "regcred", "{found}");
    assert_eq!(found[0]["detail"], "Secret in secret.yaml", "{found}");
    let text = read(&editor, BASE);
    let params = json!({
        "textDocument": { "uri": editor.uri(BASE) },
        "range": { "start": position(&text, 0), "end": position(&text, text.len()) },
    });
    let hints = editor.request("textDocument/inlayHint", params).unwrap();
    assert_eq!(
        hints[0]["label"], "imagePullPolicy: IfNotPresent",
        "{hints}"
    );
}

/// Files outside of the open directory are part of builds, but have identifiers after those of the workspace.
#[test]
fn files_outside_of_the_workspace_have_diagnostics_too() {
    let outer = tempfile::TempDir::new().unwrap();
    for (name, text) in texts("live/overlays") {
        let path = outer.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let uri = |name: &str| {
        let path = outer.path().canonicalize().unwrap().join(name);
        url::Url::from_file_path(path).unwrap().to_string()
    };
    let folders = json!([{ "uri": uri("overlays/staging"), "name": "staging" }]);
    let base = std::fs::read_to_string(outer.path().join(BASE)).unwrap();
    std::fs::write(
        outer.path().join(BASE),
        base.replace("IfNotPresent", "never"),
    )
    .unwrap();
    let params = json!({ "capabilities": capabilities(), "workspaceFolders": folders });
    let mut editor = Editor::with(&[], params);
    let has = |editor: &Editor| {
        let published = editor.published.get(&uri(BASE));
        published.is_some_and(|one| {
            one["diagnostics"]
                .to_string()
                .contains("pull-policy-invalid")
        })
    };
    assert!(has(&editor), "{:?}", editor.published);
    // When the kustomization does not use it any more, its diagnostics disappear.
    let text = std::fs::read_to_string(outer.path().join(STAGING)).unwrap();
    let document = json!({ "uri": uri(STAGING), "languageId": "yaml", "version": 1, "text": text });
    editor.notify("textDocument/didOpen", json!({ "textDocument": document }));
    editor.settle();
    let changes = json!([{ "text": text.replace("  - ../../base\n", "  []\n") }]);
    let document = json!({ "uri": uri(STAGING), "version": 2 });
    editor.notify(
        "textDocument/didChange",
        json!({ "textDocument": document, "contentChanges": changes }),
    );
    editor.settle();
    assert!(!has(&editor), "{:?}", editor.published);
}
