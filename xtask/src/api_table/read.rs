//! Merges the definitions of all releases: every type and field with the releases that have it.

use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;

use serde_json::Value;

/// Minor version of the first release in the table; bit 0 of every mask.
pub(super) const FIRST: u16 = 25;

/// Shape of a value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Shape {
    Any,
    Text,
    Bytes,
    Time,
    Boolean,
    Int32,
    Int64,
    Number,
    Quantity,
    IntOrString,
    List(Box<Self>),
    Map(Box<Self>),
    Type(String),
}

/// One form of a field, and the releases that have this form.
#[derive(Debug, Default)]
pub(super) struct Field {
    pub(super) releases: u16,
    pub(super) required: u16,
    pub(super) sentence: String,
}

/// Properties that distinguish two forms of a field.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Form {
    pub(super) name: String,
    pub(super) shape: Shape,
}

#[derive(Debug, Default)]
pub(super) struct Type {
    pub(super) releases: u16,
    pub(super) sentence: String,
    pub(super) fields: BTreeMap<Form, Field>,
    /// By field: the list type and its keys in the newest release (`map name`), and the key of a strategic merge.
    pub(super) lists: BTreeMap<String, (String, String)>,
}

#[derive(Debug, Default)]
pub(super) struct Definitions {
    pub(super) types: BTreeMap<String, Type>,
    /// By group, version and kind: the type, and the releases that serve it.
    pub(super) kinds: BTreeMap<(String, String, String), (String, u16)>,
}

/// Reads every `v1.NN.0.json` in `directory`.
pub(super) fn releases(directory: &Path) -> Result<Definitions, Box<dyn Error>> {
    let mut all = Definitions::default();
    let mut minors: Vec<u16> = std::fs::read_dir(directory)?
        .filter_map(|file| {
            let name = file.ok()?.file_name().into_string().ok()?;
            name.strip_prefix("v1.")?.split('.').next()?.parse().ok()
        })
        .collect();
    minors.sort_unstable();
    for minor in minors {
        let text = std::fs::read_to_string(directory.join(format!("v1.{minor}.0.json")))?;
        let document: Value = serde_json::from_str(&text)?;
        let definitions = document["$defs"].as_object().ok_or("no $defs")?;
        for (name, definition) in definitions {
            all.add(name, definition, 1 << (minor - FIRST))?;
        }
    }
    Ok(all)
}

impl Definitions {
    fn add(&mut self, name: &str, definition: &Value, bit: u16) -> Result<(), Box<dyn Error>> {
        // Types that are not records are represented as shapes wherever they are used.
        if special(name, definition).is_some() {
            return Ok(());
        }
        let short = short(name);
        let own = self.types.entry(short.clone()).or_default();
        own.releases |= bit;
        own.sentence = first_sentence(&definition["description"]);
        let required: Vec<&str> = texts(&definition["required"]);
        let properties = definition["properties"].as_object();
        for (name, property) in properties.into_iter().flatten() {
            let form = Form {
                name: name.clone(),
                shape: shape(property)?,
            };
            let field = own.fields.entry(form).or_default();
            field.releases |= bit;
            if required.contains(&name.as_str()) {
                field.required |= bit;
            }
            field.sentence = first_sentence(&property["description"]);
            let kind = property["x-kubernetes-list-type"].as_str().unwrap_or("");
            let keys = texts(&property["x-kubernetes-list-map-keys"]);
            let list = std::iter::once(kind)
                .chain(keys)
                .collect::<Vec<_>>()
                .join(" ");
            let merge = property["x-kubernetes-patch-merge-key"]
                .as_str()
                .unwrap_or("");
            own.lists.insert(name.clone(), (list, merge.to_owned()));
        }
        let kinds = definition["x-kubernetes-group-version-kind"].as_array();
        for kind in kinds.into_iter().flatten() {
            let text = |key: &str| kind[key].as_str().unwrap_or("").to_owned();
            // Responses and options of the API, which do not occur in files.
            if ["DeleteOptions", "WatchEvent", "Status"].contains(&&*text("kind")) {
                continue;
            }
            let key = (text("group"), text("version"), text("kind"));
            let kind = self.kinds.entry(key).or_default();
            kind.0.clone_from(&short);
            kind.1 |= bit;
        }
        Ok(())
    }
}

fn shape(schema: &Value) -> Result<Shape, Box<dyn Error>> {
    if let Some(reference) = schema["$ref"].as_str() {
        let name = reference.rsplit('/').next().unwrap_or(reference);
        return Ok(special(name, &Value::Null).unwrap_or_else(|| Shape::Type(short(name))));
    }
    let kind = match &schema["type"] {
        Value::Array(kinds) => kinds
            .iter()
            .filter_map(Value::as_str)
            .find(|kind| *kind != "null"),
        kind => kind.as_str(),
    };
    Ok(match (kind, schema["format"].as_str()) {
        (Some("string"), Some("byte")) => Shape::Bytes,
        (Some("string"), Some("date-time")) => Shape::Time,
        (Some("string"), _) => Shape::Text,
        (Some("boolean"), _) => Shape::Boolean,
        (Some("integer"), Some("int32")) => Shape::Int32,
        (Some("integer"), _) => Shape::Int64,
        (Some("number"), _) => Shape::Number,
        (Some("array"), _) => Shape::List(Box::new(shape(&schema["items"])?)),
        (Some("object"), _) if schema["additionalProperties"].is_object() => {
            Shape::Map(Box::new(shape(&schema["additionalProperties"])?))
        }
        (Some("object") | None, _) => Shape::Any,
        other => return Err(format!("invalid type {other:?}").into()),
    })
}

/// Returns the shape of a type that is not a record.
fn special(name: &str, definition: &Value) -> Option<Shape> {
    let last = name.rsplit('.').next()?;
    Some(match last {
        "Quantity" => Shape::Quantity,
        "IntOrString" => Shape::IntOrString,
        "Time" | "MicroTime" => Shape::Time,
        "RawExtension"
        | "FieldsV1"
        | "JSON"
        | "Patch"
        | "JSONSchemaPropsOrArray"
        | "JSONSchemaPropsOrBool"
        | "JSONSchemaPropsOrStringArray" => Shape::Any,
        // A string in some releases and a record in others.
        _ if definition["type"] == "string" => Shape::Text,
        _ => return None,
    })
}

/// Returns the name of a type in the table: `core.v1.Container` for `io.k8s.api.core.v1.Container`.
fn short(name: &str) -> String {
    let prefixes = [
        "io.k8s.api.",
        "io.k8s.apimachinery.pkg.apis.",
        "io.k8s.apimachinery.pkg.",
    ];
    let others = [
        "io.k8s.apiextensions-apiserver.pkg.apis.",
        "io.k8s.kube-aggregator.pkg.apis.",
    ];
    let mut prefixes = prefixes.into_iter().chain(others);
    prefixes
        .find_map(|prefix| name.strip_prefix(prefix))
        .unwrap_or(name)
        .to_owned()
}

fn texts(list: &Value) -> Vec<&str> {
    list.as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect()
}

/// Returns the first sentence of a description, on one line.
fn first_sentence(description: &Value) -> String {
    let text = description.as_str().unwrap_or("");
    let paragraph = text.split("\n\n").next().unwrap_or("");
    let words: Vec<&str> = paragraph.split_whitespace().collect();
    let is_end = |at: &usize| {
        let word = words[*at].trim_end_matches(['"', ')', '\'', '`']);
        let next = words.get(at + 1).and_then(|word| word.chars().next());
        word.ends_with(['.', '!'])
            && !["e.g.", "i.e.", "etc.", "vs.", "cf."]
                .iter()
                .any(|short| word.ends_with(short))
            && next.is_none_or(|c| !c.is_lowercase())
    };
    let end = (0..words.len())
        .find(is_end)
        .map_or(words.len(), |at| at + 1);
    words[..end].join(" ")
}
