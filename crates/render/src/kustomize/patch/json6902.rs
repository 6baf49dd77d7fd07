//! JSON patches as kustomize applies them (`evanphx/json-patch` 4, `patchjson6902.go`), which is not quite RFC 6902:
//! `replace` also adds a key, indices can be negative, the part before the first `/` of a path is ignored.

use podwright_syntax::NodeKind;
use podwright_syntax::text::Location;

use super::super::resource::{Behavior, Resource};
use super::strategic::{Applied, metadata};
use crate::error::RenderError;
use crate::kustomize::shared::separate;
use crate::node::{Map, Node, Scalar, Value};
use crate::scalar::ScalarType;
use crate::{Origin, Text};

/// Most values that the operations of a patch may copy, so that a short patch cannot fill the memory.
const MAX_COPIED: usize = 200_000;

/// Deepest nesting that operations may create.
const MAX_DEPTH: usize = 1000;

/// An operation of a JSON patch.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::kustomize) struct Operation {
    /// Where it is written.
    place: Option<Location>,
    op: Option<Scalar>,
    path: Option<Scalar>,
    from: Option<Scalar>,
    value: Option<Node>,
}

/// Reads the operations of a document (`DecodePatch`). Its plain scalars have the types of YAML 1.1, because kustomize
/// converts a patch to JSON with another reader than that of objects. `None` if the document is not a list of
/// mappings.
#[must_use]
pub(in crate::kustomize) fn operations(document: &Node) -> Option<Vec<Operation>> {
    let items = document.list()?;
    items
        .iter()
        .map(|item| {
            let scalar = |key| item.get(key).and_then(Node::as_scalar).cloned();
            let value = item.get("value").map(|value| {
                let mut value = value.clone();
                to_json(&mut value);
                value
            });
            let operation = Operation {
                place: item.location(),
                op: scalar("op"),
                path: scalar("path"),
                from: scalar("from"),
                value,
            };
            (item.map().is_some() || item.is_null()).then_some(operation)
        })
        .collect()
}

/// Applies operations to an object.
///
/// # Errors
///
/// Returns an error at the first operation that fails, at its path if it has one.
pub(in crate::kustomize) fn apply(
    target: &mut Resource,
    operations: &[Operation],
) -> Result<Applied, RenderError> {
    separate(target);
    let internal = internal_annotations(target);
    if !internal.is_empty()
        && let Some(metadata) = metadata(&mut target.node)
    {
        if metadata.get("annotations").and_then(Node::map).is_none() {
            set(metadata, "annotations", Node::empty_map(None));
        }
        if let Some(annotations) = metadata.get_mut("annotations").and_then(Node::map_mut) {
            for (key, value) in &internal {
                set(
                    annotations,
                    key,
                    Node::string(Text::constant(value.as_str())),
                );
            }
        }
    }
    let mut copied = 0;
    for operation in operations {
        operation.apply(&mut target.node, &mut copied)?;
    }
    spell_nulls(&mut target.node);
    reset_annotations(&mut target.node, &internal)?;
    Ok(match target.node.map().is_none_or(Map::is_empty) {
        true => Applied::Deleted,
        false => Applied::Changed,
    })
}

impl Operation {
    fn apply(&self, root: &mut Node, copied: &mut usize) -> Result<(), RenderError> {
        match self.op.as_ref().map_or("", Scalar::as_str) {
            "add" => {
                let value = self.value_or_null();
                self.add(root, value)
            }
            "remove" => {
                let (container, key) = self.find(root, self.path()?)?;
                self.remove(container, &key).map(drop)
            }
            "replace" => self.replace(root),
            "move" => {
                let from = self.from()?;
                let (container, key) = self.find(root, from)?;
                let value = self.remove(container, &key)?;
                self.add(root, value)
            }
            "copy" => {
                let from = self.from()?;
                let (container, key) = self.find(root, from)?;
                let value = self.get(container, &key)?.cloned().unwrap_or_else(null);
                *copied = copied.saturating_add(value.size());
                if *copied > MAX_COPIED {
                    let message = format!("the operations copy more than {MAX_COPIED} values");
                    let help = "remove `copy` operations";
                    return Err(RenderError::limit(self.place, message, help));
                }
                self.add(root, value)
            }
            "test" => self.test(root),
            "" => Err(RenderError::at(self.place, "the operation has no `op`")),
            other => Err(RenderError::at(
                self.op
                    .as_ref()
                    .and_then(|op| op.text.location())
                    .or(self.place),
                format!("unexpected kind of operation `{other}`"),
            )),
        }
    }

    fn path(&self) -> Result<&Scalar, RenderError> {
        self.pointer(self.path.as_ref(), "path")
    }

    fn from(&self) -> Result<&Scalar, RenderError> {
        self.pointer(self.from.as_ref(), "from")
    }

    fn pointer<'s>(
        &self,
        pointer: Option<&'s Scalar>,
        field: &str,
    ) -> Result<&'s Scalar, RenderError> {
        let pointer = pointer.filter(|pointer| pointer.kind == ScalarType::String);
        pointer.ok_or_else(|| {
            let op = self.op.as_ref().map_or("", Scalar::as_str);
            RenderError::at(
                self.place,
                format!("the operation `{op}` needs a `{field}`"),
            )
        })
    }

    fn value_or_null(&self) -> Node {
        self.value.clone().unwrap_or_else(null)
    }

    /// An error at the path of the operation.
    fn failed(&self, problem: &str) -> RenderError {
        let op = self.op.as_ref().map_or("", Scalar::as_str);
        let path = self.path.as_ref().map_or("", Scalar::as_str);
        let place = self.path.as_ref().and_then(|path| path.text.location());
        RenderError::at(
            place.or(self.place),
            format!("operation `{op}` of path `{path}` does not apply: {problem}"),
        )
    }

    /// The mapping or list that a pointer leads into, and its last part (`findObject`).
    fn find<'n>(
        &self,
        root: &'n mut Node,
        pointer: &Scalar,
    ) -> Result<(&'n mut Node, Text), RenderError> {
        let text = pointer.as_str();
        let missing = || {
            let op = self.op.as_ref().map_or("", Scalar::as_str);
            RenderError::at(
                pointer.text.location().or(self.place),
                format!("operation `{op}` does not apply: the object has no path `{text}`"),
            )
        };
        // What is before the first slash does not count.
        let (Some(first), Some(last)) = (text.find('/'), text.rfind('/')) else {
            return Err(missing());
        };
        let mut container = root;
        if first < last {
            for part in text[first + 1..last].split('/') {
                container = child(container, &unescaped(part)).ok_or_else(missing)?;
            }
        }
        if container.as_scalar().is_some() {
            return Err(missing());
        }
        let key = pointer.text.slice(last + 1..text.len());
        let key = match (key.as_str().contains('~'), key.location()) {
            (true, Some(at)) => key.derived(unescaped(key.as_str()), at),
            (true, None) => Text::constant(unescaped(key.as_str())),
            (false, _) => key,
        };
        Ok((container, key))
    }

    fn add(&self, root: &mut Node, value: Node) -> Result<(), RenderError> {
        let path = self.path()?;
        if path.as_str().split('/').count() + depth(&value) > MAX_DEPTH {
            return Err(self.failed(&format!("more than {MAX_DEPTH} levels")));
        }
        let (container, key) = self.find(root, path)?;
        match &mut container.value {
            Value::Map(map) => map.set(Scalar::string(key), value),
            Value::List(items) if key.as_str() == "-" => items.push(value),
            Value::List(items) => {
                // One more position than there are items.
                let at = self.index(key.as_str(), items.len() + 1)?;
                items.insert(at, value);
            }
            Value::Scalar(_) => {}
        }
        Ok(())
    }

    fn remove(&self, container: &mut Node, key: &Text) -> Result<Node, RenderError> {
        match &mut container.value {
            Value::Map(map) => match map.remove(key.as_str()) {
                Some(entry) => Ok(entry.value),
                None => Err(self.failed(&format!("the key `{key}` does not exist"))),
            },
            Value::List(items) => {
                let at = self.index(key.as_str(), items.len())?;
                Ok(items.remove(at))
            }
            Value::Scalar(_) => Ok(null()),
        }
    }

    /// The value of a key or index. `None` for a missing key; a missing index is an error.
    fn get<'n>(&self, container: &'n Node, key: &Text) -> Result<Option<&'n Node>, RenderError> {
        match &container.value {
            Value::Map(map) => Ok(map.get(key.as_str())),
            Value::List(items) => Ok(items.get(self.index(key.as_str(), items.len())?)),
            Value::Scalar(_) => Ok(None),
        }
    }

    fn replace(&self, root: &mut Node) -> Result<(), RenderError> {
        let path = self.path()?;
        if path.as_str().is_empty() {
            return match &self.value {
                Some(value) if value.map().is_some() => {
                    root.value = value.value.clone();
                    Ok(())
                }
                _ => Err(self.failed("the value for a whole object must be a mapping")),
            };
        }
        let value = self.value_or_null();
        let (container, key) = self.find(root, path)?;
        match &mut container.value {
            // Also if the key is missing.
            Value::Map(map) => map.set(Scalar::string(key), value),
            Value::List(items) => {
                let at = self.index(key.as_str(), items.len())?;
                items[at] = value;
            }
            Value::Scalar(_) => {}
        }
        Ok(())
    }

    fn test(&self, root: &mut Node) -> Result<(), RenderError> {
        let path = self.path()?;
        let expected = self.value.as_ref();
        let is_equal = if path.as_str().is_empty() {
            expected.is_some_and(|expected| equal(root, expected))
        } else {
            let (container, key) = self.find(root, path)?;
            match (self.get(container, &key)?, expected) {
                (None, expected) => expected.is_none_or(Node::is_null),
                (Some(own), None) => own.is_null(),
                (Some(own), Some(expected)) => equal(own, expected),
            }
        };
        if is_equal {
            return Ok(());
        }
        let message = format!(
            "the test of `{}` failed: the object has another value",
            path.as_str()
        );
        let place = expected
            .and_then(Node::location)
            .or_else(|| path.text.location());
        Err(RenderError::at(place.or(self.place), message))
    }

    /// An index below `len`, or a negative one that counts from the end.
    fn index(&self, key: &str, len: usize) -> Result<usize, RenderError> {
        let Some(index) = atoi(key) else {
            return Err(self.failed(&format!("`{key}` is not an index of a list")));
        };
        let at = match usize::try_from(index) {
            Ok(at) => Some(at),
            Err(_) => usize::try_from(index.unsigned_abs())
                .ok()
                .and_then(|back| len.checked_sub(back)),
        };
        at.filter(|at| *at < len)
            .ok_or_else(|| self.failed(&format!("the list has no index {index}")))
    }
}

/// The item or entry of a container that is not null.
fn child<'n>(container: &'n mut Node, key: &str) -> Option<&'n mut Node> {
    let next = match &mut container.value {
        Value::Map(map) => map.get_mut(key)?,
        Value::List(items) => {
            let index = atoi(key)?;
            let at = match usize::try_from(index) {
                Ok(at) => at,
                Err(_) => items
                    .len()
                    .checked_sub(usize::try_from(index.unsigned_abs()).ok()?)?,
            };
            items.get_mut(at)?
        }
        Value::Scalar(_) => return None,
    };
    (!next.is_null()).then_some(next)
}

/// Go's `strconv.Atoi`.
fn atoi(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten()
}

/// A part of a JSON pointer: `~1` is a slash, and `~0` a tilde.
fn unescaped(part: &str) -> String {
    part.replace("~1", "/").replace("~0", "~")
}

fn null() -> Node {
    Node::scalar(Scalar {
        text: Text::constant("null"),
        kind: ScalarType::Null,
        style: NodeKind::Plain,
        shared: None,
    })
}

fn set(map: &mut Map, key: &str, value: Node) {
    map.set(Scalar::string(Text::constant(key)), value);
}

fn depth(node: &Node) -> usize {
    let inner = match &node.value {
        Value::Map(map) => map.entries.iter().map(|entry| depth(&entry.value)).max(),
        Value::List(items) => items.iter().map(depth).max(),
        Value::Scalar(_) => None,
    };
    1 + inner.unwrap_or(0)
}

/// Whether both are the same JSON.
fn equal(one: &Node, other: &Node) -> bool {
    match (&one.value, &other.value) {
        (Value::Map(one), Value::Map(other)) => {
            one.len() == other.len()
                && one.entries.iter().all(|entry| {
                    let other = other.get(entry.key.as_str());
                    other.is_some_and(|other| equal(&entry.value, other))
                })
        }
        // A null in a list equals nothing: json-patch crashes there.
        (Value::List(one), Value::List(other)) => {
            let mut pairs = one.iter().zip(other);
            one.len() == other.len()
                && pairs.all(|(one, other)| !one.is_null() && !other.is_null() && equal(one, other))
        }
        (Value::Scalar(one), Value::Scalar(other)) => json_scalar(one) == json_scalar(other),
        _ => false,
    }
}

/// Type and text of a scalar in JSON.
fn json_scalar(scalar: &Scalar) -> (ScalarType, String) {
    match scalar.kind {
        ScalarType::Null => (ScalarType::Null, String::new()),
        ScalarType::Bool => (ScalarType::Bool, scalar.as_str().to_ascii_lowercase()),
        ScalarType::Int | ScalarType::Float => match of_yaml_1_1(scalar.as_str()) {
            // 1.0 is the number 1.
            Some((_, text)) => (ScalarType::Float, text),
            None => (ScalarType::Float, scalar.as_str().to_owned()),
        },
        ScalarType::Timestamp | ScalarType::String => {
            (ScalarType::String, scalar.as_str().to_owned())
        }
    }
}

/// Gives the plain scalars of a patch the types and texts that they have in JSON.
fn to_json(node: &mut Node) {
    match &mut node.value {
        Value::Map(map) => {
            for entry in &mut map.entries {
                if let Some((_, text)) = plain_of_yaml_1_1(&entry.key) {
                    entry.key.text = rewritten(&entry.key.text, text);
                }
                entry.key.kind = ScalarType::String;
                to_json(&mut entry.value);
            }
        }
        Value::List(items) => items.iter_mut().for_each(to_json),
        Value::Scalar(scalar) => {
            if let Some((kind, text)) = plain_of_yaml_1_1(scalar) {
                scalar.kind = kind;
                scalar.text = rewritten(&scalar.text, text);
            } else if scalar.kind == ScalarType::Timestamp {
                scalar.kind = ScalarType::String;
            }
        }
    }
}

fn rewritten(text: &Text, new: String) -> Text {
    match text.location() {
        _ if text.as_str() == new => text.clone(),
        Some(at) => Text::new(new, Origin::made_at(at)),
        None => Text::constant(new),
    }
}

fn plain_of_yaml_1_1(scalar: &Scalar) -> Option<(ScalarType, String)> {
    let is_untagged =
        scalar.style == NodeKind::Plain && scalar.kind == ScalarType::of_plain(scalar.as_str());
    is_untagged.then(|| of_yaml_1_1(scalar.as_str())).flatten()
}

/// Type and JSON text of a plain scalar for go-yaml v2. `None` for a string, null or date.
pub(super) fn of_yaml_1_1(text: &str) -> Option<(ScalarType, String)> {
    let is_word = || {
        let words = ["y", "n", "yes", "no", "on", "off", "true", "false"];
        words.iter().any(|word| word.eq_ignore_ascii_case(text))
    };
    let is_number = || {
        text.starts_with(|first: char| first.is_ascii_digit() || "+-.".contains(first))
            // As long as the longest number, and nothing that needs a reader.
            && text.len() < 400
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-._".contains(&byte))
    };
    if !is_word() && !is_number() {
        return None;
    }
    let tree = podwright_syntax::parse(text.into());
    let root = tree.documents().first()?.root;
    match tree.to_json(root).ok()? {
        serde_json::Value::Bool(value) => Some((ScalarType::Bool, value.to_string())),
        serde_json::Value::Number(number) if number.is_f64() => {
            Some((ScalarType::Float, number.to_string()))
        }
        serde_json::Value::Number(number) => Some((ScalarType::Int, number.to_string())),
        _ => None,
    }
}

/// Nulls without text are spelled out by the way through JSON, so that later patches keep them.
fn spell_nulls(node: &mut Node) {
    match &mut node.value {
        Value::Map(map) => map
            .entries
            .iter_mut()
            .for_each(|entry| spell_nulls(&mut entry.value)),
        Value::List(items) => items.iter_mut().for_each(spell_nulls),
        Value::Scalar(scalar) if scalar.is_null() => {
            scalar.text = rewritten(&scalar.text, "null".to_owned());
            scalar.style = NodeKind::Plain;
        }
        Value::Scalar(_) => {}
    }
}

/// What kustomize keeps in annotations while it builds. Operations see it: because of it, they can add an annotation
/// to an object that has none.
fn internal_annotations(resource: &Resource) -> Vec<(String, String)> {
    let joined = |items: Vec<&str>| items.join(",");
    let previous = |text: fn(&super::super::resource::PreviousId) -> &str| {
        joined(resource.previous.iter().map(text).collect())
    };
    let behavior = match resource.behavior {
        Behavior::Unspecified => "",
        Behavior::Create => "create",
        Behavior::Replace => "replace",
        Behavior::Merge => "merge",
    };
    let all = [
        ("previousNames", previous(|id| &id.name)),
        ("previousNamespaces", previous(|id| &id.namespace)),
        ("previousKinds", previous(|id| &id.kind)),
        ("prefixes", resource.prefixes.join(",")),
        ("suffixes", resource.suffixes.join(",")),
        ("generatorBehavior", behavior.to_owned()),
        (
            "needsHashSuffix",
            if resource.needs_hash { "enabled" } else { "" }.to_owned(),
        ),
    ];
    all.into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(key, value)| (format!("internal.config.kubernetes.io/{key}"), value))
        .collect()
}

/// Removes the internal annotations and writes the others as kustomize does after a patch: sorted, and all strings
/// (`SetAnnotations`).
fn reset_annotations(object: &mut Node, internal: &[(String, String)]) -> Result<(), RenderError> {
    let Some(metadata) = metadata(object) else {
        return Ok(());
    };
    let Some(annotations) = metadata.get_mut("annotations") else {
        return Ok(());
    };
    match &mut annotations.value {
        Value::Map(map) => {
            let is_internal = |key: &str| internal.iter().any(|(own, _)| own == key);
            map.entries.retain(|entry| !is_internal(entry.key.as_str()));
            super::to_strings(map);
            if map.is_empty() {
                metadata.remove("annotations");
            }
        }
        Value::List(items) if !items.is_empty() => {
            let place = annotations.location();
            let message = "`metadata.annotations` must be a mapping, but is a list";
            return Err(RenderError::at(place, message));
        }
        Value::List(_) | Value::Scalar(_) => drop(metadata.remove("annotations")),
    }
    Ok(())
}
