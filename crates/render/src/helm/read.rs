//! Reads YAML and JSON into values of templates, as `sigs.k8s.io/yaml` and `encoding/json` do.

mod json_error;

use std::sync::Arc;

use podwright_go_template::{Data, Entries, Key, List, Map, Value};
use podwright_syntax::provenance::{Origin, Text};
use podwright_syntax::text::{FileId, Location};
use podwright_syntax::{Format, NodeId, NodeKind, Scalar, SyntaxTree};

use crate::RenderError;

/// Where the text of a tree comes from.
#[derive(Clone, Copy)]
pub(super) enum Source<'s> {
    /// A file.
    File(FileId),
    /// A text that knows its origins.
    Text(&'s Text),
}

/// File of the places in a tree that was parsed from a text.
const INSIDE: FileId = FileId(u32::MAX);

/// Most values in a file or text.
const MAX_VALUES: usize = 250_000;

struct Reader<'s> {
    tree: &'s SyntaxTree,
    source: Source<'s>,
}

/// The documents of a tree that are not empty.
pub(super) fn documents(tree: &SyntaxTree, source: Source<'_>) -> Result<Vec<Value>, RenderError> {
    let reader = Reader { tree, source };
    if let Some(error) = tree.errors().first() {
        let span = error.span.start as usize..error.span.end as usize;
        let place = match source {
            Source::File(file) => Some(Location {
                file,
                span: error.span,
            }),
            Source::Text(text) => near(text, span),
        };
        return Err(RenderError {
            syntax: Some(error.kind),
            ..RenderError::at(place, "malformed YAML")
        });
    }
    if tree.ids().count() > MAX_VALUES {
        let place = match source {
            Source::File(file) => Some(Location {
                file,
                span: podwright_syntax::text::Span::at(0),
            }),
            Source::Text(text) => text.location(),
        };
        let message = format!("more than {MAX_VALUES} values in one file");
        return Err(RenderError::limit(place, message, "remove values"));
    }
    let roots = tree.documents().iter().map(|document| document.root);
    roots
        .filter(|&root| tree.kind(root) != NodeKind::Empty)
        .map(|root| reader.root(root))
        .collect()
}

/// Where a part of a text is written, or what is around it.
fn near(text: &Text, span: std::ops::Range<usize>) -> Option<Location> {
    let string = text.as_str();
    let line = string
        .get(..span.start)
        .map_or(0, |before| before.rfind('\n').map_or(0, |at| at + 1));
    let before = string
        .get(..span.start)
        .map_or(0, |before| before.trim_end().len());
    let place = text.place(span.clone()).filter(|_| !span.is_empty());
    place
        .or_else(|| {
            text.place(line..span.start.max(line))
                .filter(|_| line < span.start)
        })
        .or_else(|| text.place(before.saturating_sub(1)..before))
        .or_else(|| text.location())
}

/// The first document of a YAML text; nil if there is none.
pub(super) fn yaml(text: &Text) -> Result<Value, RenderError> {
    let tree = podwright_syntax::yaml::read_document(text.as_str().into());
    let documents = documents(&tree, Source::Text(text))?;
    Ok(documents.into_iter().next().unwrap_or_else(Value::nil))
}

/// A JSON text.
pub(super) fn json(text: &Text) -> Result<Value, String> {
    if serde_json::from_str::<serde::de::IgnoredAny>(text.as_str()).is_err() {
        return Err(json_error::message(text.as_str()));
    }
    let tree = podwright_syntax::json::read(text.as_str().into());
    let root = tree.documents().first().map(|document| document.root);
    let reader = Reader {
        tree: &tree,
        source: Source::Text(text),
    };
    match root {
        Some(root) if tree.errors().is_empty() => reader.root(root).map_err(|error| error.message),
        _ => Err("unexpected end of JSON input".to_owned()),
    }
}

impl Reader<'_> {
    fn root(&self, root: NodeId) -> Result<Value, RenderError> {
        if let Err(error) = self.tree.to_json(root) {
            let span = error.span.start as usize..error.span.end as usize;
            let place = match self.source {
                Source::File(file) => Some(Location {
                    file,
                    span: error.span,
                }),
                Source::Text(text) => text.place(span),
            };
            return Err(RenderError::at(
                place,
                "YAML that cannot be converted to JSON",
            ));
        }
        Ok(self.value(root))
    }

    fn place(&self, id: NodeId) -> Option<Location> {
        let span = self.tree.span(id);
        match self.source {
            Source::File(file) => Some(Location { file, span }),
            Source::Text(text) => text.place(span.start as usize..span.end as usize),
        }
    }

    fn origin(&self, id: NodeId) -> Origin {
        self.place(id).map_or(Origin::Nowhere, Origin::made_at)
    }

    fn text(&self, id: NodeId) -> Text {
        match self.source {
            Source::File(file) => Text::read(self.tree, file, id),
            Source::Text(text) => Text::read(self.tree, INSIDE, id).moved_into(text, 0),
        }
    }

    /// The only origin of a part of a text, if it is copied.
    fn copied(&self, id: NodeId) -> Option<Origin> {
        let Source::Text(text) = self.source else {
            return None;
        };
        let span = self.tree.span(id);
        let part = text.slice(span.start as usize..span.end as usize);
        let mut runs = part.runs();
        match (runs.next(), runs.next()) {
            (Some((_, origin @ Origin::Copied(_))), None) => Some(origin.clone()),
            _ => None,
        }
    }

    /// The depth and the number of nodes are limited by the conversion to JSON before.
    fn value(&self, id: NodeId) -> Value {
        let id = self.tree.resolve(id);
        let kind = self.tree.kind(id);
        if kind.is_mapping() {
            let mut entries = Entries::new();
            self.entries(id, &mut entries);
            return Value::new(Data::Map(Map::new(entries)), self.origin(id));
        }
        if kind.is_sequence() {
            let items = self.tree.items(id).map(|item| self.value(item)).collect();
            return Value::new(Data::List(List::new(items)), self.origin(id));
        }
        self.scalar(id)
    }

    /// As go-yaml v2, merges `<<` at its position, so that later entries win.
    fn entries(&self, id: NodeId, entries: &mut Entries) {
        for entry in self.tree.entries(id) {
            if self.tree.format() == Format::Yaml && self.tree.is_merge(entry.key) {
                let value = self.tree.resolve(entry.value);
                if self.tree.kind(value).is_sequence() {
                    let items: Vec<NodeId> = self.tree.items(value).collect();
                    for item in items.into_iter().rev() {
                        self.entries(self.tree.resolve(item), entries);
                    }
                } else {
                    self.entries(value, entries);
                }
                continue;
            }
            let key = self.key(entry.key);
            let value = self.value(entry.value);
            // The key that is written last.
            entries.remove(key.0.as_str());
            entries.insert(key, value);
        }
    }

    fn key(&self, id: NodeId) -> Key {
        let id = self.tree.resolve(id);
        let name = self.tree.key_text(id);
        let text = self.text(id);
        Key(Arc::new(match text.as_str() == name {
            true => text,
            false => Text::new(name.into_owned(), self.origin(id)),
        }))
    }

    fn scalar(&self, id: NodeId) -> Value {
        let data = match self.tree.scalar(id) {
            Scalar::Null | Scalar::Invalid => return Value::new(Data::Nil, self.origin(id)),
            Scalar::Str(_) => return self.text(id).into(),
            Scalar::Bool(value) => Data::Bool(value),
            #[allow(clippy::cast_precision_loss)]
            Scalar::Int(number) => Data::Float(number as f64),
            #[allow(clippy::cast_precision_loss)]
            Scalar::UInt(number) => Data::Float(number as f64),
            Scalar::Float(number) => Data::Float(number),
        };
        let written = self.tree.source_text(id);
        let is_verbatim = match &data {
            Data::Bool(value) => written == value.to_string(),
            // With an exponent, it depends on who prints it.
            Data::Float(number) => !written.contains(['e', 'E']) && written == number.to_string(),
            _ => false,
        };
        let origin = match self.place(id) {
            Some(place) if is_verbatim => Origin::Copied(place),
            Some(place) => Origin::made_at(place),
            None => Origin::Nowhere,
        };
        let copied = self.copied(id).filter(|_| is_verbatim);
        Value::new(data, copied.unwrap_or(origin))
    }
}

/// A node of a tree that [`documents`] has accepted.
pub(super) fn value(tree: &SyntaxTree, source: Source<'_>, id: NodeId) -> Value {
    Reader { tree, source }.value(id)
}
