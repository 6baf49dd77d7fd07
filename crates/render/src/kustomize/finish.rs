//! The last steps of a build: what kustomize does when it prints an object (`RNode.MarshalJSON`, `AsYAML`).

use podwright_syntax::NodeKind;
use rustc_hash::FxHashSet;

use super::accumulate::normal;
use super::object::check_identity;
use super::resource::Resource;
use crate::error::RenderError;
use crate::node::{Node, Scalar, Value};
use crate::scalar::{ScalarType, timestamp};
use crate::{Origin, Text};

/// Objects with this annotation are for tools only, unless it is `false`.
const LOCAL_CONFIG: &str = "config.kubernetes.io/local-config";

/// Annotations that kustomize uses during a build (`BuildAnnotations`).
const BUILD_ANNOTATIONS: [&str; 19] = [
    "internal.config.kubernetes.io/previousKinds",
    "internal.config.kubernetes.io/previousNames",
    "internal.config.kubernetes.io/prefixes",
    "internal.config.kubernetes.io/suffixes",
    "internal.config.kubernetes.io/previousNamespaces",
    "internal.config.kubernetes.io/allowNameChange",
    "internal.config.kubernetes.io/allowKindChange",
    "internal.config.kubernetes.io/refBy",
    "internal.config.kubernetes.io/generatorBehavior",
    "internal.config.kubernetes.io/needsHashSuffix",
    "internal.config.kubernetes.io/path",
    "internal.config.kubernetes.io/index",
    "internal.config.kubernetes.io/seqindent",
    "internal.config.kubernetes.io/id",
    "internal.config.kubernetes.io/annotations-migration-resource-id",
    "config.kubernetes.io/path",
    "config.kubernetes.io/index",
    "config.k8s.io/id",
    "internal.config.kubernetes.io/helm-generated",
];

/// Removes the objects that are for tools only (`DropLocalNodes`).
///
/// # Errors
///
/// An object has no kind or name any more, or two objects have the same identity.
pub(super) fn drop_local(resources: &mut Vec<Resource>) -> Result<(), RenderError> {
    for resource in &*resources {
        check_identity(&resource.node)?;
    }
    resources.retain(|resource| {
        let annotation = resource.node.at(&["metadata", "annotations", LOCAL_CONFIG]);
        annotation.is_none_or(|value| value.str() == Some("false"))
    });
    let mut known = FxHashSet::default();
    for resource in &*resources {
        let id = resource.id();
        if !known.insert(normal(id.clone())) {
            let place = resource.name_text().and_then(Text::location);
            return Err(RenderError::at(
                place.or(resource.origin),
                format!("two objects are `{id}` in the end"),
            ));
        }
    }
    Ok(())
}

/// Removes the annotations of the build. All others become strings, and an empty mapping is removed.
pub(super) fn clean_annotations(resource: &mut Resource, removed: &[&str]) {
    let Some(metadata) = resource.node.get_mut("metadata").and_then(Node::map_mut) else {
        return;
    };
    let Some(annotations) = metadata.get_mut("annotations") else {
        return;
    };
    let Some(map) = annotations.map_mut() else {
        metadata.remove("annotations");
        return;
    };
    map.entries.retain(|entry| {
        let key = entry.key.as_str();
        !BUILD_ANNOTATIONS.contains(&key) && !removed.contains(&key)
    });
    for entry in &mut map.entries {
        let text = entry.value.text().cloned().unwrap_or_default();
        entry.value = Node::string(text);
    }
    if map.is_empty() {
        metadata.remove("annotations");
    }
}

/// The object as it is printed: keys sorted, and scalars as they are after the way through JSON.
///
/// # Errors
///
/// A key below the top is not a string, or a number has no form in JSON.
pub(super) fn printed(node: &mut Node) -> Result<(), RenderError> {
    sorted(node, true)
}

/// Bounded by the depth of the object.
fn sorted(node: &mut Node, is_top: bool) -> Result<(), RenderError> {
    match &mut node.value {
        Value::Map(map) => {
            for entry in &mut map.entries {
                let is_string =
                    matches!(entry.key.kind, ScalarType::String | ScalarType::Timestamp);
                if !is_string && !is_top {
                    return Err(RenderError::at(
                        entry.key.text.location(),
                        format!("the key `{}` must be a string", entry.key.as_str()),
                    ));
                }
                entry.key.kind = ScalarType::String;
                sorted(&mut entry.value, false)?;
            }
            map.entries
                .sort_by(|one, other| one.key.as_str().cmp(other.key.as_str()));
            Ok(())
        }
        Value::List(items) => items.iter_mut().try_for_each(|item| sorted(item, false)),
        Value::Scalar(scalar) => as_json(scalar),
    }
}

fn as_json(scalar: &mut Scalar) -> Result<(), RenderError> {
    let normal = match scalar.kind {
        ScalarType::String => return Ok(()),
        ScalarType::Timestamp => {
            scalar.kind = ScalarType::String;
            scalar.style = NodeKind::DoubleQuoted;
            match timestamp(scalar.as_str()) {
                Some(normal) => normal,
                None => return Ok(()),
            }
        }
        ScalarType::Null => "null".to_owned(),
        ScalarType::Bool => scalar.as_str().to_ascii_lowercase(),
        ScalarType::Int => number(scalar.as_str()),
        ScalarType::Float => {
            let lower = scalar.as_str().to_ascii_lowercase();
            if lower.contains("inf") || lower.contains("nan") {
                return Err(RenderError::at(
                    scalar.text.location(),
                    "JSON has no such number",
                ));
            }
            number(scalar.as_str())
        }
    };
    if scalar.kind != ScalarType::String {
        scalar.style = NodeKind::Plain;
    }
    if normal != scalar.as_str() {
        let origin = scalar
            .text
            .location()
            .map_or(Origin::Nowhere, Origin::made_at);
        scalar.text = Text::new(normal, origin);
    }
    Ok(())
}

/// A number of YAML as Go writes it in JSON.
pub(super) fn number(text: &str) -> String {
    let plain = text.replace('_', "");
    if let Some(integer) = integer(&plain) {
        return integer;
    }
    match plain.parse::<f64>() {
        Ok(value) => float(value),
        Err(_) => plain,
    }
}

fn integer(plain: &str) -> Option<String> {
    let (sign, digits) = match plain.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", plain.strip_prefix('+').unwrap_or(plain)),
    };
    let (radix, digits) = match digits.as_bytes() {
        [b'0', b'x' | b'X', ..] => (16, &digits[2..]),
        [b'0', b'o' | b'O', ..] => (8, &digits[2..]),
        [b'0', b'b' | b'B', ..] => (2, &digits[2..]),
        [b'0', _, ..] => (8, &digits[1..]),
        _ => (10, digits),
    };
    let value = u64::from_str_radix(digits, radix).ok()?;
    Some(match value {
        0 => "0".to_owned(),
        value => format!("{sign}{value}"),
    })
}

/// `encoding/json`: like `%g` of the shortest digits, with exponents below 1e-6 and from 1e21 on.
fn float(value: f64) -> String {
    let size = value.abs();
    if size != 0.0 && !(1e-6..1e21).contains(&size) {
        let scientific = format!("{value:e}");
        return match scientific.split_once('e') {
            Some((mantissa, exponent)) if !exponent.starts_with('-') => {
                format!("{mantissa}e+{exponent:0>2}")
            }
            Some((mantissa, exponent)) => {
                format!("{mantissa}e-{}", &exponent[1..])
            }
            None => scientific,
        };
    }
    format!("{value}")
}
