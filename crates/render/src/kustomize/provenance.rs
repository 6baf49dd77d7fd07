//! What `buildMetadata` records in the objects (`api/resource/origin.go`).

use super::gvk::Gvk;
use super::loader::clean;
use super::resource::Resource;
use crate::Text;
use crate::node::{Node, Scalar};

/// Annotation with the file of an object, or its generator.
pub(super) const ORIGIN: &str = "config.kubernetes.io/origin";

/// Annotation with the transformers that changed an object.
pub(super) const TRANSFORMATIONS: &str = "alpha.config.kubernetes.io/transformations";

/// What a build records.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Recorded {
    /// `originAnnotations`
    pub origins: bool,
    /// `transformerAnnotations`
    pub transformers: bool,
}

/// A path below the directory of the build.
pub(super) fn join(base: &str, path: &str) -> String {
    let joined = clean(
        std::path::Path::new(base)
            .join(path.trim_start_matches('/'))
            .as_path(),
    );
    joined.display().to_string()
}

/// The configuration of a generator or transformer.
#[derive(Clone, Debug)]
pub(super) struct ConfiguredBy {
    /// File with the configuration.
    pub file: String,
    /// Type.
    pub gvk: Gvk,
    /// Name; empty for a field of a kustomization.
    pub name: String,
    /// Namespace.
    pub namespace: String,
}

impl ConfiguredBy {
    /// A field of a kustomization.
    pub(crate) fn builtin(file: String, kind: &str) -> Self {
        Self {
            file,
            gvk: Gvk::new("builtin", kind),
            name: String::new(),
            namespace: String::new(),
        }
    }

    /// As YAML, with this start of the first line and of the others.
    fn yaml(&self, first: &str, others: &str) -> String {
        let mut yaml = format!(
            "{first}configuredIn: {}\n{others}configuredBy:\n",
            scalar(&self.file)
        );
        let fields = [
            ("apiVersion", self.gvk.api_version()),
            ("kind", self.gvk.kind.clone()),
            ("name", self.name.clone()),
            ("namespace", self.namespace.clone()),
        ];
        for (name, value) in fields {
            if !value.is_empty() {
                yaml.push_str(&format!("{others}  {name}: {}\n", scalar(&value)));
            }
        }
        yaml
    }
}

fn scalar(text: &str) -> String {
    let node = Node::string(Text::constant(text));
    crate::emit([&node]).0.trim_end().to_owned()
}

/// Records the file of an object.
pub(super) fn set_file(resource: &mut Resource, path: &str) {
    set(resource, ORIGIN, format!("path: {}\n", scalar(path)));
}

/// Records the generator of an object that has no origin yet.
pub(super) fn set_generator(resource: &mut Resource, by: &ConfiguredBy) {
    if get(resource, ORIGIN).is_none() {
        set(resource, ORIGIN, by.yaml("", ""));
    }
}

/// Records a transformer. An object without origin was made by it.
pub(super) fn add_transformer(resource: &mut Resource, by: &ConfiguredBy) {
    if get(resource, ORIGIN).is_none() {
        return set(resource, ORIGIN, by.yaml("", ""));
    }
    let mut all = get(resource, TRANSFORMATIONS).unwrap_or_default();
    all.push_str(&by.yaml("- ", "  "));
    set(resource, TRANSFORMATIONS, all);
}

/// The recorded origin of an object.
pub(super) fn origin(resource: &Resource) -> Option<String> {
    get(resource, ORIGIN)
}

/// Where the configuration of a generator or transformer is, by its recorded origin.
pub(super) fn file_of(resource: &Resource) -> Option<String> {
    let origin = get(resource, ORIGIN)?;
    origin
        .strip_prefix("path: ")
        .map(|path| path.trim().to_owned())
}

/// Sets an annotation.
pub(super) fn set(resource: &mut Resource, key: &str, value: String) {
    let Some(metadata) = resource.node.get_mut("metadata").and_then(Node::map_mut) else {
        return;
    };
    let name = Scalar::string(Text::constant("annotations"));
    let is_map = metadata
        .get("annotations")
        .is_some_and(|value| value.map().is_some());
    if !is_map {
        metadata.set(name, Node::empty_map(None));
    }
    if let Some(map) = metadata.get_mut("annotations").and_then(Node::map_mut) {
        map.set(
            Scalar::string(Text::constant(key)),
            Node::string(Text::constant(value)),
        );
    }
}

fn get(resource: &Resource, key: &str) -> Option<String> {
    let annotation = resource.node.at(&["metadata", "annotations", key])?;
    annotation.str().map(str::to_owned)
}
