//! The objects of a build while they are collected (`api/internal/accumulator`, `api/resmap`).

use std::sync::Arc;

use podwright_syntax::text::Location;
use rustc_hash::{FxHashMap, FxHashSet};

use super::config::TransformerConfig;
use super::generate::base64_lines;
use super::gvk::ResId;
use super::provenance;
use super::resource::{Behavior, Resource};
use crate::Text;
use crate::error::RenderError;
use crate::node::{Entry, Map, Node, Scalar, Value};

/// How to stay below the limits.
const SPLIT: &str = "split the kustomization";

/// Most values that all objects of a build may have together.
const MAX_VALUES: usize = 5_000_000;

/// Most objects of a build.
const MAX_OBJECTS: usize = 20_000;

/// Objects, and what later steps need to know about them.
#[derive(Clone, Debug, Default)]
pub(super) struct Accumulated {
    resources: Vec<Resource>,
    /// Identities of the objects, as long as nothing changed them.
    known: Option<FxHashSet<ResId>>,
    /// Indexes of the objects by their names, and by those that they had, as long as nothing changed them.
    named: Option<FxHashMap<String, Vec<usize>>>,
    /// Which fields transformers change.
    pub config: Arc<TransformerConfig>,
    /// Variables that kustomizations declared.
    pub variables: super::variables::Variables,
    /// Number of values in the objects when they were added.
    values: usize,
}

impl Accumulated {
    /// The objects.
    pub(crate) fn resources(&self) -> &[Resource] {
        &self.resources
    }

    /// The objects, to change them.
    pub(crate) fn resources_mut(&mut self) -> &mut Vec<Resource> {
        self.known = None;
        self.named = None;
        &mut self.resources
    }

    /// The objects.
    pub(crate) fn into_resources(self) -> Vec<Resource> {
        self.resources
    }

    /// Adds objects (`AppendAll`). `entry` asked for them.
    ///
    /// # Errors
    ///
    /// There is an object with the same identity, or the build is too large.
    pub(crate) fn append(
        &mut self,
        resources: Vec<Resource>,
        entry: Option<Location>,
    ) -> Result<(), RenderError> {
        for resource in resources {
            self.append_one(resource, entry)?;
        }
        Ok(())
    }

    fn append_one(
        &mut self,
        resource: Resource,
        entry: Option<Location>,
    ) -> Result<(), RenderError> {
        let resources = &self.resources;
        let known = self.known.get_or_insert_with(|| {
            let ids = resources.iter().map(|resource| normal(resource.id()));
            ids.collect()
        });
        let id = resource.id();
        if !known.insert(normal(id.clone())) {
            let message = format!("there is already an object `{id}`");
            let error = RenderError::at(resource.origin.or(entry), message)
                .help("remove one of them; each kind, name and namespace can be there once");
            return Err(match entry {
                Some(entry) if error.place != Some(entry) => error.through(entry),
                _ => error,
            });
        }
        self.values += resource.node.size();
        if self.values > MAX_VALUES || self.resources.len() >= MAX_OBJECTS {
            let message = format!(
                "the build has more than {MAX_OBJECTS} objects or more than {MAX_VALUES} values"
            );
            let place = entry.or(resource.origin);
            return Err(RenderError::limit(place, message, SPLIT));
        }
        if let Some(named) = &mut self.named {
            add_names(named, &resource, self.resources.len());
        }
        self.resources.push(resource);
        Ok(())
    }

    /// Adds everything of another accumulation (`MergeAccumulator`).
    ///
    /// # Errors
    ///
    /// As [`Self::append`], or configurations or variables contradict each other.
    pub(crate) fn merge(
        &mut self,
        other: Self,
        entry: Option<Location>,
    ) -> Result<(), RenderError> {
        self.append(other.resources, entry)?;
        self.config = self.config.merge(&other.config)?;
        self.variables.merge(other.variables)
    }

    /// Adds a generated object, or replaces or merges the one with its identity (`AbsorbAll`).
    ///
    /// # Errors
    ///
    /// The behavior does not fit: there is such an object, or none, or several.
    pub(crate) fn absorb(&mut self, resource: Resource) -> Result<(), RenderError> {
        let id = resource.id();
        let place = resource.origin;
        let resources = &self.resources;
        let named = self.named.get_or_insert_with(|| {
            let mut named = FxHashMap::default();
            for (resource, at) in resources.iter().zip(0..) {
                add_names(&mut named, resource, at);
            }
            named
        });
        let same_name = named.get(&id.name).into_iter().flatten().copied();
        let matches: Vec<usize> = same_name
            .filter(|&at| {
                let own = &self.resources[at];
                id.is_same(&own.id()) || own.previous_ids().iter().any(|own| id.is_same(own))
            })
            .collect();
        match (matches[..].first(), matches.len(), resource.behavior) {
            (None, _, Behavior::Merge | Behavior::Replace) => Err(RenderError::absence(
                place,
                format!("there is no object `{id}` to merge with or to replace"),
            )),
            (None, ..) => self.append_one(resource, place),
            (Some(&at), 1, behavior @ (Behavior::Merge | Behavior::Replace)) => {
                let old = &self.resources[at];
                let merged = match behavior {
                    Behavior::Merge => merged(resource, old)?,
                    _ => with_metadata_of(resource, old),
                };
                self.resources[at] = merged;
                self.known = None;
                self.named = None;
                Ok(())
            }
            (Some(_), 1, _) => Err(RenderError::at(
                place,
                format!(
                    "there is already an object `{id}`; set `behavior` to `merge` or `replace`"
                ),
            )),
            _ => Err(RenderError::at(
                place,
                format!("several objects were `{id}`; it is not clear which one is meant"),
            )),
        }
    }
}

fn add_names(named: &mut FxHashMap<String, Vec<usize>>, resource: &Resource, at: usize) {
    let previous = resource.previous_ids().into_iter().map(|id| id.name);
    for name in previous.chain([resource.id().name]) {
        let list = named.entry(name).or_default();
        if list.last() != Some(&at) {
            list.push(at);
        }
    }
}

/// The identity for comparisons.
pub(super) fn normal(mut id: ResId) -> ResId {
    id.namespace = id.effective_namespace().to_owned();
    id
}

/// The object with the metadata of `old`, and labels and annotations of both
/// (`CopyMergeMetaDataFieldsFrom`).
fn with_metadata_of(mut new: Resource, old: &Resource) -> Resource {
    for field in ["labels", "annotations"] {
        let path = ["metadata", field];
        let pairs = both(old.node.at(&path), new.node.at(&path));
        set_metadata(&mut new.node, field, pairs);
    }
    if let Some(metadata) = new.node.get_mut("metadata").and_then(Node::map_mut) {
        for field in ["name", "namespace"] {
            match old.node.at(&["metadata", field]) {
                Some(value) if value.str().is_some_and(|text| !text.is_empty()) => {
                    metadata.set(Scalar::string(Text::constant(field)), value.clone());
                }
                _ => {
                    metadata.remove(field);
                }
            }
        }
    }
    new.needs_hash &= old.needs_hash;
    new.hash_disabled_by = new.hash_disabled_by.or(old.hash_disabled_by);
    new.previous.clone_from(&old.previous);
    new.prefixes.clone_from(&old.prefixes);
    new.suffixes.clone_from(&old.suffixes);
    new.behavior = old.behavior;
    new.referred_by.clone_from(&old.referred_by);
    new.variables.clone_from(&old.variables);
    new
}

fn set_metadata(node: &mut Node, field: &str, pairs: Vec<Entry>) {
    let Some(metadata) = node.get_mut("metadata").and_then(Node::map_mut) else {
        return;
    };
    let key = metadata.remove(field).map(|entry| entry.key);
    if pairs.is_empty() {
        return;
    }
    let key = key.unwrap_or_else(|| Scalar::string(Text::constant(field)));
    metadata.set(key, map_of(pairs));
}

fn map_of(entries: Vec<Entry>) -> Node {
    let place = entries.first().and_then(|entry| entry.key.text.location());
    Node {
        value: Value::Map(Map { entries }),
        place,
    }
}

/// The entries of both mappings as strings, sorted by key. Those of `new` win.
fn both(old: Option<&Node>, new: Option<&Node>) -> Vec<Entry> {
    let mut map = Map::default();
    for node in [old, new].into_iter().flatten() {
        let entries = node.map().map(|map| map.entries.as_slice());
        for entry in entries.unwrap_or_default() {
            let mut value = Scalar::string(entry.value.text().cloned().unwrap_or_default());
            if entry.value.is_null() {
                value.text = Text::default();
            }
            let mut key = entry.key.clone();
            key.kind = crate::scalar::ScalarType::String;
            map.remove(key.as_str());
            map.entries.push(Entry {
                key,
                value: Node::scalar(value),
            });
        }
    }
    map.entries
        .sort_by(|one, other| one.key.as_str().cmp(other.key.as_str()));
    map.entries
}

/// The data of both objects (`MergeDataMapFrom`).
fn merged(new: Resource, old: &Resource) -> Result<Resource, RenderError> {
    let normalized;
    let data = match (new.kind(), old.node.get("stringData")) {
        ("Secret", Some(strings)) if new.gvk().group.is_empty() && new.gvk().version == "v1" => {
            normalized = with_encoded(old.node.get("data"), strings)?;
            Some(&normalized)
        }
        _ => old.node.get("data"),
    };
    let data = both(data, new.node.get("data"));
    let binary = both(old.node.get("binaryData"), new.node.get("binaryData"));
    let mut new = with_metadata_of(new, old);
    if let Some(origin) = provenance::origin(old) {
        provenance::set(&mut new, provenance::ORIGIN, origin);
    }
    if let Some(object) = new.node.map_mut() {
        for (field, entries) in [("data", data), ("binaryData", binary)] {
            let key = object.remove(field).map(|entry| entry.key);
            if !entries.is_empty() {
                let key = key.unwrap_or_else(|| Scalar::string(Text::constant(field)));
                object.set(key, map_of(entries));
            }
        }
    }
    Ok(new)
}

/// `data` with the encoded strings of `stringData` (`normalizeSecretStringData`).
fn with_encoded(data: Option<&Node>, strings: &Node) -> Result<Node, RenderError> {
    let mut entries = Vec::new();
    let map = strings.map().map(|map| map.entries.as_slice());
    for entry in map.unwrap_or_default() {
        let Some(scalar) = entry.value.as_scalar() else {
            return Err(RenderError::at(
                entry.value.location(),
                "a value of `stringData` must be a scalar",
            ));
        };
        let text = if scalar.is_null() {
            ""
        } else {
            scalar.as_str()
        };
        let encoded = base64_lines(text.as_bytes());
        let text = match scalar.text.location() {
            Some(by) => scalar.text.derived(encoded, by),
            None => Text::constant(encoded),
        };
        entries.push(Entry {
            key: entry.key.clone(),
            value: Node::string(text),
        });
    }
    let strings = map_of(entries);
    Ok(map_of(both(data, Some(&strings))))
}
