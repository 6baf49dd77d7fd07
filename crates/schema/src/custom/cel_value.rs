//! A custom resource as its CEL rules see it: `UnstructuredToVal` of `pkg/cel/common` in the API server.

use std::sync::Arc;

use podwright_cel::{ListKind, Value as Cel, escape};
use podwright_syntax::text::{Padding, decode_base64};

use super::stored::{Map, Stored, Value};
use super::{Form, ListType, Node, TextFormat};

/// Returns the value for expressions. What is a placeholder, or does not have the type of the schema, is unknown.
pub(super) fn cel_value(stored: &Stored<'_>, schema: &Node) -> Cel {
    match &stored.value {
        Value::Unknown => Cel::unknown("the value is a placeholder"),
        Value::Null if schema.is_nullable => Cel::Null,
        value => match (schema.form, value) {
            (Form::IntOrString, Value::Text(text)) => Cel::text(text),
            (Form::IntOrString | Form::Int32 | Form::Int64, Value::Int(number)) => {
                Cel::Int(*number)
            }
            #[expect(clippy::cast_possible_truncation)]
            (Form::Int32 | Form::Int64, Value::Float(number))
                if number.fract() == 0.0 && number.abs() < 9e18 =>
            {
                Cel::Int(*number as i64)
            }
            (Form::Number, Value::Float(number)) => Cel::Double(*number),
            #[expect(clippy::cast_precision_loss)]
            (Form::Number, Value::Int(number)) => Cel::Double(*number as f64),
            (Form::Boolean, Value::Bool(value)) => Cel::Bool(*value),
            (Form::Text, Value::Text(text)) => self::text(text, schema.text_format),
            (Form::List, Value::List(items)) => list(items, schema),
            (Form::Map | Form::Record, Value::Map(map)) => self::map(map, schema),
            (Form::Any, Value::Map(_)) if schema.is_any_object => self::map(
                &Map {
                    entries: Vec::new(),
                    is_open: false,
                },
                schema,
            ),
            _ => Cel::unknown("the value has another type than its schema"),
        },
    }
}

fn text(text: &str, format: TextFormat) -> Cel {
    match format {
        TextFormat::Plain => Cel::text(text),
        TextFormat::Bytes => match decode_base64(text, Padding::Required) {
            Ok(bytes) => Cel::Bytes(bytes.into()),
            Err(_) => Cel::unknown("the value is not base64"),
        },
        TextFormat::Duration => Cel::duration(text),
        TextFormat::Date => Cel::timestamp(&format!("{text}T00:00:00Z")),
        TextFormat::DateTime => Cel::timestamp(text),
    }
}

fn list(items: &[Stored<'_>], schema: &Node) -> Cel {
    let Some(inner) = &schema.inner else {
        return Cel::unknown("the list has no schema");
    };
    let kind = match &schema.list_type {
        ListType::Atomic => ListKind::Plain,
        ListType::Set => ListKind::Set,
        ListType::Map(keys) => {
            let keys = keys.iter().filter_map(|key| escape(key));
            ListKind::Keyed(keys.map(String::into_boxed_str).collect())
        }
    };
    Cel::list(
        items.iter().map(|item| cel_value(item, inner)).collect(),
        kind,
    )
}

fn map(map: &Map<'_>, schema: &Node) -> Cel {
    if map.is_open {
        return Cel::unknown("other tools may add fields");
    }
    if schema.form == Form::Map {
        let Some(inner) = &schema.inner else {
            return Cel::unknown("the map has no schema");
        };
        let entries = map.entries.iter();
        return Cel::object(
            entries.map(|(name, value)| (Arc::from(&**name), cel_value(value, inner))),
        );
    }
    let mut fields: Vec<(Arc<str>, Cel)> = Vec::new();
    for (name, value) in &map.entries {
        let own = match (schema.is_resource, &**name) {
            (true, "apiVersion" | "kind") => match &value.value {
                Value::Text(text) => Cel::text(text),
                _ => Cel::unknown("the value is a placeholder"),
            },
            (true, "metadata") => metadata(value),
            _ => match schema.own_field(name) {
                Some(field) => cel_value(value, field),
                // Expressions do not see it.
                None => continue,
            },
        };
        if let Some(name) = escape(name) {
            fields.push((name.into(), own));
        }
    }
    Cel::object(fields)
}

/// The fields `name` and `generateName` of an object. The API server completes a generated name before it validates.
fn metadata(stored: &Stored<'_>) -> Cel {
    let Value::Map(map) = &stored.value else {
        return Cel::unknown("the metadata is not known");
    };
    if map.is_open {
        return Cel::unknown("other tools may add fields");
    }
    let mut fields: Vec<(Arc<str>, Cel)> = Vec::new();
    for name in ["name", "generateName"] {
        match map.get(name).map(|value| &value.value) {
            Some(Value::Text(text)) => fields.push((name.into(), Cel::text(text))),
            Some(_) => fields.push((name.into(), Cel::unknown("the name is a placeholder"))),
            None if name == "name" => {
                fields.push((name.into(), Cel::unknown("the API server makes the name")));
            }
            None => {}
        }
    }
    Cel::object(fields)
}
