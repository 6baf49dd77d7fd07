//! What the OpenAPI definitions of `crds` say about fields (`api/internal/accumulator/loadconfigfromcrds.go`).

use super::{NameReferences, Section, TransformerConfig};
use crate::error::RenderError;
use crate::kustomize::field_spec::FieldSpec;
use crate::kustomize::gvk::Gvk;
use crate::node::{Map, Node};

/// Reads a file of `crds`: a mapping from type names to OpenAPI definitions. Labels, annotations, names and name
/// references are marked by `x-kubernetes-…` extensions there.
///
/// # Errors
///
/// Returns an error if the file is not such a mapping, or if its definitions contradict each other.
pub fn read_crds(node: &Node) -> Result<TransformerConfig, RenderError> {
    let Some(types) = node.map() else {
        let message = "this must be a mapping from type names to OpenAPI definitions";
        return Err(RenderError::at(node.location(), message));
    };
    let mut config = TransformerConfig::default();
    for entry in &types.entries {
        let Some(properties) = properties(&entry.value) else {
            continue;
        };
        let is_object = ["kind", "apiVersion", "metadata"]
            .iter()
            .all(|name| properties.get(name).is_some());
        if !is_object {
            continue;
        }
        let name = entry.key.as_str();
        let kind = name.rsplit('.').next().unwrap_or(name);
        let mut walk = Walk {
            types,
            gvk: Gvk {
                kind: kind.to_owned(),
                ..Gvk::default()
            },
            path: Vec::new(),
            open: Vec::new(),
            config: &mut config,
        };
        walk.definition(name)?;
    }
    config.sort();
    Ok(config)
}

fn properties(definition: &Node) -> Option<&Map> {
    field(field(definition, "Schema")?, "properties")?.map()
}

/// A field as Go's JSON decoder finds it: without regard to case.
fn field<'n>(node: &'n Node, name: &str) -> Option<&'n Node> {
    let entries = node.map()?.entries.iter().rev();
    entries
        .filter(|entry| entry.key.as_str().eq_ignore_ascii_case(name))
        .map(|entry| &entry.value)
        .next()
}

struct Walk<'c> {
    types: &'c Map,
    gvk: Gvk,
    path: Vec<&'c str>,
    /// Types that lead here. kustomize does not end on a type that contains itself; its fields are not followed again.
    open: Vec<&'c str>,
    config: &'c mut TransformerConfig,
}

impl<'c> Walk<'c> {
    fn definition(&mut self, name: &'c str) -> Result<(), RenderError> {
        let Some(properties) = self.types.get(name).and_then(properties) else {
            return Ok(());
        };
        if self.open.contains(&name) {
            return Ok(());
        }
        self.open.push(name);
        for entry in &properties.entries {
            self.path.push(entry.key.as_str());
            self.property(&entry.value)?;
            self.path.pop();
        }
        self.open.pop();
        Ok(())
    }

    fn property(&mut self, property: &'c Node) -> Result<(), RenderError> {
        let mark = |name: &str| field(property, name).and_then(Node::str);
        let sections = [
            ("x-kubernetes-annotation", Section::CommonAnnotations),
            ("x-kubernetes-label-selector", Section::CommonLabels),
            ("x-kubernetes-identity", Section::NamePrefix),
        ];
        for (name, section) in sections {
            if mark(name).is_some() {
                let spec = self.spec(property, None);
                self.config.add(section, spec)?;
            }
        }
        let version = mark("x-kubernetes-object-ref-api-version");
        let kind = mark("x-kubernetes-object-ref-kind");
        if let (Some(version), Some(kind)) = (version, kind) {
            let key = mark("x-kubernetes-object-ref-name-key").unwrap_or("name");
            let references = NameReferences {
                target: Gvk {
                    group: String::new(),
                    version: version.to_owned(),
                    kind: kind.to_owned(),
                },
                referrers: vec![self.spec(property, Some(key))],
            };
            self.config.merge_references(&references)?;
        }
        match mark("$ref") {
            Some(name) => self.definition(name),
            None => Ok(()),
        }
    }

    fn spec(&self, property: &Node, last: Option<&str>) -> FieldSpec {
        let parts: Vec<&str> = self.path.iter().copied().chain(last).collect();
        FieldSpec {
            gvk: self.gvk.clone(),
            path: parts.join("/"),
            create: false,
            place: property.location(),
        }
    }
}
