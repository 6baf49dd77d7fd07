//! Editor features for environment variables.

use serde_json::json;

use crate::lsp::editor::Editor;

const WEB: &str = "\
apiVersion: v1
kind: Pod
metadata:
  name: web
  namespace: shop
spec:
  containers:
    - name: web
      image: registry.example/web:1.4.2
      args: ['--log=$(LOG_LEVEL)', '--secret=$(DB_PASSWORD)']
      envFrom:
        - configMapRef:
            name: defaults
      env:
        - name: LOG_LEVEL
          value: debug
        - name: DB_PASSWORD
          valueFrom:
            secretKeyRef:
              name: db
              key: password
        - name: URL
          value: http://$(REGION)/$(REGOIN)/$(LOG_LEVEL)
        - name: LOG_LEVEL
          value: $(LOG_LEVEL),net
";

/// The password is `hunter2`.
const OBJECTS: &str = "\
apiVersion: v1
kind: ConfigMap
metadata:
  name: defaults
  namespace: shop
data:
  LOG_LEVEL: info
  REGION: eu
---
apiVersion: v1
kind: Secret
metadata:
  name: db
  namespace: shop
stringData:
  password: hunter2
";

fn shop() -> Editor {
    Editor::new(&[("web.yaml", WEB), ("objects.yaml", OBJECTS)])
}

fn hover(editor: &mut Editor, at: &str) -> String {
    let hover = editor.ask("textDocument/hover", "web.yaml", at);
    let said = hover["contents"]["value"].as_str().unwrap_or("").to_owned();
    assert!(!said.contains("hunter2"), "{said}");
    said
}

#[test]
fn hover_on_a_reference_shows_its_value() {
    let mut editor = shop();
    let said = hover(&mut editor, "$(REGION)");
    assert!(
        said.starts_with(
            "`REGION`: `eu`\n\nSource: `REGION` from ConfigMap `defaults` (`envFrom`), in "
        ),
        "{said}"
    );
    assert!(said.ends_with("objects.yaml"), "{said}");
    let said = hover(&mut editor, "$(REGOIN)");
    assert!(
        said.starts_with("`REGOIN` is not defined: `$(REGOIN)` is not expanded\n"),
        "{said}"
    );
    let said = hover(&mut editor, "$(DB_PASSWORD)");
    assert_eq!(
        said,
        "`DB_PASSWORD`: not shown: it comes from a Secret\n\nSource: `password` from Secret `db`"
    );
}

#[test]
fn reference_uses_earlier_definitions_only() {
    let mut editor = shop();
    let said = hover(&mut editor, "$(LOG_LEVEL)\n");
    assert!(said.starts_with("`LOG_LEVEL`: `debug`\n"), "{said}");
    // Arguments use the last definition.
    let said = hover(&mut editor, "$(LOG_LEVEL)'");
    assert!(said.starts_with("`LOG_LEVEL`: `debug,net`\n"), "{said}");
}

#[test]
fn hover_on_a_name_shows_its_value_and_overrides() {
    let mut editor = shop();
    let said = hover(&mut editor, "LOG_LEVEL\n          value: debug");
    assert!(said.starts_with("`LOG_LEVEL`: `debug`\n\nSource: `value`\n\nOverrides `LOG_LEVEL` from ConfigMap `defaults`"), "{said}");
    assert!(said.ends_with("No effect: overridden by `value`"), "{said}");
    let said = hover(&mut editor, "URL");
    assert!(
        said.starts_with("`URL`: `http://eu/$(REGOIN)/debug`\n"),
        "{said}"
    );
}

#[test]
fn reference_leads_to_its_definition() {
    let mut editor = shop();
    let mut lines = |at: &str| {
        let found = editor.ask("textDocument/definition", "web.yaml", at);
        let places = match found {
            serde_json::Value::Array(places) => places,
            serde_json::Value::Null => Vec::new(),
            place => vec![place],
        };
        let line = |place: &serde_json::Value| {
            let uri = place["uri"].as_str().unwrap_or("").to_owned();
            let file = uri.rsplit('/').next().unwrap_or("").to_owned();
            (file, place["range"]["start"]["line"].clone())
        };
        places.iter().map(line).collect::<Vec<_>>()
    };
    assert_eq!(lines("$(REGION)"), [("objects.yaml".to_owned(), json!(7))]);
    assert_eq!(
        lines("$(LOG_LEVEL)\n"),
        [("web.yaml".to_owned(), json!(14))]
    );
    assert_eq!(lines("$(LOG_LEVEL)'"), [("web.yaml".to_owned(), json!(23))]);
    assert_eq!(lines("$(REGOIN)"), []);
}
