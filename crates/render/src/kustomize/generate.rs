//! Generated ConfigMaps and Secrets (`api/internal/generators`).

mod source;

use std::rc::Rc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use podwright_syntax::NodeKind;
use podwright_syntax::text::Location;

use super::kustomization::{GeneratorArgs, GeneratorOptions};
use super::loader::Directory;
use super::resource::{Behavior, Resource};
use crate::error::RenderError;
use crate::node::{Entry, Map, Node, Scalar, Value};
use crate::scalar::ScalarType;
use crate::{Origin, Text};

pub(super) use source::{Content, Inputs, content_of};

/// What is generated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Generated {
    /// A ConfigMap.
    ConfigMap,
    /// A Secret.
    Secret,
}

/// Makes the object.
///
/// # Errors
///
/// A file is missing, an entry is malformed, or a key is set twice.
pub(super) fn generate(
    kind: Generated,
    args: &GeneratorArgs,
    options: &GeneratorOptions,
    directory: &Rc<Directory>,
    inputs: &mut dyn Inputs,
) -> Result<Resource, RenderError> {
    if args.name.is_empty() {
        return Err(RenderError::at(args.place, "the generator has no `name`"));
    }
    let name = match kind {
        Generated::ConfigMap => "ConfigMap",
        Generated::Secret => "Secret",
    };
    let mut object = Map::default();
    let constant = |text: &str| Node::string(Text::constant(text));
    set(&mut object, "apiVersion", constant("v1"));
    set(&mut object, "kind", constant(name));
    set(&mut object, "metadata", metadata(args, options));
    if kind == Generated::Secret {
        let value = match args.kind.is_empty() {
            true => Text::constant("Opaque"),
            false => args.kind.clone(),
        };
        set(&mut object, "type", Node::string(value));
    }
    let pairs = source::pairs(args, directory, inputs)?;
    set_data(&mut object, kind, pairs, args.place);
    if options.immutable {
        let value = Scalar {
            text: Text::constant("true"),
            kind: ScalarType::Bool,
            style: NodeKind::Plain,
            shared: None,
        };
        set(&mut object, "immutable", Node::scalar(value));
    }
    let mut resource = Resource::new(Node {
        value: Value::Map(object),
        place: args.place,
    });
    resource.needs_hash = !options.disable_name_suffix_hash.is_set();
    resource.hash_disabled_by = options.disable_name_suffix_hash.set_by();
    resource.generator = args.place;
    resource.behavior = match args.behavior.as_str() {
        "create" => Behavior::Create,
        "replace" => Behavior::Replace,
        "merge" => Behavior::Merge,
        _ => Behavior::Unspecified,
    };
    Ok(resource)
}

/// The options of a generator with the defaults of the kustomization (`MergeGlobalOptionsIntoLocal`).
pub(super) fn merged_options(
    own: Option<&GeneratorOptions>,
    defaults: Option<&GeneratorOptions>,
) -> GeneratorOptions {
    let mut merged = own.cloned().unwrap_or_default();
    let Some(defaults) = defaults else {
        return merged;
    };
    let maps = [
        (&mut merged.labels, &defaults.labels),
        (&mut merged.annotations, &defaults.annotations),
    ];
    for (own, defaults) in maps {
        for (key, value) in &defaults.pairs {
            if own.get(key.as_str()).is_none() {
                own.pairs.push((key.clone(), value.clone()));
            }
        }
        own.pairs
            .sort_by(|(one, _), (other, _)| one.as_str().cmp(other.as_str()));
    }
    if !merged.disable_name_suffix_hash.is_set() {
        merged.disable_name_suffix_hash = defaults.disable_name_suffix_hash;
    }
    merged.immutable |= defaults.immutable;
    merged
}

fn set(map: &mut Map, key: &str, value: Node) {
    map.set(Scalar::string(Text::constant(key)), value);
}

fn metadata(args: &GeneratorArgs, options: &GeneratorOptions) -> Node {
    let mut metadata = Map::default();
    set(&mut metadata, "name", Node::string(args.name.clone()));
    if !args.namespace.is_empty() {
        set(
            &mut metadata,
            "namespace",
            Node::string(args.namespace.clone()),
        );
    }
    let maps = [
        ("labels", &options.labels),
        ("annotations", &options.annotations),
    ];
    for (field, map) in maps {
        if map.pairs.is_empty() {
            continue;
        }
        let entries = map.pairs.iter().map(|(key, value)| Entry {
            key: Scalar::string(key.clone()),
            value: Node::string(value.clone()),
        });
        let value = Value::Map(Map {
            entries: entries.collect(),
        });
        let place = map.pairs.first().and_then(|(key, _)| key.location());
        set(&mut metadata, field, Node { value, place });
    }
    Node {
        value: Value::Map(metadata),
        place: args.place,
    }
}

/// Sets `data` and `binaryData`, sorted by key (`LoadMapIntoConfigMapData`, `LoadMapIntoSecretData`).
fn set_data(
    object: &mut Map,
    kind: Generated,
    mut pairs: Vec<source::Pair>,
    place: Option<Location>,
) {
    pairs.sort_by(|one, other| one.key.as_str().cmp(other.key.as_str()));
    let empty = || Node::empty_map(place);
    if kind == Generated::Secret {
        set(object, "data", empty());
    }
    for pair in pairs {
        let (field, value) = match (kind, pair.value) {
            (Generated::ConfigMap, Content::Text(text)) | (_, Content::Unknown(text)) => {
                ("data", text)
            }
            (Generated::ConfigMap, Content::Bytes(bytes)) => {
                ("binaryData", made(base64_lines(&bytes), pair.by, &[]))
            }
            (Generated::Secret, Content::Text(text)) => {
                let encoded = base64_lines(text.as_str().as_bytes());
                ("data", made(encoded, pair.by, &text.locations()))
            }
            (Generated::Secret, Content::Bytes(bytes)) => {
                ("data", made(base64_lines(&bytes), pair.by, &[]))
            }
        };
        if object.get(field).is_none() {
            set(object, field, empty());
        }
        let map = object.get_mut(field).and_then(Node::map_mut);
        if let Some(map) = map {
            map.set(Scalar::string(pair.key), Node::string(value));
        }
    }
}

fn made(string: String, by: Option<Location>, from: &[Location]) -> Text {
    let origin = match by {
        Some(by) => Origin::Made {
            by,
            from: from.into(),
        },
        None => Origin::Nowhere,
    };
    Text::new(string, origin)
}

/// Base64 in lines of 70 characters; without a line break if it is shorter (`encodeBase64`).
pub(super) fn base64_lines(bytes: &[u8]) -> String {
    const LINE: usize = 70;
    let encoded = STANDARD.encode(bytes);
    if encoded.len() < LINE {
        return encoded;
    }
    let mut lines = String::with_capacity(encoded.len() + encoded.len() / LINE + 1);
    let mut rest = encoded.as_str();
    while !rest.is_empty() {
        let (line, after) = rest.split_at(rest.len().min(LINE));
        lines.push_str(line);
        lines.push('\n');
        rest = after;
    }
    lines
}

/// The ServiceAccount of an `IAMPolicyGenerator` (`api/filters/iampolicygenerator`).
///
/// # Errors
///
/// The cloud is not `gke`.
pub(super) fn iam_policy(node: &Node) -> Result<Resource, RenderError> {
    let text = |path: &[&str]| {
        node.at(path)
            .and_then(Node::text)
            .cloned()
            .unwrap_or_default()
    };
    let cloud = text(&["cloud"]);
    if cloud != "gke" {
        let place = cloud.location().or_else(|| node.location());
        return Err(RenderError::at(place, "the cloud must be `gke`"));
    }
    let account = text(&["serviceAccount", "name"]);
    let project = text(&["serviceAccount", "projectId"]);
    let by = |string: &str| {
        let origin = node.location().map_or(Origin::Nowhere, Origin::made_at);
        Text::new(string, origin)
    };
    let value = Text::concat([
        &account,
        &by("@"),
        &project,
        &by(".iam.gserviceaccount.com"),
    ]);
    let mut annotations = Map::default();
    set(
        &mut annotations,
        "iam.gke.io/gcp-service-account",
        Node::string(value),
    );
    let map = |map: Map| Node {
        value: Value::Map(map),
        place: node.place,
    };
    let mut metadata = Map::default();
    set(&mut metadata, "annotations", map(annotations));
    set(
        &mut metadata,
        "name",
        Node::string(text(&["kubernetesService", "name"])),
    );
    let namespace = text(&["kubernetesService", "namespace"]);
    if !namespace.is_empty() {
        set(&mut metadata, "namespace", Node::string(namespace));
    }
    let mut object = Map::default();
    set(
        &mut object,
        "apiVersion",
        Node::string(Text::constant("v1")),
    );
    set(
        &mut object,
        "kind",
        Node::string(Text::constant("ServiceAccount")),
    );
    set(&mut object, "metadata", map(metadata));
    Ok(Resource::new(map(object)))
}
