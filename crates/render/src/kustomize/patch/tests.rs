//! Patches beside what kustomize makes of them: `tests/*.yaml` are lists of cases. `expected` is the output of
//! `kustomize build` (api 0.21.2) for the objects and patches of the case, and `error` a part of its error.

use podwright_syntax::text::{FileId, Location, Span};
use serde_json::Value as Json;

use super::{Allowed, Patch, apply};
use crate::error::RenderError;
use crate::kustomize::object::objects;
use crate::kustomize::resource::Resource;
use crate::kustomize::schema::Schema;
use crate::kustomize::select::Selector;
use crate::node::{Node, Value};
use crate::read::documents;
use crate::scalar::ScalarType;
use crate::{Origin, Text};

fn nodes(text: &str) -> Vec<Node> {
    let tree = podwright_syntax::parse(text.into());
    documents(&tree, FileId(0)).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// The text of a whole file.
fn file(text: &str, file: u32) -> Text {
    let span = Span::new(0, u32::try_from(text.len()).expect("short"));
    let file = FileId(file);
    Text::new(text, Origin::Copied(Location { file, span }))
}

/// The patches of an entry. Those of `patches` are files, and the others may be inline.
fn read(entry: &Node) -> Result<Vec<Patch>, RenderError> {
    let text = file(entry.get("patch").and_then(Node::str).expect("a patch"), 1);
    let is_set = |name| entry.at(&["options", name]).and_then(Node::str) == Some("true");
    let allowed = Allowed {
        name: is_set("allowNameChange"),
        kind: is_set("allowKindChange"),
    };
    let target = entry.get("target").map(Selector::read);
    Ok(match entry.get("field").and_then(Node::str) {
        Some("patchesStrategicMerge") => {
            let patches = objects(&text)?.into_iter();
            patches
                .map(|patch| Patch::strategic(patch, entry.place))
                .collect()
        }
        Some("patchesJson6902") => {
            let target = target.filter(|target| target.name.is_some());
            let target = target.ok_or_else(|| RenderError::at(entry.place, "no target name"))?;
            vec![Patch::json(&text, target, entry.place)?]
        }
        _ => vec![Patch::read(&text, target, allowed, entry.place)?],
    })
}

/// The objects after all patches.
fn build(text: &str, patches: &Node) -> Result<Vec<Resource>, RenderError> {
    let mut resources = objects(&file(text, 0))?;
    for entry in patches.list().expect("a list of patches") {
        for patch in read(entry)? {
            apply(&patch, &mut resources, &Schema::builtin())?;
        }
    }
    Ok(resources)
}

/// Applies a patch to everything.
fn apply_to_all(object: &str, patch: &Text) -> Result<Vec<Resource>, RenderError> {
    let patch = Patch::read(patch, Some(Selector::default()), Allowed::default(), None)?;
    let mut resources = objects(&file(object, 0))?;
    assert!(apply(&patch, &mut resources, &Schema::builtin())?);
    Ok(resources)
}

/// The JSON of a node, with numbers as floats.
fn json(node: &Node) -> Json {
    match &node.value {
        Value::Map(map) => {
            let entries = map.entries.iter();
            Json::Object(
                entries
                    .map(|entry| (entry.key.as_str().to_owned(), json(&entry.value)))
                    .collect(),
            )
        }
        Value::List(items) => Json::Array(items.iter().map(json).collect()),
        Value::Scalar(scalar) => match scalar.kind {
            ScalarType::Null => Json::Null,
            ScalarType::Bool => Json::Bool(scalar.as_str().eq_ignore_ascii_case("true")),
            ScalarType::Int | ScalarType::Float => scalar
                .as_str()
                .parse::<f64>()
                .map_or(Json::Null, Json::from),
            ScalarType::Timestamp | ScalarType::String => Json::String(scalar.as_str().to_owned()),
        },
    }
}

/// What kustomize does at the end of a build: annotations become strings, and the field is removed if it is empty.
fn finished(resource: &Resource) -> Json {
    let mut node = resource.node.clone();
    super::reset_strings(&mut node, "annotations");
    json(&node)
}

#[test]
fn patches_do_what_kustomize_does() {
    let files = [
        include_str!("tests/strategic.yaml"),
        include_str!("tests/json6902.yaml"),
        include_str!("tests/targets.yaml"),
    ];
    let mut count = 0;
    let mut wrong = Vec::new();
    for case in files
        .iter()
        .flat_map(|file| nodes(file))
        .flat_map(|file| file.list().unwrap_or_default().to_vec())
    {
        count += 1;
        let text = |key: &str| case.get(key).and_then(Node::str).map(str::to_owned);
        let name = text("name").expect("a name");
        let patches = case.get("patches").expect("patches");
        let result = build(&text("objects").expect("objects"), patches);
        match (result, text("expected"), text("error")) {
            (Ok(resources), Some(expected), None) => {
                let expected: Vec<Json> = nodes(&expected).iter().map(json).collect();
                let found: Vec<Json> = resources.iter().map(finished).collect();
                if found != expected {
                    let shown = |all: &[Json]| {
                        all.iter()
                            .map(Json::to_string)
                            .collect::<Vec<_>>()
                            .join("\n    ")
                    };
                    wrong.push(format!(
                        "{name}:\n  found\n    {}\n  expected\n    {}",
                        shown(&found),
                        shown(&expected)
                    ));
                }
            }
            (Err(error), None, Some(_)) => {
                if error.place.is_none() {
                    wrong.push(format!("{name}: no place for: {error}"));
                }
            }
            (Ok(_), _, error) => wrong.push(format!("{name}: no error, expected {error:?}")),
            (Err(error), ..) => wrong.push(format!("{name}: unexpected error: {error}")),
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {count}:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(count > 60, "{count}");
}

/// The file and text of every place that a value comes from.
#[test]
fn values_point_to_the_patch_or_to_the_object() {
    let base = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n  - name: c\n    image: old\n    command: [x]\n";
    let strategic = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n  - name: c\n    image: new\n";
    let operations = "- {op: add, path: /metadata/labels, value: {k: v}}\n- {op: add, path: /metadata/labels/l~1m, value: 010}\n";
    let mut resources = objects(&file(base, 0)).expect("an object");
    for text in [file(strategic, 1), file(operations, 2)] {
        let patch = Patch::read(&text, Some(Selector::default()), Allowed::default(), None);
        let patch = patch.expect("a patch");
        let matched = apply(&patch, &mut resources, &Schema::builtin());
        assert!(matched.expect("applied"));
    }
    let texts = [base, strategic, operations];
    let node = &resources[0].node;
    let container = &node
        .at(&["spec", "containers"])
        .and_then(Node::list)
        .expect("a list")[0];
    let labels = node
        .at(&["metadata", "labels"])
        .and_then(Node::map)
        .expect("labels");
    let cases = [
        (container.get("image").and_then(Node::text), 1, "new"),
        (
            container
                .get("command")
                .and_then(Node::list)
                .and_then(|all| all[0].text()),
            0,
            "x",
        ),
        (container.get("name").and_then(Node::text), 1, "c"),
        (node.at(&["metadata", "name"]).and_then(Node::text), 0, "a"),
        (labels.get("k").and_then(Node::text), 2, "v"),
        (labels.get("l/m").and_then(Node::text), 2, "010"),
        (Some(&labels.entries[1].key.text), 2, "l~1m"),
    ];
    for (text, file, written) in cases {
        let at = text.and_then(crate::Text::location).expect(written);
        assert_eq!(
            (at.file, &texts[file as usize][at.span.range()]),
            (FileId(file), written)
        );
    }
}

/// Errors are at the place that a person would edit.
#[test]
fn errors_have_places() {
    let object = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {a: b}\n";
    let cases = [
        (
            "- {op: remove, path: /data/x}\n",
            "/data/x",
            "the key `x` does not exist",
        ),
        (
            "- {op: test, path: /data/a, value: c}\n",
            "c",
            "the test of `/data/a` failed",
        ),
        (
            "- {op: add, path: /x/y, value: c}\n",
            "/x/y",
            "the object has no path `/x/y`",
        ),
        (
            "- {op: put, path: /x, value: c}\n",
            "put",
            "unexpected kind of operation `put`",
        ),
        (
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {a: [1]}\n",
            "[1]",
            "the patch has a list where the object has a scalar",
        ),
        (
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {$patch: drop}\n",
            "drop",
            "unknown patch strategy `drop`",
        ),
    ];
    for (text, place, message) in cases {
        let error = apply_to_all(object, &file(text, 1)).expect_err(message);
        let at = error.place.expect(message);
        assert_eq!(&text[at.span.range()], place, "{error}");
        assert!(error.message.contains(message), "{error}");
    }
}

/// Operations cannot fill the memory or the stack.
#[test]
fn copies_are_limited() {
    let object = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {a: b}\n";
    let wide: String = (0..60)
        .map(|at| format!("- {{op: copy, from: /data, path: /data/x{at}}}\n"))
        .collect();
    let deep: String = (0..1200)
        .map(|at| format!("- {{op: add, path: {}/x, value: {{}}}}\n", "/x".repeat(at)))
        .collect();
    for (text, message) in [(wide, "copy more than"), (deep, "more than 1000 levels")] {
        let error = apply_to_all(object, &file(&text, 1)).expect_err(message);
        assert!(error.message.contains(message), "{error}");
    }
}
