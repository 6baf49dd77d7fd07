//! The `kustomize` field of an `Application` (`kustomize.Build` of `util/kustomize`), which Argo CD writes into the
//! kustomization with `kustomize edit`.

use super::Environment;
use crate::files::Sources;
use crate::part::Part;
use crate::{Map, Node, RenderError, Scalar, Text, Value};

/// What an `Application` changes in a kustomization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overrides {
    /// The `kustomize` fields, later ones over earlier ones.
    pub fields: Vec<Part>,
    /// Variables for images, labels and annotations.
    pub environment: Environment,
}

/// Changes a kustomization.
///
/// # Errors
///
/// `kustomize edit` stops with the same error.
pub(crate) fn change(
    kustomization: &mut Node,
    overrides: &Overrides,
    sources: &mut Sources<'_>,
) -> Result<(), RenderError> {
    let mut layers = Vec::new();
    for part in &overrides.fields {
        layers.extend(part.read(sources)?);
    }
    let field = |name: &str| {
        let found = layers.iter().rev().find_map(|layer| layer.get(name));
        found.filter(|node| !node.is_null())
    };
    let is_set = |name: &str| field(name).and_then(Node::str) == Some("true");
    let Some(map) = kustomization.map_mut() else {
        return Ok(());
    };
    let environment = &overrides.environment;
    for name in ["namePrefix", "nameSuffix"] {
        if let Some(text) = field(name)
            .and_then(Node::text)
            .filter(|text| !text.is_empty())
        {
            set(map, name, Node::string(text.clone()));
        }
    }
    if let Some(images) = field("images").and_then(Node::list) {
        let images = images.iter().filter_map(Node::text);
        let images = images.map(|image| parsed(&environment.expand_text(image)));
        by_name(map, "images", images.collect::<Result<_, _>>()?);
    }
    if let Some(replicas) = field("replicas").and_then(Node::list) {
        by_name(map, "replicas", replicas.iter().map(with_number).collect());
    }
    if let Some(labels) = field("commonLabels") {
        let pairs = pairs(labels, environment);
        match is_set("labelWithoutSelector") {
            false => add(map, "commonLabels", pairs, is_set("forceCommonLabels"))?,
            true => {
                let mut entry = Node::empty_map(labels.place);
                if let Some(inner) = entry.map_mut() {
                    let mut all = Node::empty_map(labels.place);
                    all.value = Value::Map(pairs);
                    set(inner, "pairs", all);
                    if is_set("labelIncludeTemplates") {
                        set(inner, "includeTemplates", plain("true"));
                    }
                }
                append(map, "labels", [entry]);
            }
        }
    }
    if let Some(annotations) = field("commonAnnotations") {
        let none = Environment::default();
        let environment = match is_set("commonAnnotationsEnvsubst") {
            true => environment,
            false => &none,
        };
        let pairs = match is_set("commonAnnotationsEnvsubst") {
            true => pairs(annotations, environment),
            false => annotations.map().cloned().unwrap_or_default(),
        };
        add(
            map,
            "commonAnnotations",
            pairs,
            is_set("forceCommonAnnotations"),
        )?;
    }
    if let Some(text) = field("namespace")
        .and_then(Node::text)
        .filter(|text| !text.is_empty())
    {
        set(map, "namespace", Node::string(text.clone()));
    }
    if let Some(patches) = field("patches").and_then(Node::list) {
        append(map, "patches", patches.iter().map(with_booleans));
    }
    if let Some(components) = field("components").and_then(Node::list) {
        append(map, "components", components.iter().cloned());
    }
    Ok(())
}

fn set(map: &mut Map, name: &str, value: Node) {
    map.set(Scalar::string(Text::constant(name)), value);
}

fn plain(text: &str) -> Node {
    Node::scalar(Scalar::plain(Text::constant(text)))
}

fn append(map: &mut Map, name: &str, more: impl IntoIterator<Item = Node>) {
    if map.get(name).is_none_or(|list| list.list().is_none()) {
        set(map, name, Node::empty_list(None));
    }
    if let Some(items) = map.get_mut(name).and_then(Node::list_mut) {
        items.extend(more);
    }
}

/// Replaces the entries of a list that have the same `name`, and sorts all by it (`edit set image`, `edit set replicas`).
fn by_name(map: &mut Map, list: &str, new: Vec<Node>) {
    let name = |node: &Node| {
        node.get("name")
            .and_then(Node::str)
            .unwrap_or_default()
            .to_owned()
    };
    let mut all: Vec<Node> = map
        .get(list)
        .and_then(Node::list)
        .map(<[Node]>::to_vec)
        .unwrap_or_default();
    for one in new {
        let own = name(&one);
        all.retain(|known| name(known) != own);
        all.push(one);
    }
    all.sort_by_key(name);
    let mut node = Node::empty_list(None);
    node.value = Value::List(all);
    set(map, list, node);
}

/// `name=new-name:tag`, `name:tag` or `name@digest` as an entry of `images` (`parse` of `edit set image`).
fn parsed(image: &Text) -> Result<Node, RenderError> {
    let string = image.as_str();
    let part = |range: std::ops::Range<usize>| Node::string(image.slice(range));
    let mut entry = Node::empty_map(image.location());
    let Some(map) = entry.map_mut() else {
        return Ok(entry);
    };
    let end = string.len();
    let (start, renames) = match string.find('=') {
        Some(at) if string.matches('=').count() == 1 => {
            set(map, "name", part(0..at));
            (at + 1, true)
        }
        _ => (0, false),
    };
    let rest = &string[start..];
    let key = if renames { "newName" } else { "name" };
    if let Some(at) = rest.find('@') {
        set(map, key, part(start..start + at));
        set(map, "digest", part(start + at + 1..end));
        return Ok(entry);
    }
    let is_tag = |tag: &str| {
        let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
        tag == "*" || tag.chars().all(is_part)
    };
    match rest.rsplit_once(':') {
        Some((name, tag)) if is_tag(tag) => {
            set(map, key, part(start..start + name.len()));
            set(map, "newTag", part(start + name.len() + 1..end));
        }
        _ if renames => set(map, key, part(start..end)),
        // A variable whose value is not known may be the tag.
        _ if string.contains("${") => set(map, key, part(start..end)),
        _ => {
            let message = format!("`{string}` does not have the form of an image for kustomize");
            return Err(RenderError::at(image.location(), message)
                .help("write `name:tag`, `name=new-name:tag` or `name@digest`"));
        }
    }
    // `*` keeps what the kustomization has.
    let keeps = |map: &Map, field: &str| map.get(field).and_then(Node::str) == Some("*");
    for field in ["newName", "newTag"] {
        if keeps(map, field) {
            map.remove(field);
        }
    }
    Ok(entry)
}

/// An entry of `replicas`, whose `count` may be a string (`GetIntCount`).
fn with_number(entry: &Node) -> Node {
    let mut entry = entry.clone();
    if let Some(count) = entry.get_mut("count").and_then(Node::scalar_mut) {
        *count = Scalar::plain(count.text.clone());
    }
    entry
}

/// A patch, whose options are booleans.
fn with_booleans(patch: &Node) -> Node {
    let mut patch = patch.clone();
    if let Some(options) = patch.get_mut("options").and_then(Node::map_mut) {
        for option in &mut options.entries {
            if let Some(value) = option.value.scalar_mut() {
                *value = Scalar::plain(value.text.clone());
            }
        }
    }
    patch
}

/// Labels or annotations with the values of their variables.
fn pairs(node: &Node, environment: &Environment) -> Map {
    let mut map = node.map().cloned().unwrap_or_default();
    for entry in &mut map.entries {
        if let Some(scalar) = entry.value.scalar_mut() {
            scalar.text = environment.expand_text(&scalar.text);
        }
    }
    map
}

/// Adds labels or annotations (`edit add label`).
fn add(map: &mut Map, name: &str, pairs: Map, force: bool) -> Result<(), RenderError> {
    if map.get(name).is_none_or(|own| own.map().is_none()) {
        set(map, name, Node::empty_map(None));
    }
    let Some(own) = map.get_mut(name).and_then(Node::map_mut) else {
        return Ok(());
    };
    for entry in pairs.entries {
        if own.get(entry.key.as_str()).is_some() && !force {
            let key = entry.key.as_str();
            let message = format!("`{key}` is already in `{name}` of the kustomization");
            return Err(RenderError::at(entry.key.text.location(), message)
                .help("remove it from one of them"));
        }
        own.set(entry.key, entry.value);
    }
    Ok(())
}
