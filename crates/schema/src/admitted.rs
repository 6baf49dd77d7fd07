//! An object as admission policies see it. The API server decodes it into its Go type, sets defaults, and converts that
//! back (`ToUnstructured` in `apimachinery/pkg/runtime/converter.go`): fields that it does not know are gone, and so are
//! empty values of most fields.
//!
//! What webhooks change before policies are evaluated is not known.

mod defaults;
mod fields;
mod plugins;
mod read;
mod special;

use std::collections::BTreeMap;

use podwright_model::Object;
use podwright_syntax::SyntaxTree;

pub use plugins::set_by_plugins;

use crate::CustomKinds;
use fields::{Presence, Shape, Table, TypeId};

/// A value as an expression sees it.
#[derive(Clone, Debug, PartialEq)]
pub enum Admitted {
    /// Null.
    Null,
    /// Boolean.
    Bool(bool),
    /// Integer.
    Int(i64),
    /// Other number.
    Float(f64),
    /// String.
    Text(String),
    /// List.
    List(Vec<Self>),
    /// Map or object.
    Map(Fields),
    /// The value is not known, and neither is whether it is set: a placeholder, or what the API server makes up.
    Unknown,
}

/// Fields of an object by name.
pub type Fields = BTreeMap<String, Admitted>;

/// Returns the object as admission policies see it in Kubernetes 1.36, with its namespace: empty if it has none, `None`
/// if it is not known. The result is `None` if the API server cannot decode the object, or if the type of its kind is
/// not known.
#[must_use]
pub fn admitted(
    tree: &SyntaxTree,
    object: &Object,
    namespace: Option<&str>,
    custom: &CustomKinds,
) -> Option<Admitted> {
    let (api_version, kind) = (object.api_version.text()?, object.kind.text()?);
    let table = Table::get();
    let own = table.kind(api_version, kind);
    let mut fields = match own {
        Some(own) => read::record(tree, object.node, own, table)?,
        None => match custom.find(api_version, kind)?.admitted(tree, object.node) {
            Admitted::Map(fields) => fields,
            _ => return None,
        },
    };
    // An item of a list may leave out its type.
    let text = |text: &str| Admitted::Text(text.to_owned());
    fields.insert("apiVersion".to_owned(), text(api_version));
    fields.insert("kind".to_owned(), text(kind));
    if let Admitted::Map(metadata) = fields.entry("metadata".to_owned()).or_insert_with(empty) {
        set_identity(metadata, namespace);
    }
    if let Some(own) = own {
        special::convert(kind, &mut fields);
        complete(own, &mut fields, table);
    }
    Some(Admitted::Map(fields))
}

/// The metadata that the API server sets before it validates an object.
fn set_identity(metadata: &mut Fields, namespace: Option<&str>) {
    let has = |name: &str, fields: &Fields| !fields.get(name).is_none_or(Admitted::is_empty);
    match namespace {
        None => metadata.insert("namespace".to_owned(), Admitted::Unknown),
        Some("") => metadata.remove("namespace"),
        Some(name) => metadata.insert("namespace".to_owned(), Admitted::Text(name.to_owned())),
    };
    if !has("name", metadata) && has("generateName", metadata) {
        metadata.insert("name".to_owned(), Admitted::Unknown);
    }
}

impl Admitted {
    /// Whether it is the zero value of a type, as far as Go leaves it out: not an object.
    fn is_empty(&self) -> bool {
        match self {
            Self::Null => true,
            Self::Bool(value) => !value,
            Self::Int(value) => *value == 0,
            Self::Float(value) => *value == 0.0,
            Self::Text(value) => value.is_empty(),
            Self::List(items) => items.is_empty(),
            Self::Map(fields) => fields.is_empty(),
            Self::Unknown => false,
        }
    }

    /// The field `name`, if this is an object that has it.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Map(fields) => fields.get(name),
            _ => None,
        }
    }

    /// The string, if it is one.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The items, if it is a list.
    #[must_use]
    pub fn items(&self) -> &[Self] {
        match self {
            Self::List(items) => items,
            _ => &[],
        }
    }
}

fn empty() -> Admitted {
    Admitted::Map(Fields::new())
}

/// Sets the defaults of an object and of what is in it, and leaves out what Go leaves out.
fn complete(own: TypeId, fields: &mut Fields, table: &Table) {
    let of_type = table.record(own);
    for field in &of_type.fields {
        if matches!(field.presence, Presence::Always | Presence::NotZero)
            && matches!(field.shape, Shape::Record(_))
        {
            fields.entry(field.name.to_owned()).or_insert_with(empty);
        }
    }
    defaults::set(of_type, fields);
    special::set(of_type.name, fields);
    for field in &of_type.fields {
        if let Some(value) = fields.get_mut(field.name) {
            inner(&field.shape, value, table);
        }
        let is_kept = match (field.presence, fields.get(field.name)) {
            (Presence::Pointer | Presence::AlwaysPointer, Some(Admitted::Null)) | (_, None) => {
                false
            }
            (Presence::NotEmpty, Some(value)) => {
                matches!(field.shape, Shape::Record(_)) || !value.is_empty()
            }
            (Presence::NotZero, Some(value)) => !value.is_empty(),
            _ => true,
        };
        if is_kept {
            continue;
        }
        let zero = match field.presence {
            Presence::Always => Some(field.shape.zero()),
            Presence::AlwaysPointer => Some(Admitted::Null),
            _ => None,
        };
        match zero {
            Some(zero) => fields.insert(field.name.to_owned(), zero),
            None => fields.remove(field.name),
        };
    }
}

fn inner(shape: &Shape, value: &mut Admitted, table: &Table) {
    match (shape, value) {
        (Shape::Record(own), Admitted::Map(fields)) => complete(*own, fields, table),
        (Shape::List(of), Admitted::List(items)) => {
            for item in items {
                inner(of, item, table);
            }
        }
        (Shape::Map(of), Admitted::Map(fields)) => {
            for value in fields.values_mut() {
                inner(of, value, table);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests;
