//! Changes of custom resource schemas referenced by a configuration affect open files.

use serde_json::json;

use crate::lsp::editor::Editor;

const CONFIGURATION: &str = "schemas: [crds]\nexclude: [crds/**]\n";

const GADGET: &str =
    "apiVersion: example.com/v1\nkind: Gadget\nmetadata: {name: g}\nspec: {size: 7}\n";

fn definition(size: &str) -> String {
    format!(
        "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\n\
         metadata: {{name: gadgets.example.com}}\nspec:\n  group: example.com\n  scope: Namespaced\n  \
         names: {{kind: Gadget, plural: gadgets}}\n  versions:\n  - name: v1\n    served: true\n    \
         storage: true\n    schema:\n      openAPIV3Schema:\n        type: object\n        properties:\n          \
         spec: {{type: object, properties: {{size: {size}}}}}\n"
    )
}

fn editor(configuration: &str) -> Editor {
    let mut editor = Editor::new(&[
        (".podwright.yaml", configuration),
        ("crds/group/gadgets.yaml", &definition("{type: integer}")),
        ("gadget.yaml", GADGET),
    ]);
    editor.open("gadget.yaml", GADGET);
    editor.settle();
    editor
}

fn write(editor: &Editor, name: &str, text: &str) {
    std::fs::write(editor.path(name), text).unwrap();
}

fn tell(editor: &mut Editor, name: &str, kind: u32) {
    let changes = json!({ "changes": [{ "uri": editor.uri(name), "type": kind }] });
    editor.notify("workspace/didChangeWatchedFiles", changes);
    editor.settle();
}

#[test]
fn changed_schema_affects_an_open_file() {
    // With the schema directory inside and outside the workspace.
    for configuration in [CONFIGURATION, "schemas: [crds]\n"] {
        let mut editor = editor(configuration);
        assert_eq!(editor.rules("gadget.yaml"), [""; 0]);

        let small = definition("{type: integer, maximum: 5}");
        write(&editor, "crds/group/gadgets.yaml", &small);
        tell(&mut editor, "crds/group/gadgets.yaml", 2);
        assert_eq!(editor.rules("gadget.yaml"), ["custom-resource-invalid"]);

        // The file now defines another kind, so this one is unknown.
        let other = small.replace("Gadget", "Widget");
        write(&editor, "crds/group/gadgets.yaml", &other);
        tell(&mut editor, "crds/group/gadgets.yaml", 2);
        assert_eq!(editor.rules("gadget.yaml"), ["unknown-kind"]);

        write(&editor, "crds/more.yaml", &definition("{type: string}"));
        tell(&mut editor, "crds/more.yaml", 1);
        assert_eq!(editor.rules("gadget.yaml"), ["yaml-number-like-string"]);

        std::fs::remove_file(editor.path("crds/more.yaml")).unwrap();
        tell(&mut editor, "crds/more.yaml", 3);
        assert_eq!(editor.rules("gadget.yaml"), ["unknown-kind"]);
    }
}

#[test]
fn changed_schema_is_detected_without_notification() {
    let mut editor = editor(CONFIGURATION);
    let small = definition("{type: integer, maximum: 5}");
    write(&editor, "crds/group/gadgets.yaml", &small);
    editor.until(|editor| editor.rules("gadget.yaml") == ["custom-resource-invalid"]);
    std::fs::remove_dir_all(editor.path("crds")).unwrap();
    editor.until(|editor| !editor.diagnostics(".podwright.yaml").is_empty());
    std::fs::create_dir(editor.path("crds")).unwrap();
    editor.until(|editor| editor.diagnostics(".podwright.yaml").is_empty());
    write(&editor, "crds/gadgets.yaml", &small);
    editor.until(|editor| editor.rules("gadget.yaml") == ["custom-resource-invalid"]);
}
