//! Fields that a transformer changes, and how it reaches them.

use std::num::NonZeroU32;

use podwright_syntax::NodeKind;
use podwright_syntax::text::Location;

use super::fields::{Fields, Strictness};
use super::gvk::Gvk;
use super::path;
use crate::error::RenderError;
use crate::node::{Entry, Map, Node, Scalar, Value};
use crate::scalar::ScalarType;
use crate::{Origin, Text};

/// A field that a transformer changes (`types.FieldSpec`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldSpec {
    /// Objects to change; empty fields match anything.
    pub gvk: Gvk,
    /// Path with `/` between the fields, `[]` after a list, `\/` for a slash in a key.
    pub path: String,
    /// Whether the field is created where it is missing.
    pub create: bool,
    /// Where it is written; `None` for those that are built in.
    pub place: Option<Location>,
}

/// What is created at the end of a path with [`FieldSpec::create`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Create {
    /// Nothing.
    Never,
    /// A scalar.
    Scalar,
    /// A mapping.
    Map,
}

/// Changes the value at the end of a path.
pub(super) type Set<'s> = dyn FnMut(&mut Node) -> Result<(), RenderError> + 's;

impl FieldSpec {
    /// Reads a field specification of a kustomization or a configuration file.
    ///
    /// # Errors
    ///
    /// Returns an error at a field that is unknown or has a wrong type.
    pub(super) fn read(node: &Node, strictness: Strictness) -> Result<Self, RenderError> {
        let known = ["group", "version", "kind", "path", "create"];
        let fields = Fields::new(node, strictness, &known)?;
        Ok(Self {
            gvk: Gvk {
                group: fields.string("group")?,
                version: fields.string("version")?,
                kind: fields.string("kind")?,
            },
            path: fields.string("path")?,
            create: fields.boolean("create")?,
            place: node.location(),
        })
    }

    /// Applies `set` at the path in the object `node`, whatever its type is. `by` asks for fields that are created.
    /// Follows `api/filters/fieldspec`.
    ///
    /// # Errors
    ///
    /// Returns the errors of `set`, and an error where the path leads through a scalar.
    pub(super) fn apply(
        &self,
        node: &mut Node,
        create: Create,
        by: Option<Location>,
        set: &mut Set<'_>,
    ) -> Result<(), RenderError> {
        let parts = path::split(&self.path, '/');
        let walk = Walk {
            create: if self.create { create } else { Create::Never },
            by,
            path: &self.path,
        };
        walk.step(node, &parts, set)
    }
}

struct Walk<'p> {
    create: Create,
    by: Option<Location>,
    path: &'p str,
}

impl Walk<'_> {
    /// Bounded by the length of the path and the depth of the object.
    fn step(&self, node: &mut Node, path: &[String], set: &mut Set<'_>) -> Result<(), RenderError> {
        let Some((part, rest)) = path.split_first() else {
            return set(node);
        };
        if node.is_null() {
            return Ok(());
        }
        match &mut node.value {
            Value::List(items) => items
                .iter_mut()
                .try_for_each(|item| self.step(item, path, set)),
            Value::Map(map) => {
                let (name, is_list) = match part.strip_suffix("[]") {
                    Some(name) => (name, true),
                    None => (part.as_str(), false),
                };
                match self.field(map, name, is_list, rest.is_empty())? {
                    Some(field) => self.step(field, rest, set),
                    None => Ok(()),
                }
            }
            Value::Scalar(_) => Err(RenderError::at(
                node.location(),
                format!(
                    "the path `{}` leads through a scalar; a list or a mapping is needed before `{part}`",
                    self.path
                ),
            )),
        }
    }

    fn field<'m>(
        &self,
        map: &'m mut Map,
        name: &str,
        is_list: bool,
        is_last: bool,
    ) -> Result<Option<&'m mut Node>, RenderError> {
        if name.is_empty() {
            let message = format!("the path `{}` has an empty field name", self.path);
            return Err(RenderError::at(self.by, message));
        }
        let created = match self.create {
            _ if is_list => Create::Never,
            Create::Never => Create::Never,
            last if is_last => last,
            _ => Create::Map,
        };
        let at = match (map.index(name), created) {
            (Some(at), _) => at,
            (None, Create::Never) => return Ok(None),
            (None, created) => {
                map.entries.push(Entry {
                    key: Scalar::plain(self.text(name)),
                    value: self.created(created),
                });
                map.len() - 1
            }
        };
        let field = &mut map.entries[at].value;
        if field.is_null() {
            // kustomize changes the kind of a null, and keeps its text.
            match created {
                Create::Scalar => {
                    if let Some(scalar) = field.scalar_mut() {
                        scalar.kind = ScalarType::String;
                    }
                }
                Create::Map => field.value = Value::Map(Map::default()),
                Create::Never if is_list => field.value = Value::List(Vec::new()),
                Create::Never => {}
            }
        }
        Ok(Some(field))
    }

    fn text(&self, string: &str) -> Text {
        Text::new(string, made(self.by))
    }

    fn created(&self, what: Create) -> Node {
        match what {
            Create::Scalar => Node::string(self.text("")),
            Create::Map | Create::Never => Node::empty_map(self.by),
        }
    }
}

/// Applies `set` at each of the fields that are specified for an object of type `gvk` (`api/filters/fsslice`).
///
/// # Errors
///
/// Returns the first error of [`FieldSpec::apply`].
pub(super) fn apply_all<'s>(
    node: &mut Node,
    gvk: &Gvk,
    specs: impl IntoIterator<Item = &'s FieldSpec>,
    create: Create,
    by: Option<Location>,
    set: &mut Set<'_>,
) -> Result<(), RenderError> {
    specs
        .into_iter()
        .filter(|spec| gvk.is_selected_by(&spec.gvk))
        .try_for_each(|spec| spec.apply(node, create, by, set))
}

/// Something that was made at the request of `by`.
pub(super) fn made(by: Option<Location>) -> Origin {
    by.map_or(Origin::Nowhere, Origin::made_at)
}

/// Sets the text of a scalar and keeps its style. Its type is that of the new text (`filtersutil.SetScalar`).
///
/// # Errors
///
/// Returns an error if `node` is a mapping or a list.
pub(super) fn set_scalar(node: &mut Node, text: Text) -> Result<(), RenderError> {
    let style = scalar_style(node)?;
    let kind = ScalarType::of(style, text.as_str());
    let shared = node.as_scalar().and_then(|old| old.shared);
    *node = Node::scalar(Scalar {
        text,
        kind,
        style,
        shared,
    });
    Ok(())
}

/// Makes a scalar a string with this text, and keeps its style (`SetEntry` with the tag `!!str`).
///
/// # Errors
///
/// Returns an error if `node` is a mapping or a list.
pub(super) fn set_string(node: &mut Node, text: Text) -> Result<(), RenderError> {
    let style = scalar_style(node)?;
    let shared = node.as_scalar().and_then(|old| old.shared);
    *node = Node::scalar(Scalar {
        text,
        kind: ScalarType::String,
        style,
        shared,
    });
    Ok(())
}

fn scalar_style(node: &Node) -> Result<NodeKind, RenderError> {
    match &node.value {
        Value::Scalar(scalar) if scalar.style == NodeKind::Empty => Ok(NodeKind::Plain),
        Value::Scalar(scalar) => Ok(scalar.style),
        Value::Map(_) => Err(RenderError::at(
            node.location(),
            "expected a scalar, not a mapping",
        )),
        Value::List(_) => Err(RenderError::at(
            node.location(),
            "expected a scalar, not a list",
        )),
    }
}

/// Sets an entry of a mapping to a string (`SetEntry` with a name). Null stays null. A new entry is shared with all
/// that have the same number.
///
/// # Errors
///
/// Returns an error if `node` is another scalar or a list.
pub(super) fn set_entry(
    node: &mut Node,
    key: &Text,
    value: &Text,
    shared: NonZeroU32,
) -> Result<(), RenderError> {
    if node.is_null() {
        return Ok(());
    }
    let place = node.location();
    let Some(map) = node.map_mut() else {
        let message = format!("expected a mapping, to set `{}` in it", key.as_str());
        return Err(RenderError::at(place, message));
    };
    let mut scalar = Scalar::string(value.clone());
    match map.get(key.as_str()) {
        None => scalar.shared = Some(shared),
        Some(old) => {
            if let Some(old) = old.as_scalar() {
                scalar.shared = old.shared;
                if old.style != NodeKind::Empty {
                    scalar.style = old.style;
                }
            }
        }
    }
    // kustomize does not quote keys that it adds: `1` is a number.
    map.set(Scalar::plain(key.clone()), Node::scalar(scalar));
    Ok(())
}
