//! Objects by name.

use serde_json::{Value, json};

use super::editor::Editor;
use super::{POD, SECRET};

fn names(editor: &mut Editor, query: &str) -> Vec<String> {
    let params = json!({ "query": query });
    let found = editor.request("workspace/symbol", params).unwrap();
    let found = found.as_array().unwrap().iter();
    found
        .map(|one| one["name"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn objects_are_found_by_kind_namespace_and_name() {
    let map = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: web\n";
    let mut editor = Editor::new(&[
        ("pod.yaml", POD),
        ("secret.yaml", SECRET),
        ("base/map.yaml", map),
        ("base/kustomization.yaml", "resources: [map.yaml]\n"),
        (
            "dev/kustomization.yaml",
            "resources: [../base]\nnamespace: dev\n",
        ),
        (
            "prod/kustomization.yaml",
            "resources: [../base]\nnamespace: prod\nnamePrefix: prod-\n",
        ),
    ]);
    let (pod, secret) = ("Pod/shop/web", "Secret/shop/regcred");
    let (dev, prod) = ("ConfigMap/dev/web", "ConfigMap/prod/prod-web");
    for (query, expected) in [
        ("", vec![pod, dev, secret, prod]),
        ("web", vec![pod, dev, prod]),
        ("shop", vec![pod, secret]),
        ("SHOP/Reg", vec![secret]),
        ("cmap", vec![dev, prod]),
        ("secret", vec![secret]),
        ("nothing", vec![]),
    ] {
        assert_eq!(names(&mut editor, query), expected, "{query:?}");
    }
    let found = editor
        .request("workspace/symbol", json!({ "query": "prod-web" }))
        .unwrap();
    let place = json!({
        "uri": editor.uri("base/map.yaml"),
        "range": { "start": { "line": 3, "character": 8 }, "end": { "line": 3, "character": 11 } },
    });
    assert_eq!(found[0]["location"], place, "a person edits it there");
    assert_eq!(found[0]["containerName"], "base/map.yaml");
    for wrong in [json!({}), json!({ "query": 7 }), Value::Null] {
        let error = editor.request("workspace/symbol", wrong).unwrap_err();
        assert!(error.starts_with("-32602: "), "{error}");
    }
}

#[test]
fn the_number_of_symbols_is_limited() {
    let one =
        |n: usize| format!("---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: map-{n}}}\n");
    let text: String = (0..1_000).map(one).collect();
    let mut editor = Editor::new(&[("maps.yaml", &text)]);
    assert_eq!(names(&mut editor, "map").len(), 200);
    assert_eq!(names(&mut editor, "map-777"), ["ConfigMap/map-777"]);
}
