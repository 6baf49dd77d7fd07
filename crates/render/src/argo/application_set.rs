//! `ApplicationSet` (`applicationset/controllers/template`, `applicationset/generators`).

mod generators;
mod template;

use std::path::PathBuf;

use podwright_syntax::text::Location;

use crate::files::Sources;
use crate::node::Entry;
use crate::part::Part;
use crate::read::document;
use crate::{Map, Node, RenderError, Scalar, Text, Value};
use generators::Generators;
use template::Language;

/// Most Applications of one set.
const MAX_APPLICATIONS: usize = 1_000;

/// An `ApplicationSet` and what its generators may read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApplicationSet {
    /// The object.
    pub object: Part,
    /// Directories that may be the root of its repository, the most likely first.
    pub roots: Vec<PathBuf>,
    /// Names of its repository; empty if nothing says them.
    pub remotes: Vec<String>,
}

/// What an `ApplicationSet` generates.
#[derive(Clone, Debug, Default)]
pub struct Applications {
    /// The objects.
    pub objects: Vec<Node>,
    /// Generators and templates whose results are not known: where, and what they are.
    pub unknown: Vec<(Option<Location>, String)>,
}

/// Generates the Applications (`GenerateApplications`).
///
/// # Errors
///
/// Returns an error if the object cannot be read, or if there are too many Applications.
pub fn applications(
    sources: &mut Sources<'_>,
    set: &ApplicationSet,
) -> Result<Applications, RenderError> {
    let mut made = Applications::default();
    let Some(object) = set.object.read(sources)? else {
        return Ok(made);
    };
    let (Some(spec), Some(namespace)) = (object.get("spec"), Some(&object)) else {
        return Ok(made);
    };
    let language = Language::read(spec);
    let namespace = namespace.at(&["metadata", "namespace"]).cloned();
    let mut generators = Generators {
        sources,
        set,
        language,
        unknown: Vec::new(),
    };
    let list = spec.get("generators").and_then(Node::list);
    for generator in list.unwrap_or_default() {
        for (parameters, own) in generators.all(generator, None) {
            if made.objects.len() >= MAX_APPLICATIONS {
                let message = format!("the set makes more than {MAX_APPLICATIONS} Applications");
                return Err(RenderError::at(generator.location(), message));
            }
            let template = match (own, spec.get("template")) {
                (Some(own), Some(common)) => filled(own, common),
                (Some(only), None) => only,
                (None, Some(only)) => only.clone(),
                (None, None) => continue,
            };
            match application(template, spec, &parameters, language) {
                Ok(mut application) => {
                    finish(&mut application, namespace.as_ref());
                    made.objects.push(application);
                }
                Err(error) => {
                    let place = error.place.or(generator.location());
                    generators.unknown.push((place, error.message));
                }
            }
        }
    }
    made.unknown = generators.unknown;
    Ok(made)
}

fn application(
    template: Node,
    spec: &Node,
    parameters: &Node,
    language: Language,
) -> Result<Node, RenderError> {
    let mut application = language.apply(template, parameters)?;
    if let Some(patch) = spec.get("templatePatch").and_then(Node::text) {
        let text = language.replaced(patch, parameters)?;
        if let Some(patch) = document(&text)? {
            merge(&mut application, patch);
        }
    }
    Ok(application)
}

/// Makes an object of a rendered template. Its namespace is that of the set.
fn finish(application: &mut Node, namespace: Option<&Node>) {
    let key = |name: &str| Scalar::string(Text::constant(name));
    let entry = |name: &str, value: &str| Entry {
        key: key(name),
        value: Node::string(Text::constant(value)),
    };
    let Some(map) = application.map_mut() else {
        return;
    };
    map.remove("apiVersion");
    map.remove("kind");
    map.entries.insert(0, entry("kind", "Application"));
    map.entries
        .insert(0, entry("apiVersion", "argoproj.io/v1alpha1"));
    if let Some(metadata) = map.get_mut("metadata").and_then(Node::map_mut) {
        metadata.remove("namespace");
        if let Some(namespace) = namespace {
            metadata.set(key("namespace"), namespace.clone());
        }
    }
}

/// `own` with what it does not have from `common` (`mergo.Merge`).
fn filled(own: Node, common: &Node) -> Node {
    let mut own = own;
    let (Some(map), Some(common)) = (own.map_mut(), common.map()) else {
        return own;
    };
    for entry in &common.entries {
        let name = entry.key.as_str();
        match map.get_mut(name) {
            Some(value) if value.map().is_some() => {
                let inner = std::mem::replace(value, Node::empty_map(None));
                *value = filled(inner, &entry.value);
            }
            Some(value) if !is_zero(value) => {}
            _ => map.set(entry.key.clone(), entry.value.clone()),
        }
    }
    own
}

/// Whether Go has the zero value for it.
fn is_zero(node: &Node) -> bool {
    match &node.value {
        Value::Map(map) => map.is_empty(),
        Value::List(items) => items.is_empty(),
        Value::Scalar(scalar) => scalar.is_null() || matches!(scalar.as_str(), "" | "false" | "0"),
    }
}

/// Merges a patch: mappings are merged, everything else is replaced, and null removes.
fn merge(target: &mut Node, patch: Node) {
    let Value::Map(patch) = patch.value else {
        *target = patch;
        return;
    };
    if target.map().is_none() {
        target.value = Value::Map(Map::default());
    }
    let Some(map) = target.map_mut() else {
        return;
    };
    for entry in patch.entries {
        if entry.value.is_null() {
            map.remove(entry.key.as_str());
            continue;
        }
        match map.get_mut(entry.key.as_str()) {
            Some(own) if own.map().is_some() && entry.value.map().is_some() => {
                merge(own, entry.value);
            }
            _ => map.set(entry.key, entry.value),
        }
    }
}
