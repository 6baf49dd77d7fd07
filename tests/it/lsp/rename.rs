//! Renames of ConfigMaps and Secrets.

use serde_json::{Value, json};

use super::editor::{Editor, position};

type Files<'f> = &'f [(&'f str, &'f str)];

fn params(editor: &Editor, name: &str, text: &str, at: &str) -> Value {
    let position = position(text, text.find(at).unwrap());
    json!({ "textDocument": { "uri": editor.uri(name) }, "position": position })
}

/// The files as they are after a rename at the first occurrence of `at` in a file, without those that stay the same.
/// `prepareRename` answers with the name or refuses just as the rename does.
fn renamed(
    files: Files<'_>,
    file: &str,
    at: &str,
    new: &str,
) -> Result<Vec<(String, String)>, String> {
    let mut editor = Editor::new(files);
    let text = files.iter().find(|(name, _)| *name == file).unwrap().1;
    let mut params = params(&editor, file, text, at);
    let prepared = editor.request("textDocument/prepareRename", params.clone())?;
    params["newName"] = json!(new);
    let edit = editor.request("textDocument/rename", params)?;
    assert!(!prepared.is_null(), "the editor does not offer it");
    let mut changed = Vec::new();
    for change in edit["documentChanges"].as_array().unwrap() {
        let name = files.iter().map(|(name, _)| *name);
        let mut name = name.filter(|name| change["textDocument"]["uri"] == editor.uri(name));
        let name = name.next().unwrap();
        let before = files.iter().find(|(other, _)| *other == name).unwrap().1;
        let mut edits = change["edits"].as_array().unwrap().clone();
        edits.sort_by_key(|edit| {
            let start = &edit["range"]["start"];
            std::cmp::Reverse((start["line"].as_u64(), start["character"].as_u64()))
        });
        let mut text = before.to_owned();
        for edit in edits {
            let at = |end: &str| offset(before, &edit["range"][end]);
            text.replace_range(at("start")..at("end"), edit["newText"].as_str().unwrap());
        }
        changed.push((name.to_owned(), text));
    }
    changed.sort();
    Ok(changed)
}

fn offset(text: &str, position: &Value) -> usize {
    (0..=text.len())
        .filter(|at| text.is_char_boundary(*at))
        .find(|at| super::editor::position(text, *at) == *position)
        .unwrap()
}

/// Asserts that the rename replaces `old` by `new` wherever it is between `«` and `»` in the files, and nothing else.
fn assert_renames(marked: Files<'_>, file: &str, at: &str, old: &str, new: &str) {
    let mark = format!("«{old}»");
    let texts = |name: &str| -> Vec<(String, String)> {
        let all = marked.iter();
        all.map(|(path, text)| ((*path).to_owned(), text.replace(&mark, name)))
            .collect()
    };
    let (before, expected) = (texts(old), texts(new));
    let files: Vec<(&str, &str)> = before
        .iter()
        .map(|(path, text)| (&**path, &**text))
        .collect();
    let mut expected: Vec<_> = expected
        .into_iter()
        .filter(|one| !before.contains(one))
        .collect();
    expected.sort();
    similar_asserts::assert_eq!(renamed(&files, file, at, new), Ok(expected));
}

const SECRET: &str = "apiVersion: v1\nkind: Secret\nmetadata: {name: '«web»', namespace: shop}\nstringData: {token: x}\n";
const MAP: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: «web»\n  namespace: shop\ndata: {web: web}\n";
const DEPLOYMENT: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      imagePullSecrets: [{name: web}]
      containers:
        - name: web
          image: web:1.4.2
          args: [é☸🚢, web]
          envFrom:
            - configMapRef: {name: \"«web»\"}
          env:
            - {name: é☸🚢, valueFrom: {configMapKeyRef: {name: «web», key: web}}}
      volumes:
        - name: web
          configMap:
            name: «web» # web
        - name: all
          projected: {sources: [{configMap: {name: «web»}}]}
";

#[test]
fn a_config_map_is_renamed_with_its_references() {
    let files = [
        ("map.yaml", MAP),
        ("deployment.yaml", DEPLOYMENT),
        ("secret.yaml", &SECRET.replace(['«', '»'], "")),
        (
            "other.yaml",
            &MAP.replace("shop", "infra").replace(['«', '»'], ""),
        ),
    ];
    for (file, at) in [
        ("map.yaml", "web"),
        ("deployment.yaml", "web\"}"),
        ("deployment.yaml", "web, key"),
        ("deployment.yaml", "web # web"),
    ] {
        assert_renames(&files, file, at, "web", "site");
    }
}

#[test]
fn a_secret_is_renamed_in_other_kinds_of_objects() {
    let ingress = "\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web, namespace: shop}
spec:
  tls: [{hosts: [web.example.com], secretName: «web»}]
  rules: [{host: web.example.com}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: web, namespace: shop}
rules:
  - {apiGroups: [''], resources: [secrets], resourceNames: [«web»], verbs: [get]}
  - {apiGroups: [''], resources: [configmaps], resourceNames: [web], verbs: [get]}
---
apiVersion: example.com/v1
kind: Gadget
metadata: {name: web, namespace: shop}
spec:
  passwordSecretRef: {name: «web», key: token}
  valuesFrom:
    - {kind: Secret, name: «web»}
    - {kind: ConfigMap, name: web}
  secretStoreRef: {name: web}
  otherSecret: {name: web, namespace: infra}
  title: web
";
    let elsewhere = ingress.replace("shop", "infra").replace(['«', '»'], "");
    let files = [
        ("secret.yaml", SECRET),
        ("others.yaml", ingress),
        ("elsewhere.yaml", &elsewhere),
    ];
    assert_renames(&files, "secret.yaml", "web", "web", "site");
    assert_renames(&files, "others.yaml", "web}]\n  rules", "web", "site");
}

const BASE: &str = "resources: [map.yaml, deployment.yaml]\n";
const DEV: &str = "\
resources: [../base]
namePrefix: dev-
patches:
  - path: patch.yaml
  - target: {kind: ConfigMap, name: «web»}
    patch: '[{\"op\": \"add\", \"path\": \"/data/dev\", \"value\": \"x\"}]'
  - patch: |-
      apiVersion: v1
      kind: ConfigMap
      metadata:
        name: «web»
      data: {inline: web}
";
const PATCH: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: «web»}\ndata: {more: web}\n";

#[test]
fn builds_are_renamed_at_their_sources() {
    let map = MAP.replace("  namespace: shop\n", "");
    let deployment = DEPLOYMENT
        .replace(", namespace: shop", "")
        .replace("      imagePullSecrets: [{name: web}]\n", "");
    let files = [
        ("base/map.yaml", &*map),
        ("base/deployment.yaml", &*deployment),
        ("base/kustomization.yaml", BASE),
        ("dev/kustomization.yaml", DEV),
        ("dev/patch.yaml", PATCH),
        (
            "prod/kustomization.yaml",
            "resources: [../base]\nnameSuffix: -production\n",
        ),
    ];
    for (file, at) in [
        ("base/map.yaml", "web"),
        ("base/deployment.yaml", "web # web"),
        ("dev/patch.yaml", "web"),
    ] {
        assert_renames(&files, file, at, "web", "site");
    }
}

fn generated(options: &str) -> Vec<(&'static str, String)> {
    let deployment = DEPLOYMENT.replace("      imagePullSecrets: [{name: web}]\n", "");
    vec![
        ("base/deployment.yaml", deployment),
        (
            "base/kustomization.yaml",
            format!(
                "resources: [deployment.yaml]\nnamespace: shop\n{options}configMapGenerator: [{{name: «web», literals: [web=web]}}]\n"
            ),
        ),
        (
            "dev/kustomization.yaml",
            format!(
                "resources: [../base]\nnamespace: shop\n{options}configMapGenerator: [{{name: «web», behavior: merge, literals: [more=web]}}]\n"
            ),
        ),
    ]
}

#[test]
fn generated_config_maps_are_renamed_unless_their_names_have_a_hash() {
    let files = generated("generatorOptions: {disableNameSuffixHash: true}\n");
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (*path, &**text)).collect();
    assert_renames(&files, "base/kustomization.yaml", "web, lit", "web", "site");
    assert_renames(&files, "base/deployment.yaml", "web # web", "web", "site");
    let files = generated("");
    let files: Vec<(&str, String)> = files
        .into_iter()
        .map(|(path, text)| (path, text.replace(['«', '»'], "")))
        .collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (*path, &**text)).collect();
    for (file, at) in [
        ("base/kustomization.yaml", "web, lit"),
        ("base/deployment.yaml", "web # web"),
    ] {
        let refused = renamed(&files, file, at, "site").unwrap_err();
        assert!(
            refused.contains("kustomize adds a hash to the name of ConfigMap `web`"),
            "{refused}"
        );
    }
}

#[test]
fn names_that_overlays_define_separately_are_refused() {
    let map = MAP.replace(['«', '»'], "");
    let deployment = DEPLOYMENT.replace(['«', '»'], "");
    let overlay = "resources: [../base, map.yaml]\n";
    let files = [
        ("base/deployment.yaml", &*deployment),
        ("base/kustomization.yaml", "resources: [deployment.yaml]\n"),
        ("dev/kustomization.yaml", overlay),
        ("dev/map.yaml", &*map),
        ("prod/kustomization.yaml", overlay),
        ("prod/map.yaml", &*map),
    ];
    let refused = renamed(&files, "dev/map.yaml", "web", "site").unwrap_err();
    let expected = "-32803: ConfigMap `web` is defined in dev/map.yaml and in prod/map.yaml, and the same references mean both";
    assert_eq!(refused, expected);
}

#[test]
fn objects_of_charts_are_refused() {
    let files = [
        ("Chart.yaml", "apiVersion: v2\nname: shop\nversion: 1.0.0\n"),
        ("values.yaml", "name: web\n"),
        (
            "templates/map.yaml",
            "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: literal\ndata: {a: b}\n",
        ),
    ];
    let refused = renamed(&files, "templates/map.yaml", "literal", "site").unwrap_err();
    assert_eq!(
        refused,
        "-32803: ConfigMap `literal` is rendered from a template of a chart"
    );
}

#[test]
fn new_names_must_be_valid_and_free() {
    let map = MAP.replace(['«', '»'], "");
    let other = map.replace("name: web", "name: other");
    let deployment = DEPLOYMENT.replace(['«', '»'], "");
    let files = [
        ("map.yaml", &*map),
        ("other.yaml", &*other),
        ("deployment.yaml", &*deployment),
    ];
    for (new, why) in [
        ("", "`` is not a valid name"),
        ("Web", "`Web` is not a valid name"),
        ("a b", "`a b` is not a valid name"),
        ("other", "ConfigMap `other` exists already, in other.yaml"),
    ] {
        let refused = renamed(&files, "map.yaml", "web", new).unwrap_err();
        assert!(refused.contains(why), "{refused}");
    }
}

#[test]
fn what_breaks_by_a_rename_is_refused() {
    // It may be the name of any kind.
    let kustomization = "\
resources: [map.yaml]
replacements:
  - source: {name: web, fieldPath: data.web}
    targets: [{select: {kind: ConfigMap}, fieldPaths: [data.more], options: {create: true}}]
";
    let map = MAP.replace(['«', '»'], "");
    let files = [("map.yaml", &*map), ("kustomization.yaml", kustomization)];
    let refused = renamed(&files, "map.yaml", "web", "site").unwrap_err();
    assert!(refused.contains("with this name, "), "{refused}");
    assert!(refused.contains("kustomization.yaml"), "{refused}");
}

#[test]
fn other_positions_offer_no_rename() {
    let map = MAP.replace(['«', '»'], "");
    let mut editor = Editor::new(&[("map.yaml", &map)]);
    for at in ["kind", "shop", "data", "web: web"] {
        let mut params = params(&editor, "map.yaml", &map, at);
        let prepared = editor.request("textDocument/prepareRename", params.clone());
        assert_eq!(prepared, Ok(Value::Null), "{at}");
        params["newName"] = json!("site");
        let refused = editor.request("textDocument/rename", params).unwrap_err();
        assert!(
            refused.contains("not the name of a ConfigMap or a Secret"),
            "{refused}"
        );
    }
    let nowhere = json!({ "textDocument": { "uri": "file:///nowhere.yaml" }, "position": { "line": 0, "character": 0 }, "newName": "a" });
    assert_eq!(
        editor.request("textDocument/rename", nowhere),
        Ok(Value::Null)
    );
    let wrong = json!({ "textDocument": { "uri": editor.uri("map.yaml") } });
    assert!(editor.request("textDocument/rename", wrong).is_err());
}
