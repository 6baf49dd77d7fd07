//! Reads the objects of a file (`kio.ByteReader`, `resource.Factory`).

use std::collections::VecDeque;
use std::ops::Range;

use super::resource::Resource;
use crate::Text;
use crate::error::RenderError;
use crate::node::{Node, Value};
use crate::read::{Duplicates, document_in};

/// Reads all objects of a text (`SliceFromBytes`).
///
/// # Errors
///
/// The text is malformed, or a document is not an object with kind and name.
pub(super) fn objects(text: &Text) -> Result<Vec<Resource>, RenderError> {
    let documents = documents(text)?;
    let documents = with_identity(documents)?;
    Ok(without_lists(documents)?
        .into_iter()
        .map(Resource::new)
        .collect())
}

/// Reads the documents of a text (`ByteReader.Read`). The only document of a text may be a List, which stands for its
/// items.
fn documents(text: &Text) -> Result<Vec<Node>, RenderError> {
    let parts = split(text)?;
    let is_only = parts.len() == 1;
    let mut documents = Vec::with_capacity(parts.len());
    for part in parts {
        match document_in(text, part, Duplicates::Error)? {
            None => {}
            Some(node) if node.is_null() => {}
            Some(node) if is_only => documents.extend(unwrapped(node)),
            Some(node) => documents.push(node),
        }
    }
    Ok(documents)
}

/// Ranges of the documents. A separator is a line that starts with `---`, with nothing but a comment after it
/// (`splitDocuments`).
fn split(text: &Text) -> Result<Vec<Range<usize>>, RenderError> {
    let string = text.as_str();
    let mut parts = Vec::new();
    let mut start = 0;
    let mut search = 0;
    while let Some(found) = string[search..].find("\n---") {
        let line = search + found + 1;
        let Some(length) = string[line..].find('\n') else {
            break;
        };
        let rest = string[line + 3..line + length].trim();
        if !rest.is_empty() && !rest.starts_with('#') {
            return Err(RenderError::at(
                text.place(line..line + length),
                "nothing but a comment may follow `---` on its line",
            ));
        }
        parts.push(start..line);
        start = line + length + 1;
        search = start;
    }
    if !string.is_empty() {
        parts.push(start..string.len());
    }
    Ok(parts)
}

/// The items of a `List` or `ResourceList`, or the document itself.
fn unwrapped(mut node: Node) -> Vec<Node> {
    let kind = node.get("kind").and_then(Node::str).unwrap_or_default();
    let is_list = matches!(kind, "List" | "ResourceList");
    if is_list && (node.get("items").is_some() || node.get("functionConfig").is_some()) {
        let items = node
            .get_mut("items")
            .map(|items| std::mem::replace(&mut items.value, Value::List(Vec::new())));
        return match items {
            Some(Value::List(items)) => items,
            _ => Vec::new(),
        };
    }
    vec![node]
}

/// Drops empty documents and checks that all others have a kind and a name (`dropBadNodes`).
fn with_identity(documents: Vec<Node>) -> Result<Vec<Node>, RenderError> {
    let documents: Vec<Node> = documents
        .into_iter()
        .filter(|node| !is_empty(node))
        .collect();
    documents.iter().try_for_each(check_identity)?;
    Ok(documents)
}

/// Whether a value is null or an empty collection (`IsYNodeNilOrEmpty`).
pub(super) fn is_empty(node: &Node) -> bool {
    match &node.value {
        Value::Map(map) => map.is_empty(),
        Value::List(items) => items.is_empty(),
        Value::Scalar(scalar) => scalar.is_null(),
    }
}

/// Checks that an object has a kind and, unless it is a list, a name (`GetValidatedMetadata`).
pub(super) fn check_identity(node: &Node) -> Result<(), RenderError> {
    let missing = |what: &str| {
        let place = node.get("kind").unwrap_or(node).location();
        Err(RenderError::at(place, format!("the object has no {what}")))
    };
    let kind = node.get("kind").and_then(Node::str).unwrap_or_default();
    if kind.is_empty() {
        return missing("`kind`");
    }
    let name = node.at(&["metadata", "name"]).and_then(Node::str);
    if !kind.ends_with("List") && name.unwrap_or_default().is_empty() {
        return missing("`metadata.name`");
    }
    Ok(())
}

/// Replaces each list of objects by its items, which follow at the end (`inlineAnyEmbeddedLists`).
fn without_lists(documents: Vec<Node>) -> Result<Vec<Node>, RenderError> {
    let mut queue = VecDeque::from(documents);
    let mut objects = Vec::with_capacity(queue.len());
    while let Some(mut node) = queue.pop_front() {
        let kind = node.get("kind").and_then(Node::str).unwrap_or_default();
        let is_list = kind.ends_with("List");
        let items = match node.get_mut("items") {
            Some(items) if is_list => items,
            _ => {
                objects.push(node);
                continue;
            }
        };
        if items.is_null() {
            continue;
        }
        let place = items.location();
        let Value::List(items) = std::mem::replace(&mut items.value, Value::List(Vec::new()))
        else {
            return Err(RenderError::at(place, "`items` must be a list"));
        };
        for item in items {
            if !item.is_null() {
                queue.extend(with_identity(unwrapped(item))?);
            }
        }
    }
    Ok(objects)
}
