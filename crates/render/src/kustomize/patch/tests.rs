//! Patches beside what kustomize makes of them: `tests/*.yaml` are lists of cases. `expected` is the output of
//! `kustomize build` (api 0.21.2) for the objects and patches of the case, and `error` a part of its error.

use podwright_syntax::text::FileId;
use serde_json::Value as Json;

use super::{Allowed, Content, Field, Patch, apply};
use crate::error::RenderError;
use crate::kustomize::resource::Resource;
use crate::kustomize::schema::Schema;
use crate::kustomize::select::Selector;
use crate::node::{Node, Value};
use crate::read::documents;
use crate::scalar::ScalarType;

fn nodes(text: &str) -> Vec<Node> {
    let tree = podwright_syntax::parse(text.into());
    documents(&tree, FileId(0)).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// The objects after all patches. `allowed` in the options, `target` as in a kustomization.
fn build(objects: &str, patches: &Node) -> Result<Vec<Resource>, RenderError> {
    let mut resources: Vec<Resource> = nodes(objects).into_iter().map(Resource::new).collect();
    for entry in patches.list().expect("a list of patches") {
        let text = entry.get("patch").and_then(Node::str).expect("a patch");
        let field = match entry.get("field").and_then(Node::str) {
            Some("patchesStrategicMerge") => Field::StrategicMerge,
            Some("patchesJson6902") => Field::Json6902,
            _ => Field::Patches,
        };
        let is_set = |name| entry.at(&["options", name]).and_then(Node::str) == Some("true");
        let patch = Patch {
            entry: entry.place,
            content: Content::read(&nodes(text), text.trim(), entry.place, field)?,
            target: entry.get("target").map(Selector::read),
            allowed: Allowed {
                name: is_set("allowNameChange"),
                kind: is_set("allowKindChange"),
            },
        };
        apply(&patch, field, &mut resources, &Schema::builtin())?;
    }
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

/// What kustomize does at the end of a build: annotations become strings.
fn finished(resource: &Resource) -> Json {
    let mut json = json(&resource.node);
    if let Some(Json::Object(annotations)) = json.pointer_mut("/metadata/annotations") {
        for value in annotations.values_mut() {
            match value {
                Json::String(_) => {}
                Json::Array(_) | Json::Object(_) => *value = Json::String(String::new()),
                Json::Null => *value = Json::String("null".to_owned()),
                Json::Bool(_) | Json::Number(_) => {
                    let text = value.to_string();
                    *value = Json::String(text.trim_end_matches(".0").to_owned());
                }
            }
        }
    }
    json
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
