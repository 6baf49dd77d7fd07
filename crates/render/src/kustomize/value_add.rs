//! A value that is added to fields (`api/filters/valueadd`, `api/internal/builtins/ValueAddTransformer.go`).

use super::field_spec::{made, set_scalar};
use super::fields::{Fields, Strictness};
use super::path::{index, is_element, split};
use super::replacement::read_selector;
use super::resource::Resource;
use super::select::Selector;
use super::transform::{Namespace, Subjects};
use crate::error::RenderError;
use crate::node::{Node, Scalar, Value};
use crate::text::Text;

/// A `ValueAddTransformer`.
#[derive(Clone, Debug)]
pub struct ValueAdd {
    value: Text,
    targets: Vec<Target>,
}

#[derive(Clone, Debug)]
struct Target {
    selector: Option<Selector>,
    path: Text,
    /// Where in a file path the value is inserted, from 1; 0 replaces the whole.
    position: usize,
}

impl ValueAdd {
    /// Reads the configuration. `root` is the name of the directory of the kustomization, which is the value if none is
    /// set; `more` are the content of the file that `targetFilePath` names.
    ///
    /// # Errors
    ///
    /// Returns an error at a value of a wrong type, and if there is no target.
    pub(super) fn read(node: &Node, root: &str, more: Option<&Node>) -> Result<Self, RenderError> {
        let fields = Fields::new(node, Strictness::Plugin, &[])?;
        let value = fields.text("value")?.map(|text| {
            let string = text.as_str();
            let start = string.len() - string.trim_start().len();
            text.slice(start..start + string.trim().len())
        });
        let mut targets = Vec::new();
        for item in fields.list("targets")? {
            targets.push(Target::read(item)?);
        }
        if let Some(more) = more {
            for item in Fields::new(more, Strictness::Plugin, &[])?.list("targets")? {
                targets.push(Target::read(item)?);
            }
        }
        if targets.is_empty() {
            return Err(RenderError::at(
                node.location(),
                "there must be a target in `targets`",
            ));
        }
        Ok(Self {
            value: value
                .filter(|value| !value.is_empty())
                .unwrap_or_else(|| Text::new(root, made(node.location()))),
            targets,
        })
    }

    /// The file with more targets.
    ///
    /// # Errors
    ///
    /// Returns an error at a value of a wrong type.
    pub(super) fn targets_file(node: &Node) -> Result<Option<Text>, RenderError> {
        Fields::new(node, Strictness::Plugin, &[])?.text("targetFilePath")
    }

    /// Adds the value to the fields of all targets.
    ///
    /// # Errors
    ///
    /// Returns an error where a path does not lead to a scalar.
    pub(super) fn apply(&self, resources: &mut [Resource]) -> Result<(), RenderError> {
        for target in &self.targets {
            let selected = match &target.selector {
                Some(selector) => selector.select(resources)?,
                None => (0..resources.len()).collect(),
            };
            for at in selected {
                self.set(&mut resources[at], target)?;
            }
        }
        Ok(())
    }

    fn set(&self, resource: &mut Resource, target: &Target) -> Result<(), RenderError> {
        if target.path == "metadata/namespace" {
            let namespace = Namespace {
                name: &self.value,
                specs: &[],
                unset_only: false,
                subjects: Subjects::default(),
            };
            let gvk = resource.gvk();
            return namespace.set_in(&mut resource.node, &gvk);
        }
        let field = self.field(&mut resource.node, &target.path)?;
        let old = match &field.value {
            Value::Scalar(scalar) => scalar.text.clone(),
            Value::Map(_) | Value::List(_) => {
                return Err(RenderError::at(
                    field.location().or(target.path.location()),
                    format!("`{}` is not a scalar", target.path),
                ));
            }
        };
        let new = match target.position.checked_sub(1) {
            None => self.value.clone(),
            Some(position) => inserted(&old, position, &self.value),
        };
        set_scalar(field, new)
    }

    /// The field, which is created if it is missing.
    fn field<'n>(&self, node: &'n mut Node, path: &Text) -> Result<&'n mut Node, RenderError> {
        let by = path.location();
        let mut parts = split(&format!("/{path}"), '/');
        parts.retain(|part| !part.trim().is_empty());
        let mut current = node;
        for (at, part) in parts.iter().enumerate() {
            let wrong = |what: &str| {
                RenderError::at(
                    by,
                    format!("the path `{path}` does not fit: `{part}` {what}"),
                )
            };
            if let Some(at) = index(part) {
                let items = current.list_mut().ok_or_else(|| wrong("needs a list"))?;
                let item = usize::try_from(at).ok().and_then(|at| items.get_mut(at));
                current = item.ok_or_else(|| wrong("is not an index of the list"))?;
                continue;
            }
            if part == "-" || part == "*" || is_element(part) {
                return Err(wrong("is not supported here"));
            }
            let map = current.map_mut().ok_or_else(|| wrong("needs a mapping"))?;
            let at_key = match map.index(part) {
                Some(at) => at,
                None => {
                    let value = match parts.get(at + 1) {
                        None => Node::string(Text::new("", made(by))),
                        Some(next) if index(next).is_some() => Node::empty_list(by),
                        Some(_) => Node::empty_map(by),
                    };
                    map.set(Scalar::plain(Text::new(part.as_str(), made(by))), value);
                    map.len() - 1
                }
            };
            current = &mut map.entries[at_key].value;
        }
        Ok(current)
    }
}

impl Target {
    fn read(node: &Node) -> Result<Self, RenderError> {
        let strictness = Strictness::Plugin;
        let fields = Fields::new(node, strictness, &[])?;
        let selector = fields
            .get("selector")
            .map(|node| read_selector(node, strictness));
        let path = fields.text("fieldPath")?;
        let path =
            path.ok_or_else(|| RenderError::at(node.location(), "`fieldPath` must be set"))?;
        let position = fields.integer("filePathPosition")?;
        let position = match position {
            None => 0,
            Some((value, text)) => usize::try_from(value).map_err(|_| {
                RenderError::at(text.location(), "`filePathPosition` must not be negative")
            })?,
        };
        Ok(Self {
            selector: selector.transpose()?,
            path,
            position,
        })
    }
}

/// A file path with a part inserted (`filesys.InsertPathPart`).
fn inserted(path: &Text, position: usize, part: &Text) -> Text {
    let string = path.as_str();
    let start = usize::from(string.starts_with('/'));
    let separator = Text::new("/", made(part.location()));
    let names: Vec<(usize, &str)> = string[start..]
        .split('/')
        .scan(start, |at, name| {
            let own = *at;
            *at += name.len() + 1;
            Some((own, name))
        })
        .filter(|(_, name)| !name.is_empty())
        .collect();
    if names.is_empty() {
        return Text::concat([&path.slice(0..start), part]);
    }
    match names.get(position) {
        Some((at, _)) => Text::concat([
            &path.slice(0..*at),
            part,
            &separator,
            &path.slice(*at..string.len()),
        ]),
        None => {
            let end = string.trim_end_matches('/').len();
            Text::concat([&path.slice(0..end), &separator, part])
        }
    }
}
