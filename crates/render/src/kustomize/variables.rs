//! Variables: `$(NAME)` in a field is replaced with the value of another field (`api/filters/refvar`,
//! `api/internal/accumulator`).

mod expand;

use std::collections::BTreeMap;

use podwright_syntax::NodeKind;
use podwright_syntax::text::Location;

use super::config::{Section, TransformerConfig};
use super::field_spec::{Create, made};
use super::fields::{Fields, Strictness};
use super::gvk::{Gvk, ResId};
use super::path::split_with_brackets;
use super::replacement::field_at;
use super::resource::Resource;
use crate::Text;
use crate::error::RenderError;
use crate::node::{Node, Scalar, Value};
use crate::scalar::ScalarType;
use expand::{Expansion, expand};

/// An entry of `vars`.
#[derive(Clone, Debug)]
pub(crate) struct Variable {
    name: Text,
    object: ResId,
    path: Text,
    place: Option<Location>,
}

impl Variable {
    /// Reads an entry of `vars`.
    ///
    /// # Errors
    ///
    /// Returns an error at a field that is unknown or has a wrong type.
    pub(super) fn read(node: &Node, strictness: Strictness) -> Result<Self, RenderError> {
        let fields = Fields::new(node, strictness, &["name", "objref", "fieldref"])?;
        let place = fields.place();
        let empty = || Text::new("", made(place));
        let path = match fields.get("fieldref") {
            None => None,
            Some(node) => Fields::new(node, strictness, &["fieldPath"])?.text("fieldPath")?,
        };
        let object = match fields.get("objref") {
            None => ResId::default(),
            Some(node) => read_object(node, strictness)?,
        };
        Ok(Self {
            name: fields.text("name")?.unwrap_or_else(empty),
            object,
            path: path.unwrap_or_else(|| Text::new("metadata.name", made(place))),
            place,
        })
    }
}

fn read_object(node: &Node, strictness: Strictness) -> Result<ResId, RenderError> {
    let known = [
        "apiVersion",
        "group",
        "version",
        "kind",
        "name",
        "namespace",
    ];
    let fields = Fields::new(node, strictness, &known)?;
    let mut gvk = Gvk {
        group: fields.string("group")?,
        version: fields.string("version")?,
        kind: fields.string("kind")?,
    };
    let api_version = fields.string("apiVersion")?;
    match api_version.split('/').collect::<Vec<_>>()[..] {
        [""] => {}
        [version] => version.clone_into(&mut gvk.version),
        [group, version] => {
            group.clone_into(&mut gvk.group);
            version.clone_into(&mut gvk.version);
        }
        _ => {}
    }
    Ok(ResId {
        gvk,
        // Not known to kustomize at this point either.
        is_cluster_scoped: false,
        name: fields.string("name")?,
        namespace: fields.string("namespace")?,
    })
}

/// All variables of a build, by name.
#[derive(Clone, Debug, Default)]
pub(crate) struct Variables {
    all: BTreeMap<String, Variable>,
}

impl Variables {
    /// Adds the variables of a kustomization, and marks the objects that they read (`MergeVars`).
    ///
    /// # Errors
    ///
    /// Returns an error if several objects could be meant, or if a name is taken.
    pub(crate) fn declare(
        &mut self,
        variables: &[Variable],
        resources: &mut [Resource],
    ) -> Result<(), RenderError> {
        for variable in variables {
            let wanted = &variable.object;
            let matches = |id: &ResId| {
                id.has_same_type_and_name(wanted)
                    && (wanted.namespace.is_empty() || id.has_same_namespace(wanted))
            };
            let is_meant = |resource: &Resource| {
                resource.name() == wanted.name && matches(&resource.id())
                    || resource.previous_ids().iter().any(matches)
            };
            let mut found = resources.iter_mut().filter(|resource| is_meant(resource));
            let Some(resource) = found.next() else {
                continue;
            };
            if found.next().is_some() {
                let message = format!(
                    "the variable `{}` may mean several objects `{wanted}`",
                    variable.name
                );
                return Err(RenderError::at(variable.place, message));
            }
            resource.variables.push(variable.name.as_str().to_owned());
        }
        variables
            .iter()
            .try_for_each(|variable| self.add(variable.clone()))
    }

    /// Adds the variables of another kustomization.
    ///
    /// # Errors
    ///
    /// Returns an error if a name is taken.
    pub(crate) fn merge(&mut self, other: Self) -> Result<(), RenderError> {
        other
            .all
            .into_values()
            .try_for_each(|variable| self.add(variable))
    }

    fn add(&mut self, variable: Variable) -> Result<(), RenderError> {
        let name = variable.name.as_str();
        if self.all.contains_key(name) {
            let place = variable.name.location().or(variable.place);
            return Err(RenderError::at(
                place,
                format!("the variable `{name}` is declared twice"),
            ));
        }
        self.all.insert(name.to_owned(), variable);
        Ok(())
    }

    /// Replaces variables in the fields that may have them (`ResolveVars`). Returns the variables that no field uses.
    ///
    /// # Errors
    ///
    /// Returns an error if a variable has no value, or at a field of a type that cannot have variables.
    pub(crate) fn resolve(
        &self,
        resources: &mut [Resource],
        config: &TransformerConfig,
    ) -> Result<Vec<Text>, RenderError> {
        if self.all.is_empty() {
            return Ok(Vec::new());
        }
        let mut values: BTreeMap<&str, Scalar> = BTreeMap::new();
        for (name, variable) in &self.all {
            // What is neither a scalar nor null is never put in.
            if let Some(value) = value(variable, resources)? {
                values.insert(name, value);
            }
        }
        let mut used: BTreeMap<&str, ()> = BTreeMap::new();
        for resource in resources {
            let gvk = resource.gvk();
            for spec in config.specs(Section::VarReference) {
                if !gvk.is_selected_by(&spec.gvk) {
                    continue;
                }
                let mut set = |node: &mut Node| set(node, &values, &mut used);
                spec.apply(&mut resource.node, Create::Never, None, &mut set)?;
            }
        }
        let unused = self
            .all
            .iter()
            .filter(|(name, _)| !used.contains_key(name.as_str()));
        Ok(unused.map(|(_, variable)| variable.name.clone()).collect())
    }
}

/// The value of a variable, if it is a scalar.
fn value(variable: &Variable, resources: &[Resource]) -> Result<Option<Scalar>, RenderError> {
    let name = variable.name.as_str();
    let resource = resources
        .iter()
        .find(|resource| resource.variables.iter().any(|own| own == name));
    let Some(resource) = resource else {
        let message = format!("the variable `{name}` has no object: `{}`", variable.object);
        return Err(RenderError::absence(variable.place, message));
    };
    let path = with_indices(split_with_brackets(variable.path.as_str()));
    let missing = |problem: &str| {
        let message = format!(
            "the object of the variable `{name}` has no field `{}`{problem}",
            variable.path
        );
        RenderError::at(variable.path.location(), message)
    };
    let field =
        field_at(&resource.node, &path).map_err(|problem| missing(&format!(": {problem}")))?;
    let field = field.ok_or_else(|| missing(""))?;
    let Value::Scalar(scalar) = &field.value else {
        return Ok(None);
    };
    let mut scalar = scalar.clone();
    match scalar.kind {
        ScalarType::Null | ScalarType::Timestamp => scalar.kind = ScalarType::String,
        _ => {}
    }
    Ok(Some(scalar))
}

/// `ports[0]` is `ports` and `0` (`convertSliceIndex`).
fn with_indices(parts: Vec<String>) -> Vec<String> {
    let mut all = Vec::with_capacity(parts.len());
    for part in parts {
        let inner = part
            .strip_suffix(']')
            .and_then(|part| part.rsplit_once('['));
        match inner {
            Some((field, at)) if !at.is_empty() && at.bytes().all(|byte| byte.is_ascii_digit()) => {
                if !field.is_empty() {
                    all.push(field.to_owned());
                }
                all.push(at.to_owned());
            }
            _ => all.push(part),
        }
    }
    all
}

fn set<'v>(
    node: &mut Node,
    values: &BTreeMap<&'v str, Scalar>,
    used: &mut BTreeMap<&'v str, ()>,
) -> Result<(), RenderError> {
    let place = node.location();
    let mut in_scalar = |scalar: &mut Scalar| {
        let expansion = expand(&scalar.text, |name| {
            let (name, value) = values.get_key_value(name)?;
            used.insert(name, ());
            Some(value)
        });
        *scalar = match expansion {
            Expansion::Whole(value) => Scalar {
                style: NodeKind::Plain,
                ..value
            },
            Expansion::Text(text) => Scalar {
                style: if text == scalar.text {
                    scalar.style
                } else {
                    NodeKind::Plain
                },
                ..Scalar::string(text)
            },
        };
    };
    match &mut node.value {
        Value::Scalar(scalar) => {
            if scalar.kind == ScalarType::String {
                in_scalar(scalar);
            }
        }
        Value::Map(map) => {
            for entry in &mut map.entries {
                if entry.key.kind != ScalarType::String {
                    let message = "a key must be a string here, because values may have variables";
                    return Err(RenderError::at(entry.key.text.location(), message));
                }
                if let Value::Scalar(scalar) = &mut entry.value.value
                    && scalar.kind == ScalarType::String
                {
                    in_scalar(scalar);
                }
            }
        }
        Value::List(items) => {
            for item in items {
                match &mut item.value {
                    Value::Scalar(scalar) if scalar.kind == ScalarType::String => in_scalar(scalar),
                    _ => {
                        let message = "items must be strings here, because they may have variables";
                        return Err(RenderError::at(item.location().or(place), message));
                    }
                }
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
