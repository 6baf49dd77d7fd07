//! Fields at the end of a path: one to read (kyaml's `PathGetter`), or all to write (`PathMatcher`).

use regex::Regex;

use super::structured;
use crate::kustomize::field_spec::made;
use crate::kustomize::path::{element, index, is_element};
use crate::node::{Entry, Node, Scalar, Value};
use crate::{Origin, Text};
use podwright_syntax::NodeKind;
use podwright_syntax::text::Location;

/// Indices of entries and items that lead from an object to a field.
pub(super) type Steps = Vec<usize>;

/// The node at the end of steps.
pub(super) fn get<'n>(node: &'n Node, steps: &[usize]) -> Option<&'n Node> {
    steps.iter().try_fold(node, |node, at| match &node.value {
        Value::Map(map) => map.entries.get(*at).map(|entry| &entry.value),
        Value::List(items) => items.get(*at),
        Value::Scalar(_) => None,
    })
}

/// The node at the end of steps.
pub(super) fn get_mut<'n>(node: &'n mut Node, steps: &[usize]) -> Option<&'n mut Node> {
    steps
        .iter()
        .try_fold(node, |node, at| match &mut node.value {
            Value::Map(map) => map.entries.get_mut(*at).map(|entry| &mut entry.value),
            Value::List(items) => items.get_mut(*at),
            Value::Scalar(_) => None,
        })
}

/// The field at the end of a path, without wildcards. `None` if it is missing.
///
/// # Errors
///
/// Returns a message where the path does not fit the object.
pub(super) fn locate(node: &Node, path: &[String]) -> Result<Option<Steps>, String> {
    let mut steps = Steps::new();
    let mut current = node;
    for part in path {
        let part = part.trim();
        if part.is_empty() {
            continue;
        }
        let at = if let Some(at) = index(part) {
            let at = usize::try_from(at).map_err(|_| format!("the index `{part}` is negative"))?;
            Some(at).filter(|at| *at < items(current).map_or(0, <[Node]>::len))
        } else if part == "-" {
            items(current)?.len().checked_sub(1)
        } else if part == "*" {
            return Err("a source field must not have a wildcard".to_owned());
        } else if is_element(part) {
            let (field, value) = element(part)?;
            items(current)?.iter().position(|item| match field {
                "" => text_of(item) == value,
                field => item.get(field).is_some_and(|own| text_of(own) == value),
            })
        } else {
            key(current, part)?
        };
        if index(part).is_some() {
            items(current)?;
        }
        let Some(at) = at else {
            return Ok(None);
        };
        let Some(next) = get(current, &[at]) else {
            return Ok(None);
        };
        steps.push(at);
        current = next;
    }
    Ok(Some(steps))
}

/// Go's `Value` of a node: the text of a scalar, and nothing of a collection.
fn text_of(node: &Node) -> &str {
    node.text().map_or("", Text::as_str)
}

/// Items of a list. Null has none.
fn items(node: &Node) -> Result<&[Node], String> {
    match &node.value {
        Value::List(items) => Ok(items),
        Value::Scalar(scalar) if scalar.is_null() => Ok(&[]),
        Value::Scalar(_) => Err("expected a list, found a scalar".to_owned()),
        Value::Map(_) => Err("expected a list, found a mapping".to_owned()),
    }
}

/// Index of the entry of a key. Null has none.
fn key(node: &Node, key: &str) -> Result<Option<usize>, String> {
    match &node.value {
        Value::Map(map) => Ok(map.index(key)),
        Value::Scalar(scalar) if scalar.is_null() => Ok(None),
        Value::Scalar(_) => Err(format!("expected a mapping with `{key}`, found a scalar")),
        Value::List(_) => Err(format!("expected a mapping with `{key}`, found a list")),
    }
}

/// A field to write.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Match {
    pub(super) steps: Steps,
    /// Whether it was made for this; its type then follows from its text.
    pub(super) is_new: bool,
}

/// All fields that a path matches.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Matches {
    pub(super) fields: Vec<Match>,
    /// Whether the path also leads into a text or a null, where kustomize finds a field but loses what it writes.
    pub(super) is_lost: bool,
}

/// What a path creates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Leaf {
    Scalar,
    Map,
    List,
}

/// Finds fields, and creates them on the way if asked for.
#[derive(Clone, Copy)]
pub(super) struct Matcher {
    /// What to create at the end of the path, if anything.
    pub(super) create: Option<Leaf>,
    /// What asks for it.
    pub(super) by: Option<Location>,
}

impl Matcher {
    /// All fields at the end of a path.
    ///
    /// # Errors
    ///
    /// Returns a message where the path does not fit the object.
    pub(super) fn find(self, node: &mut Node, path: &[String]) -> Result<Matches, String> {
        let mut found = Matches::default();
        self.walk(node, path, &mut Steps::new(), false, &mut found)?;
        Ok(found)
    }

    /// Bounded by the length of the path.
    fn walk(
        self,
        node: &mut Node,
        path: &[String],
        steps: &mut Steps,
        is_new: bool,
        found: &mut Matches,
    ) -> Result<(), String> {
        let Some((part, rest)) = path.split_first() else {
            found.fields.push(Match {
                steps: steps.clone(),
                is_new,
            });
            return Ok(());
        };
        if let Some(at) = index(part).and_then(|at| usize::try_from(at).ok()) {
            return self.by_index(node, at, rest, steps, is_new, found);
        }
        if is_element(part) {
            return self.by_element(node, part, rest, steps, found);
        }
        if part == "*" {
            for at in 0..items(node)?.len() {
                self.item(node, at, rest, steps, is_new, found)?;
            }
            return Ok(());
        }
        self.by_key(node, part, rest, steps, is_new, found)
    }

    /// Follows the path into one item or entry.
    fn item(
        self,
        node: &mut Node,
        at: usize,
        rest: &[String],
        steps: &mut Steps,
        is_new: bool,
        found: &mut Matches,
    ) -> Result<(), String> {
        let Some(item) = get_mut(node, &[at]) else {
            return Ok(());
        };
        steps.push(at);
        self.walk(item, rest, steps, is_new, found)?;
        steps.pop();
        Ok(())
    }

    fn by_index(
        self,
        node: &mut Node,
        at: usize,
        rest: &[String],
        steps: &mut Steps,
        is_new: bool,
        found: &mut Matches,
    ) -> Result<(), String> {
        let len = items(node)?.len();
        if let Some(leaf) = self.create
            && len == at
        {
            let Some(items) = node.list_mut() else {
                found.is_lost = true;
                return Ok(());
            };
            items.push(self.made(rest, leaf));
            return self.item(node, at, rest, steps, true, found);
        }
        if at >= len {
            return Err(format!("there is no element {at} in a list of {len}"));
        }
        self.item(node, at, rest, steps, is_new, found)
    }

    fn by_element(
        self,
        node: &mut Node,
        part: &str,
        rest: &[String],
        steps: &mut Steps,
        found: &mut Matches,
    ) -> Result<(), String> {
        let (field, pattern) = element(part)?;
        let before = found.clone();
        self.by_pattern(node, field, pattern, rest, steps, found)?;
        if self.create.is_none() || *found != before {
            return Ok(());
        }
        let value = Node::scalar(Scalar::plain(self.text(pattern)));
        let Some(items) = node.list_mut() else {
            found.is_lost = true;
            return Ok(());
        };
        let at = items.len();
        if field.is_empty() {
            items.push(value);
            return self.item(node, at, &[], steps, true, found);
        }
        let mut item = Node::empty_map(self.by);
        if let Some(map) = item.map_mut() {
            map.set(Scalar::plain(self.text(field)), value);
        }
        items.push(item);
        self.item(node, at, rest, steps, true, found)
    }

    fn by_pattern(
        self,
        node: &mut Node,
        field: &str,
        pattern: &str,
        rest: &[String],
        steps: &mut Steps,
        found: &mut Matches,
    ) -> Result<(), String> {
        let len = items(node)?.len();
        if len == 0 {
            return Ok(());
        }
        let regex = Regex::new(pattern)
            .map_err(|error| match error {
                regex::Error::CompiledTooBig(_) => {
                    "the regular expression needs more than 10 MiB of memory: use smaller repetition counts".to_owned()
                }
                _ => format!("`{pattern}` is not a valid regular expression"),
            })?;
        for at in 0..len {
            let item = get(node, &[at]);
            let (own, rest) = match field {
                // kustomize ignores what follows a value.
                "" => (item, &[][..]),
                field => (item.and_then(|item| item.get(field)), rest),
            };
            if own.is_some_and(|own| regex.is_match(printed(own).trim())) {
                self.item(node, at, rest, steps, false, found)?;
            }
        }
        Ok(())
    }

    fn by_key(
        self,
        node: &mut Node,
        part: &str,
        rest: &[String],
        steps: &mut Steps,
        is_new: bool,
        found: &mut Matches,
    ) -> Result<(), String> {
        let (at, is_new) = match (key(node, part)?, self.create) {
            (Some(at), _) => (at, is_new),
            (None, None) => return Ok(()),
            (None, Some(leaf)) => {
                let value = self.made(rest, leaf);
                let Some(map) = node.map_mut() else {
                    found.is_lost = true;
                    return Ok(());
                };
                let key = Scalar::plain(self.text(part));
                map.entries.push(Entry { key, value });
                (map.len() - 1, true)
            }
        };
        let text = match get(node, &[at]).map(|field| &field.value) {
            Some(Value::Scalar(scalar)) if !rest.is_empty() && !is_new && !scalar.is_null() => {
                Some(scalar.text.clone())
            }
            _ => None,
        };
        match text {
            Some(text) => {
                let mut inner = structured::parse(&text)?;
                let inner = self.find(&mut inner, rest)?;
                found.is_lost |= inner.is_lost || !inner.fields.is_empty();
                Ok(())
            }
            None => self.item(node, at, rest, steps, is_new, found),
        }
    }

    /// What is created where the path goes on with `rest`.
    fn made(self, rest: &[String], leaf: Leaf) -> Node {
        let kind = match rest.first().map(String::as_str) {
            Some(next) if is_element(next) || index(next).is_some_and(|at| at >= 0) => Leaf::List,
            None | Some("") => leaf,
            Some(_) => Leaf::Map,
        };
        match kind {
            Leaf::Scalar => Node::string(self.text("")),
            Leaf::Map => Node::empty_map(self.by),
            Leaf::List => Node::empty_list(self.by),
        }
    }

    fn text(self, string: &str) -> Text {
        Text::new(string, self.origin())
    }

    fn origin(self) -> Origin {
        made(self.by)
    }
}

/// How a value is written, which is what kustomize matches.
fn printed(node: &Node) -> String {
    match &node.value {
        Value::Scalar(scalar) => match scalar.style {
            NodeKind::DoubleQuoted => format!("\"{}\"", scalar.as_str()),
            NodeKind::SingleQuoted => format!("'{}'", scalar.as_str()),
            _ => scalar.as_str().to_owned(),
        },
        Value::Map(_) | Value::List(_) => crate::emit::emit([node]).0,
    }
}
