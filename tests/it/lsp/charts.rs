//! Charts as seen by an editor.

use serde_json::{Value, json};

use super::editor::{Editor, capabilities, position};

const VALUES: &str = "\
image:
  repository: nginx
  tag: \"1.27\"
replicas: 2
resources:
  limits: {}
unused: 1
password: hunter2-secret
extra: []
db:
  port: 1
";

const CI: &str = "image:\n  tag: '1.28'\n";

const HELPERS: &str = r#"{{- define "app.name" -}}
{{ .Chart.Name }}
{{- end }}
{{- define "app.image" -}}
{{ .repository }}:{{ .tag }}
{{- end }}
"#;

const DEPLOYMENT: &str = r#"kind: Deployment
metadata:
  name: {{ include "app.name" . }}
spec:
  replicas: {{ .Values.replicas | default 1 }}
  image: {{ include "app.image" .Values.image | quote }}
  missing: {{ .Values.missing }}
  nothing: {{ include "app.nothing" . }}
  resources: {{ toYaml .Values.resources | nindent 4 }}
  password: {{ .Values.password }}
  list: {{ range .Values.extra }}{{ .name }}{{ end }}
"#;

const CHART: &str = "\
apiVersion: v2
name: app
version: 1.0.0
dependencies:
  - name: db
    version: 1.0.0
    condition: db.enabled
";

const SUB_TEMPLATE: &str = "port: {{ .Values.port }}\nzone: {{ .Values.global.zone }}\nname: {{ include \"app.name\" . }}\n";

fn files() -> Vec<(&'static str, &'static str)> {
    vec![
        ("app/Chart.yaml", CHART),
        ("app/values.yaml", VALUES),
        ("app/ci/new-values.yaml", CI),
        (
            "app/values.schema.json",
            r#"{"properties": {"replicas": {"type": "integer"}}}"#,
        ),
        ("app/templates/_helpers.tpl", HELPERS),
        ("app/templates/web.yaml", DEPLOYMENT),
        (
            "app/charts/db/Chart.yaml",
            "apiVersion: v2\nname: db\nversion: 1.0.0\n",
        ),
        ("app/charts/db/values.yaml", "port: 5432\nonly: 1\n"),
        ("app/charts/db/templates/db.yaml", SUB_TEMPLATE),
    ]
}

fn app() -> Editor {
    Editor::new(&files())
}

const WEB: &str = "app/templates/web.yaml";
const VALUES_FILE: &str = "app/values.yaml";

/// Asks about the end of `at` in a text that the editor shows.
fn ask_in(
    editor: &mut Editor,
    method: &str,
    name: &str,
    text: &str,
    at: &str,
    new: &str,
) -> Result<Value, String> {
    let start = text
        .find(at)
        .unwrap_or_else(|| panic!("{name} does not contain {at}"));
    let params = json!({
        "textDocument": { "uri": editor.uri(name) },
        "position": position(text, start + at.len()),
        "context": { "includeDeclaration": true, "triggerKind": 1 },
        "newName": new,
    });
    editor.request(method, params)
}

fn ask(editor: &mut Editor, method: &str, name: &str, at: &str) -> Value {
    let text = read(editor, name);
    ask_in(editor, method, name, &text, at, "").unwrap()
}

fn read(editor: &Editor, name: &str) -> String {
    std::fs::read_to_string(editor.path(name)).unwrap()
}

/// What a hover says before the findings of rules for charts there.
fn hover(editor: &mut Editor, name: &str, at: &str) -> String {
    let hover = ask(editor, "textDocument/hover", name, at);
    let shown = hover["contents"]["value"].as_str().unwrap_or("");
    let parts = shown.split("\n\n---\n\n");
    let own: Vec<&str> = parts.filter(|part| !part.contains("\n\n[helm-")).collect();
    own.join("\n\n---\n\n")
}

/// File and line of each place.
fn places(editor: &Editor, answer: &Value) -> Vec<String> {
    let all = match answer {
        Value::Array(all) => all.clone(),
        Value::Null => Vec::new(),
        one => vec![one.clone()],
    };
    let root = editor.uri("") + "/";
    let place = |place: &Value| {
        let uri = place["uri"].as_str().unwrap();
        let name = uri.strip_prefix(&root).unwrap();
        let start = &place["range"]["start"];
        format!("{name}:{}:{}", start["line"], start["character"])
    };
    all.iter().map(place).collect()
}

fn labels(answer: &Value) -> Vec<String> {
    let all = answer.as_array().cloned().unwrap_or_default();
    all.iter()
        .map(|item| item["label"].as_str().unwrap().to_owned())
        .collect()
}

/// The text of each file after the edits of a rename.
fn renamed(
    editor: &mut Editor,
    name: &str,
    at: &str,
    new: &str,
) -> Result<Vec<(String, String)>, String> {
    let text = read(editor, name);
    let answer = ask_in(editor, "textDocument/rename", name, &text, at, new)?;
    let root = editor.uri("") + "/";
    let mut all = Vec::new();
    for change in answer["documentChanges"].as_array().unwrap() {
        let name = change["textDocument"]["uri"]
            .as_str()
            .unwrap()
            .strip_prefix(&root)
            .unwrap();
        let mut lines: Vec<String> = read(editor, name).lines().map(str::to_owned).collect();
        let mut edits = change["edits"].as_array().unwrap().clone();
        edits.sort_by_key(|edit| edit["range"]["start"]["character"].as_u64());
        for edit in edits.iter().rev() {
            let number = |pointer: &str| {
                usize::try_from(edit.pointer(pointer).unwrap().as_u64().unwrap()).unwrap()
            };
            let line = &mut lines[number("/range/start/line")];
            let range = number("/range/start/character")..number("/range/end/character");
            line.replace_range(range, edit["newText"].as_str().unwrap());
        }
        all.push((name.to_owned(), lines.join("\n") + "\n"));
    }
    all.sort();
    Ok(all)
}

#[test]
fn hover_on_a_value_shows_it_in_each_set() {
    let mut editor = app();
    assert_eq!(
        hover(&mut editor, WEB, ".Values.replicas"),
        "Value `replicas`:\n\n- defaults: `2` (app/values.yaml:4)"
    );
    assert_eq!(
        hover(&mut editor, "app/templates/_helpers.tpl", "{{ .tag"),
        "Value `image.tag`:\n\n- defaults: `\"1.27\"` (app/values.yaml:3)\n- ci/new-values.yaml: `'1.28'` \
         (app/ci/new-values.yaml:2)"
    );
    assert_eq!(
        hover(&mut editor, WEB, ".Values.missing"),
        "Value `missing`:\n\n- not set in any values file"
    );
    assert_eq!(
        hover(&mut editor, WEB, ".Values.resources"),
        "Value `resources`:\n\n- defaults: a map with 1 key (app/values.yaml:5)"
    );
}

#[test]
fn hover_in_a_subchart_shows_the_value_of_the_outer_chart() {
    let mut editor = app();
    assert_eq!(
        hover(
            &mut editor,
            "app/charts/db/templates/db.yaml",
            ".Values.port"
        ),
        "Value `db.port`:\n\n- defaults: `1` (app/values.yaml:11), instead of `5432` (app/charts/db/values.yaml:1)"
    );
}

#[test]
fn hover_conceals_credentials() {
    let mut editor = app();
    let shown = hover(&mut editor, WEB, ".Values.password");
    assert!(shown.contains("app/values.yaml:8"), "{shown}");
    assert!(!shown.contains("hunter2"), "{shown}");
    let helpers = "{{- define \"app.auth\" -}}\npassword: hunter2-secret\n{{- end }}\n{{ include \"app.auth\" . }}";
    editor.open("app/templates/_helpers.tpl", helpers);
    let text = ask_in(
        &mut editor,
        "textDocument/hover",
        "app/templates/_helpers.tpl",
        helpers,
        "include \"app.auth",
        "",
    );
    let text = text.unwrap().to_string();
    assert!(
        text.contains("app.auth") && !text.contains("hunter2"),
        "{text}"
    );
    let labels = ask(&mut editor, "textDocument/completion", WEB, ".Values.pass").to_string();
    assert!(
        labels.contains("password") && !labels.contains("hunter2"),
        "{labels}"
    );
}

#[test]
fn hover_on_a_template_shows_its_text() {
    let mut editor = app();
    let shown = hover(&mut editor, WEB, "include \"app.name");
    assert_eq!(
        shown,
        "Template `app.name`, defined in app/templates/_helpers.tpl:1:\n\n```gotmpl\n{{- define \"app.name\" -}}\n{{ \
         .Chart.Name }}\n{{- end }}\n```"
    );
    let missing = hover(&mut editor, WEB, "app.nothing");
    assert_eq!(missing, "Template `app.nothing` is not defined.");
}

#[test]
fn hover_on_words() {
    let mut editor = app();
    let shown = hover(&mut editor, WEB, "| default");
    assert!(
        shown.starts_with("```gotmpl\ndefault FALLBACK VALUE -> value\n```\n\nReturns VALUE"),
        "{shown}"
    );
    let shown = hover(&mut editor, WEB, "{{ range");
    assert!(
        shown.contains("range $KEY, $VALUE := COLLECTION"),
        "{shown}"
    );
    let shown = hover(&mut editor, "app/templates/_helpers.tpl", ".Chart.Name");
    assert_eq!(shown, "`.Chart.Name`: name of the chart, or its alias");
    assert_eq!(hover(&mut editor, WEB, "kind: Depl"), "");
}

#[test]
fn hover_on_an_entry_shows_who_reads_it() {
    let mut editor = app();
    assert_eq!(
        hover(&mut editor, VALUES_FILE, "replicas"),
        "`replicas` is read here:\n\n- app/templates/web.yaml:5"
    );
    assert_eq!(
        hover(&mut editor, "app/ci/new-values.yaml", "tag"),
        "`image.tag` is read here:\n\n- app/templates/_helpers.tpl:5"
    );
    assert_eq!(
        hover(&mut editor, "app/charts/db/values.yaml", "port"),
        "`db.port` is read here:\n\n- app/charts/db/templates/db.yaml:1"
    );
    assert_eq!(
        hover(&mut editor, VALUES_FILE, "unused"),
        "`unused`: no template reads it."
    );
}

#[test]
fn unsaved_text_counts() {
    let mut editor = app();
    let values = VALUES.replace("replicas: 2", "replicas: 7");
    editor.open(VALUES_FILE, VALUES);
    editor.change(VALUES_FILE, &values);
    let shown = hover(&mut editor, WEB, ".Values.replicas");
    assert!(shown.contains("`7`"), "{shown}");
    let template = DEPLOYMENT.replace(".Values.missing", ".Values.unused");
    editor.open(WEB, &template);
    let shown = hover(&mut editor, VALUES_FILE, "unused");
    assert_eq!(
        shown,
        "`unused` is read here:\n\n- app/templates/web.yaml:7"
    );
    editor.close(WEB);
    assert_eq!(
        hover(&mut editor, VALUES_FILE, "unused"),
        "`unused`: no template reads it."
    );
}

#[test]
fn definitions_lead_to_entries_and_templates() {
    let mut editor = app();
    let mut of = |name: &str, at: &str| {
        let answer = ask(&mut editor, "textDocument/definition", name, at);
        places(&editor, &answer)
    };
    assert_eq!(of(WEB, ".Values.replicas"), ["app/values.yaml:3:0"]);
    assert_eq!(
        of("app/templates/_helpers.tpl", "{{ .tag"),
        ["app/ci/new-values.yaml:1:2", "app/values.yaml:2:2"]
    );
    assert_eq!(
        of(WEB, "include \"app.na"),
        ["app/templates/_helpers.tpl:0:12"]
    );
    assert_eq!(of(WEB, ".Values.missing"), [""; 0]);
    assert_eq!(of(WEB, "app.nothing"), [""; 0]);
    assert_eq!(
        of("app/charts/db/templates/db.yaml", ".Values.port"),
        ["app/charts/db/values.yaml:0:0", "app/values.yaml:10:2"]
    );
    assert_eq!(of(VALUES_FILE, "replicas"), ["app/templates/web.yaml:4:23"]);
}

#[test]
fn references_lead_both_ways() {
    let mut editor = app();
    let mut of = |name: &str, at: &str| {
        let answer = ask(&mut editor, "textDocument/references", name, at);
        places(&editor, &answer)
    };
    let tag = [
        "app/ci/new-values.yaml:1:2",
        "app/templates/_helpers.tpl:4:22",
        "app/values.yaml:2:2",
    ];
    let sorted = |mut all: Vec<String>| {
        all.sort();
        all
    };
    assert_eq!(sorted(of("app/templates/_helpers.tpl", "{{ .tag")), tag);
    assert_eq!(sorted(of(VALUES_FILE, "  tag")), tag);
    assert_eq!(
        sorted(of(WEB, "include \"app.na")),
        [
            "app/charts/db/templates/db.yaml:2:18",
            "app/templates/_helpers.tpl:0:12",
            "app/templates/web.yaml:2:20"
        ]
    );
    assert_eq!(of(VALUES_FILE, "unused"), ["app/values.yaml:6:0"]);
}

#[test]
fn values_are_completed() {
    let mut editor = app();
    let answer = ask(&mut editor, "textDocument/completion", WEB, ".Values.rep");
    let found = labels(&answer);
    assert!(
        found.contains(&"replicas".to_owned()) && found.contains(&"image".to_owned()),
        "{found:?}"
    );
    let replicas =
        &answer.as_array().unwrap()[found.iter().position(|one| one == "replicas").unwrap()];
    assert_eq!(replicas["detail"], "integer 2");
    assert_eq!(
        replicas["textEdit"]["range"]["start"],
        json!({ "line": 4, "character": 23 })
    );
    let answer = ask(
        &mut editor,
        "textDocument/completion",
        "app/templates/_helpers.tpl",
        "{{ .t",
    );
    assert_eq!(labels(&answer), ["repository", "tag"]);
    let answer = ask(
        &mut editor,
        "textDocument/completion",
        "app/charts/db/templates/db.yaml",
        ".Values.p",
    );
    assert_eq!(labels(&answer), ["enabled", "global", "only", "port"]);
}

#[test]
fn incomplete_actions_are_completed() {
    let mut editor = app();
    let mut in_text = |text: &str, at: &str| {
        editor.open(WEB, text);
        let answer = ask_in(&mut editor, "textDocument/completion", WEB, text, at, "").unwrap();
        editor.close(WEB);
        labels(&answer)
    };
    assert_eq!(
        in_text("a: {{ .Values.image.\nb: {{ .Values.x }}\n", "image."),
        ["repository", "tag"]
    );
    assert_eq!(
        in_text("{{ with .Values.image }}\na: {{ .\n{{ end }}\n", "a: {{ ."),
        ["repository", "tag"]
    );
    assert_eq!(
        in_text("{{ $i := .Values.image }}{{ $i. }}", "$i."),
        ["repository", "tag"]
    );
    assert_eq!(
        in_text("a: {{ if .Values.image.", "image."),
        ["repository", "tag"]
    );
    let root = in_text("a: {{ . }}", "{{ .");
    assert!(
        root.contains(&"Values".to_owned()) && root.contains(&"Release".to_owned()),
        "{root:?}"
    );
    let release = in_text("a: {{ .Release.N }}", ".Release.N");
    assert!(release.contains(&"Namespace".to_owned()), "{release:?}");
    let version = in_text("a: {{ $.Capabilities.KubeVersion.", "KubeVersion.");
    assert!(version.contains(&"Version".to_owned()), "{version:?}");
    assert_eq!(
        in_text("a: {{ include \"app", "app"),
        ["app.image", "app.name"]
    );
    assert_eq!(
        in_text("a: {{ template \"", "\""),
        ["app.image", "app.name"]
    );
    let words = in_text("a: {{ ", "{{ ");
    assert!(
        words.contains(&"if".to_owned()) && words.contains(&"include".to_owned()),
        "{words:?}"
    );
    let words = in_text("a: {{ .x | to", "| to");
    assert!(
        !words.contains(&"if".to_owned()) && words.contains(&"toYaml".to_owned()),
        "{words:?}"
    );
    assert_eq!(in_text("a: {{/* .Values.image. */}}", "image."), [""; 0]);
    assert_eq!(in_text("a: {{ .Nothing.", "Nothing."), [""; 0]);
}

#[test]
fn keys_that_templates_read_are_completed_in_values() {
    let mut editor = app();
    let text = format!("{VALUES}mis");
    editor.open(VALUES_FILE, &text);
    let answer = ask_in(
        &mut editor,
        "textDocument/completion",
        VALUES_FILE,
        &text,
        "\nmis",
        "",
    );
    let answer = answer.unwrap();
    assert_eq!(labels(&answer), ["global", "missing"]);
    assert_eq!(answer[1]["textEdit"]["newText"], "missing: ");
    assert_eq!(answer[1]["detail"], "read at app/templates/web.yaml:7");
    let ci = format!("{CI}  \n");
    editor.open("app/ci/new-values.yaml", &ci);
    let answer = ask_in(
        &mut editor,
        "textDocument/completion",
        "app/ci/new-values.yaml",
        &ci,
        "'1.28'\n  ",
        "",
    );
    assert_eq!(labels(&answer.unwrap()), ["repository"]);
}

#[test]
fn values_are_renamed_everywhere() {
    let mut editor = app();
    let all = renamed(&mut editor, VALUES_FILE, "replicas", "count").unwrap();
    let names: Vec<&str> = all.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        names,
        [
            "app/templates/web.yaml",
            "app/values.schema.json",
            "app/values.yaml"
        ]
    );
    assert!(all[0].1.contains("{{ .Values.count | default 1 }}"));
    assert!(all[1].1.contains("{\"count\": {\"type\""));
    assert!(all[2].1.contains("\ncount: 2\n"));
    let all = renamed(
        &mut editor,
        "app/templates/_helpers.tpl",
        "{{ .tag",
        "version",
    )
    .unwrap();
    assert_eq!(
        all[0],
        (
            "app/ci/new-values.yaml".to_owned(),
            "image:\n  version: '1.28'\n".to_owned()
        )
    );
    assert!(all[1].1.contains("{{ .repository }}:{{ .version }}"));
    assert!(all[2].1.contains("  version: \"1.27\"\n"));
    let all = renamed(
        &mut editor,
        "app/charts/db/templates/db.yaml",
        ".Values.port",
        "dbPort",
    )
    .unwrap();
    let names: Vec<&str> = all.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        names,
        [
            "app/charts/db/templates/db.yaml",
            "app/charts/db/values.yaml",
            "app/values.yaml"
        ]
    );
}

#[test]
fn keys_of_items_and_conditions_are_renamed() {
    let mut all = files();
    all.retain(|(name, _)| ![VALUES_FILE, WEB].contains(name));
    all.push((
        VALUES_FILE,
        "hosts:\n  - {name: a}\n  - {name: b}\ndb: {enabled: true}\n",
    ));
    all.push((WEB, "{{ range .Values.hosts }}{{ .name }}{{ end }}"));
    let mut editor = Editor::new(&all);
    let all = renamed(&mut editor, WEB, "{{ .name", "host").unwrap();
    assert_eq!(all[0].1, "{{ range .Values.hosts }}{{ .host }}{{ end }}\n");
    assert!(
        all[1].1.contains("  - {host: a}\n  - {host: b}\n"),
        "{all:?}"
    );
    let all = renamed(&mut editor, VALUES_FILE, "{enabled", "on_off").unwrap();
    assert!(all[0].1.contains("condition: db.on_off"), "{all:?}");
    assert!(all[1].1.contains("db: {on_off: true}"), "{all:?}");
}

#[test]
fn templates_are_renamed_with_their_calls() {
    let mut editor = app();
    let all = renamed(&mut editor, WEB, "include \"app.name", "app.title").unwrap();
    let names: Vec<&str> = all.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        names,
        [
            "app/charts/db/templates/db.yaml",
            "app/templates/_helpers.tpl",
            "app/templates/web.yaml"
        ]
    );
    assert!(all[1].1.starts_with("{{- define \"app.title\" -}}"));
    let why = renamed(&mut editor, WEB, "include \"app.name", "app.image").unwrap_err();
    assert!(
        why.ends_with("a template `app.image` exists already"),
        "{why}"
    );
}

#[test]
fn what_cannot_be_renamed_says_why() {
    let mut editor = app();
    let mut why =
        |name: &str, at: &str, new: &str| renamed(&mut editor, name, at, new).unwrap_err();
    let cases = [
        (
            VALUES_FILE,
            "limits",
            "x",
            "`resources` is used as a whole at app/templates/web.yaml:9, so the key may be part of the result",
        ),
        (VALUES_FILE, "db", "x", "the key is the name of a chart"),
        (
            VALUES_FILE,
            "unused",
            "replicas",
            "a key `replicas` exists already",
        ),
        (
            VALUES_FILE,
            "replicas",
            "a-b",
            "`a-b` cannot be written after a point, as at app/templates/web.yaml:5",
        ),
        (
            VALUES_FILE,
            "replicas",
            "no",
            "`no` cannot be written as a key without quotes",
        ),
        (
            WEB,
            "app.nothing",
            "x",
            "no template `app.nothing` is defined",
        ),
    ];
    for (name, at, new, expected) in cases {
        let why = why(name, at, new);
        assert!(why.ends_with(expected), "{at}: {why}");
    }
    let text = DEPLOYMENT.replace("toYaml .Values.resources", "index .Values .Release.Name");
    editor.open(WEB, &text);
    let why = renamed(&mut editor, VALUES_FILE, "unused", "x").unwrap_err();
    assert!(
        why.contains("all values are used as a whole at app/templates/web.yaml:9"),
        "{why}"
    );
    let text = DEPLOYMENT.replace("\"app.name\"", "(print \"app.\" .Release.Name)");
    editor.change(WEB, &text);
    let why = renamed(&mut editor, "app/templates/_helpers.tpl", "app.name", "x").unwrap_err();
    assert!(
        why.contains("a computed name may be this one at app/templates/web.yaml:3"),
        "{why}"
    );
    let text = "{{ range $k, $v := .Values.maps }}{{ $v.inner }}{{ end }}";
    editor.change(WEB, text);
    let values = format!("{VALUES}maps:\n  one: {{inner: 1}}\n  two: {{inner: 2}}\n");
    editor.open(VALUES_FILE, &values);
    let why = ask_in(
        &mut editor,
        "textDocument/rename",
        VALUES_FILE,
        &values,
        "{inner",
        "x",
    );
    assert!(
        why.unwrap_err()
            .contains("the key is in a map whose keys are not fixed")
    );
    editor.close(VALUES_FILE);
    editor.change(WEB, "{{ .Values. }}");
    let why = renamed(&mut editor, VALUES_FILE, "unused", "x").unwrap_err();
    assert!(
        why.contains("app/templates/web.yaml has a mistake"),
        "{why}"
    );
}

#[test]
fn renames_are_prepared() {
    let mut editor = app();
    let answer = ask(
        &mut editor,
        "textDocument/prepareRename",
        WEB,
        ".Values.repl",
    );
    assert_eq!(answer["placeholder"], "replicas");
    assert_eq!(
        answer["range"]["start"],
        json!({ "line": 4, "character": 23 })
    );
    assert_eq!(
        ask(&mut editor, "textDocument/prepareRename", WEB, "kind: D"),
        Value::Null
    );
    let text = read(&editor, VALUES_FILE);
    let why = ask_in(
        &mut editor,
        "textDocument/prepareRename",
        VALUES_FILE,
        &text,
        "limits",
        "",
    );
    assert!(
        why.unwrap_err()
            .starts_with("-32803: `resources` is used as a whole")
    );
    // A client that cannot apply changes of documents.
    let mut can = capabilities();
    can["workspace"]["workspaceEdit"] = json!({});
    let mut editor = Editor::with(&files(), json!({ "capabilities": can }));
    let text = read(&editor, VALUES_FILE);
    let answer = ask_in(
        &mut editor,
        "textDocument/rename",
        VALUES_FILE,
        &text,
        "unused",
        "used",
    )
    .unwrap();
    let uri = editor.uri(VALUES_FILE);
    assert_eq!(answer["changes"][&uri][0]["newText"], "used");
}

fn rendered(editor: &mut Editor, name: &str) -> Result<Value, String> {
    let params = json!({
        "command": "podwright.showRendered",
        "arguments": [editor.uri(name)],
    });
    editor.request("workspace/executeCommand", params)
}

/// The chart with templates that render.
fn working() -> Vec<(&'static str, &'static str)> {
    let mut all = files();
    all.retain(|(name, _)| *name != WEB);
    all.push((WEB, "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ include \"app.name\" . }}\ndata:\n  replicas: {{ .Values.replicas | quote }}\n  tag: {{ .Values.image.tag | quote }}\n  password: {{ .Values.password }}\n"));
    all.push((
        "app/templates/other.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: other}\ndata: {a: b}\n",
    ));
    all.push((
        "app/templates/never.yaml",
        "{{ if .Values.never }}\nkind: ConfigMap\n{{ end }}\n",
    ));
    all
}

#[test]
fn what_a_template_renders_to_is_shown() {
    let mut editor = Editor::new(&working());
    let shown = rendered(&mut editor, WEB).unwrap();
    assert_eq!(shown["name"], "app: web.yaml (rendered)");
    assert_eq!(
        shown["text"],
        "---\n# Source: app/templates/web.yaml\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: app\ndata:\n  \
         replicas: \"2\"\n  tag: \"1.27\"\n  password: ***\n"
    );
    let shown = rendered(&mut editor, "app/charts/db/templates/db.yaml").unwrap();
    assert_eq!(
        shown["text"],
        "---\n# Source: app/charts/db/templates/db.yaml\nport: 1\nzone: \nname: db\n"
    );
    let why = rendered(&mut editor, "app/templates/never.yaml").unwrap_err();
    assert!(
        why.ends_with("no object of app comes from app/templates/never.yaml"),
        "{why}"
    );
    // Unsaved text of a helper counts, and a helper shows the objects that it is part of.
    let helpers = "app/templates/_helpers.tpl";
    editor.open(
        helpers,
        &HELPERS.replace("{{ .Chart.Name }}", "other-{{ .Chart.Name }}"),
    );
    let text = rendered(&mut editor, helpers).unwrap()["text"].to_string();
    assert!(
        text.contains("name: other-app") && !text.contains("other.yaml"),
        "{text}"
    );
}

#[test]
fn what_values_render_to_is_shown() {
    let mut editor = Editor::new(&working());
    let shown = rendered(&mut editor, VALUES_FILE).unwrap();
    assert_eq!(shown["name"], "app (rendered)");
    let text = shown["text"].as_str().unwrap();
    assert!(
        text.contains("tag: \"1.27\"") && text.contains("other.yaml"),
        "{text}"
    );
    assert!(!text.contains("hunter2"), "{text}");
    let shown = rendered(&mut editor, "app/ci/new-values.yaml").unwrap();
    assert_eq!(shown["name"], "app with ci/new-values.yaml (rendered)");
    assert!(shown["text"].as_str().unwrap().contains("tag: \"1.28\""));
    let lenses = json!({ "textDocument": { "uri": editor.uri(WEB) } });
    let lenses = editor.request("textDocument/codeLens", lenses).unwrap();
    let titles: Vec<&str> = lenses
        .as_array()
        .unwrap()
        .iter()
        .map(|lens| lens["command"]["title"].as_str().unwrap())
        .collect();
    assert_eq!(
        titles,
        ["Show rendered", "Show rendered with ci/new-values.yaml"]
    );
    let arguments = lenses[1]["command"]["arguments"].clone();
    let params = json!({ "command": "podwright.showRendered", "arguments": arguments });
    let shown = editor.request("workspace/executeCommand", params).unwrap();
    assert_eq!(
        shown["name"],
        "app with ci/new-values.yaml: web.yaml (rendered)"
    );
    assert!(shown["text"].as_str().unwrap().contains("tag: \"1.28\""));
}

#[test]
fn hover_on_an_entry_shows_what_it_leads_to() {
    let mut editor = Editor::new(&working());
    let shown = hover(&mut editor, VALUES_FILE, "replicas");
    assert_eq!(
        shown,
        "`replicas` is read here:\n\n- app/templates/web.yaml:6\n\n---\n\nWhat this leads to:\n\n- in `app`: ConfigMap \
         `app`, `data.replicas`: `2`"
    );
}

#[test]
fn values_sets_of_the_configuration_are_shown() {
    let mut all = working();
    all.push(("envs/prod.yaml", "replicas: 5\n"));
    all.push((
        ".podwright.yaml",
        "helm:\n  - chart: app\n    values: [envs/prod.yaml]\n",
    ));
    let mut editor = Editor::new(&all);
    let shown = hover(&mut editor, WEB, ".Values.replicas");
    assert_eq!(
        shown,
        "Value `replicas`:\n\n- defaults: `2` (app/values.yaml:4)\n- envs/prod.yaml: `5` (envs/prod.yaml:1)"
    );
}
