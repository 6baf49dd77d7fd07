//! `ValueAddTransformer`: sets one value in many fields.

use std::rc::Rc;

use super::build::Role;
use super::decode::{Decode, Integer, Strictness, record};
use super::gvk::Gvk;
use super::kustomization::SelectorFields;
use super::loader::Directory;
use super::path;
use super::resource::Resource;
use super::select::Selector;
use super::target::{Builder, selector};
use super::transform::{Namespace, Subjects};
use crate::error::RenderError;
use crate::node::{Node, Scalar, Value};
use crate::scalar::ScalarType;
use crate::{Origin, Text};

record! {
    /// Configuration.
    pub(crate) struct Fields {
        /// The value; the name of the directory if it is not set.
        "value" value: Text,
        /// Where it goes.
        "targets" targets: Vec<TargetFields>,
        /// File with more targets.
        "targetFilePath" file: Text,
    }
}

record! {
    /// Where the value goes.
    pub(crate) struct TargetFields {
        /// The objects; all if it is not set.
        "selector" selector: Option<SelectorFields>,
        /// The field.
        "fieldPath" field_path: Text,
        /// Where in a file path the value is inserted, from 1; 0 replaces the field.
        "filePathPosition" position: Integer,
    }
}

/// A value and where it goes.
#[derive(Clone, Debug)]
pub(super) struct ValueAdd {
    value: Text,
    targets: Vec<(Option<Selector>, TargetFields)>,
}

impl ValueAdd {
    /// Reads the configuration.
    ///
    /// # Errors
    ///
    /// There is no target, or a target without a field.
    pub(crate) fn read(
        node: &Node,
        directory: &Rc<Directory>,
        builder: &mut Builder<'_, '_>,
    ) -> Result<Self, RenderError> {
        let mut fields = Fields::decode(node, Strictness::Plugin)?;
        let string = fields.value.as_str();
        let start = string.len() - string.trim_start().len();
        let mut value = fields.value.slice(start..start + string.trim().len());
        if value.is_empty() {
            let name = directory.root.file_name().unwrap_or_default();
            let origin = node.location().map_or(Origin::Nowhere, Origin::made_at);
            value = Text::new(name.to_string_lossy(), origin);
        }
        if !fields.file.is_empty()
            && let Some(file) = builder.file(directory, &fields.file, Role::Configuration)?
            && let Some(document) = builder.document(file)?
        {
            let more = Fields::decode(&document, Strictness::Plugin)?;
            fields.targets.extend(more.targets);
        }
        if fields.targets.is_empty() {
            return Err(RenderError::at(
                node.location(),
                "the transformer has no target",
            ));
        }
        for target in &fields.targets {
            if target.field_path.is_empty() {
                return Err(RenderError::at(
                    target.place,
                    "the target has no `fieldPath`",
                ));
            }
            if target.position.value < 0 {
                return Err(RenderError::at(
                    target.position.text.location(),
                    "`filePathPosition` must not be negative",
                ));
            }
        }
        let targets = fields.targets.into_iter();
        let targets = targets.map(|target| (target.selector.as_ref().map(selector), target));
        Ok(Self {
            value,
            targets: targets.collect(),
        })
    }

    /// Sets the value.
    ///
    /// # Errors
    ///
    /// A selector is invalid, or a field is not a scalar.
    pub(crate) fn apply(&self, resources: &mut [Resource]) -> Result<(), RenderError> {
        for (selector, target) in &self.targets {
            let selected = match selector {
                Some(selector) => selector.select(resources)?,
                None => (0..resources.len()).collect(),
            };
            for at in selected {
                let resource = &mut resources[at];
                if target.field_path == "metadata/namespace" {
                    let gvk: Gvk = resource.gvk();
                    let namespace = Namespace {
                        name: &self.value,
                        specs: &[],
                        unset_only: false,
                        subjects: Subjects::NamedDefault,
                    };
                    namespace.set_in(&mut resource.node, &gvk)?;
                } else {
                    self.set(&mut resource.node, target)?;
                    super::shared::spread(resource);
                }
            }
        }
        Ok(())
    }

    fn set(&self, object: &mut Node, target: &TargetFields) -> Result<(), RenderError> {
        let mut node = object;
        for name in path::split(target.field_path.as_str(), '/') {
            let place = node.location();
            let Some(map) = node.map_mut() else {
                return Err(RenderError::at(
                    place,
                    format!("expected a mapping with `{name}`"),
                ));
            };
            if map.get(&name).is_none() {
                let key = Text::new(name.as_str(), self.made());
                map.set(Scalar::string(key), Node::empty_map(self.value.location()));
            }
            let Some(next) = map.get_mut(&name) else {
                return Ok(());
            };
            node = next;
        }
        let old = match &node.value {
            Value::Scalar(scalar) => scalar.text.clone(),
            Value::Map(map) if map.is_empty() => Text::default(),
            Value::Map(_) | Value::List(_) => {
                return Err(RenderError::at(node.location(), "expected a scalar"));
            }
        };
        let text = match usize::try_from(target.position.value) {
            Ok(position @ 1..) => self.inserted(&old, position - 1),
            _ => self.value.clone(),
        };
        let kind = ScalarType::of_plain(text.as_str());
        *node = Node::scalar(Scalar {
            kind,
            ..Scalar::string(text)
        });
        Ok(())
    }

    fn made(&self) -> Origin {
        self.value
            .location()
            .map_or(Origin::Nowhere, Origin::made_at)
    }

    /// The path with the value inserted before its part `position`, from 0 (`InsertPathPart`).
    fn inserted(&self, path: &Text, position: usize) -> Text {
        let is_absolute = path.as_str().starts_with('/');
        let mut parts: Vec<Text> = Vec::new();
        let mut start = 0;
        for part in path.as_str().split('/') {
            if !part.is_empty() && part != "." {
                parts.push(path.slice(start..start + part.len()));
            }
            start += part.len() + 1;
        }
        parts.insert(position.min(parts.len()), self.value.clone());
        let slash = Text::new("/", self.made());
        let mut joined = Text::default();
        for (at, part) in parts.iter().enumerate() {
            if at > 0 || is_absolute {
                joined.push(&slash);
            }
            joined.push(part);
        }
        joined
    }
}
