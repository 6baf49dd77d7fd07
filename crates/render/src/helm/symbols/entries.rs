//! Entries of values files, and the properties of a schema.

use std::sync::Arc;

use podwright_syntax::provenance::Text;
use podwright_syntax::text::{FileId, Location, Span};
use podwright_syntax::{NodeId, NodeKind, SyntaxTree};
use rustc_hash::FxHashSet;

use crate::files::SourceFile;
use crate::helm::chart::File;

use super::path::{PathId, Paths, Step};

/// Most levels of a values file or schema.
const MAX_DEPTH: usize = 40;

/// Most entries of a values file that are read through aliases.
const MAX_ENTRIES: usize = 200_000;

/// A file with values.
#[derive(Clone, Debug)]
pub struct ValuesFile {
    /// The file.
    pub file: FileId,
    /// Its content.
    pub source: Arc<SourceFile>,
    /// The set of values that it belongs to; `None` for the `values.yaml` of a chart.
    pub set: Option<Arc<str>>,
    /// The chart whose values it has.
    pub chart: usize,
    /// Whether it cannot be read completely.
    pub is_partial: bool,
    /// Names before a colon in its comments.
    pub(super) documented: FxHashSet<Arc<str>>,
}

/// An entry of a values file.
#[derive(Clone, Debug)]
pub struct Entry {
    /// What it sets.
    pub path: PathId,
    /// Its file, as an index of [`super::Symbols::values`].
    pub values: usize,
    /// Its key, without quotes.
    pub key: Location,
    /// Its value in the tree of the file.
    pub value: NodeId,
    /// Whether an alias uses it, so that it is more than one entry.
    pub is_shared: bool,
}

/// A property of a schema.
#[derive(Clone, Debug)]
pub struct Property {
    /// The value that it describes.
    pub path: PathId,
    /// Where its name is written, without quotes.
    pub name: Location,
}

/// A string in a values file that has template syntax.
pub(super) struct TemplateText {
    pub(super) path: PathId,
    pub(super) text: Arc<Text>,
}

/// Reads the entries of values files.
#[derive(Default)]
pub(super) struct Reader {
    pub(super) entries: Vec<Entry>,
    pub(super) templates: Vec<TemplateText>,
    pub(super) properties: Vec<Property>,
}

impl Reader {
    /// Reads a values file of a chart with the values at `root`.
    pub(super) fn values(
        &mut self,
        file: &File,
        set: Option<Arc<str>>,
        (chart, root): (usize, PathId),
        index: usize,
        paths: &mut Paths,
    ) -> ValuesFile {
        let tree = file.source.tree();
        let before = self.entries.len();
        let mut walk = Walk {
            reader: self,
            paths,
            tree,
            file: file.id,
            index,
            most: before + MAX_ENTRIES,
        };
        for document in tree.documents() {
            walk.value(root, document.root, 0, false);
        }
        ValuesFile {
            file: file.id,
            source: file.source.clone(),
            set,
            chart,
            is_partial: !tree.errors().is_empty() || self.entries.len() >= before + MAX_ENTRIES,
            documented: documented(tree),
        }
    }

    /// Reads the `values.schema.json` of a chart with the values at `root`.
    pub(super) fn schema(&mut self, file: &File, root: PathId, paths: &mut Paths) {
        let tree = file.source.tree();
        if let Some(document) = tree.documents().first() {
            let schema = Schema {
                tree,
                file: file.id,
                root: document.root,
            };
            schema.read(self, paths, document.root, root, 0);
        }
    }
}

struct Walk<'w> {
    reader: &'w mut Reader,
    paths: &'w mut Paths,
    tree: &'w SyntaxTree,
    file: FileId,
    index: usize,
    most: usize,
}

impl Walk<'_> {
    fn value(&mut self, path: PathId, node: NodeId, depth: usize, is_shared: bool) {
        if depth > MAX_DEPTH || self.reader.entries.len() >= self.most {
            return;
        }
        let is_shared = is_shared || self.tree.kind(node) == NodeKind::Alias;
        let node = self.tree.resolve(node);
        let kind = self.tree.kind(node);
        if kind.is_mapping() {
            for entry in self.tree.entries(node) {
                if self.tree.is_merge(entry.key) {
                    self.merged(path, entry.value, depth);
                    continue;
                }
                let key: Arc<str> = self.tree.key_text(entry.key).into();
                let child = self.paths.child(path, Step::Key(key));
                self.reader.entries.push(Entry {
                    path: child,
                    values: self.index,
                    key: Location {
                        file: self.file,
                        span: inner(self.tree, entry.key),
                    },
                    value: entry.value,
                    is_shared: is_shared || self.tree.anchor(entry.value).is_some(),
                });
                self.value(child, entry.value, depth + 1, is_shared);
            }
        } else if kind.is_sequence() {
            let child = self.paths.child(path, Step::Any);
            for item in self.tree.items(node) {
                self.value(child, item, depth + 1, is_shared);
            }
        } else if self.tree.source_text(node).contains("{{") {
            self.reader.templates.push(TemplateText {
                path,
                text: Arc::new(Text::read(self.tree, self.file, node)),
            });
        }
    }

    fn merged(&mut self, path: PathId, value: NodeId, depth: usize) {
        let value = self.tree.resolve(value);
        if self.tree.kind(value).is_sequence() {
            for item in self.tree.items(value) {
                self.value(path, self.tree.resolve(item), depth + 1, true);
            }
        } else {
            self.value(path, value, depth + 1, true);
        }
    }
}

/// The span of a scalar without its quotes.
fn inner(tree: &SyntaxTree, node: NodeId) -> Span {
    let span = tree.span(node);
    match tree.kind(node) {
        NodeKind::SingleQuoted | NodeKind::DoubleQuoted if span.len() >= 2 => {
            Span::new(span.start + 1, span.end - 1)
        }
        _ => span,
    }
}

/// Names before a colon in comments: entries that show what can be set.
fn documented(tree: &SyntaxTree) -> FxHashSet<Arc<str>> {
    let mut names = FxHashSet::default();
    for &comment in tree.comments() {
        for (at, _) in tree.slice(comment).match_indices(':') {
            let before = &tree.slice(comment)[..at];
            let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '/');
            let start = before.trim_end_matches(is_name).len();
            if start < before.len() {
                names.insert(Arc::from(&before[start..]));
            }
        }
        // `@param image.tag`, `image.tag -- The tag`
        let words = tree.slice(comment).split_whitespace();
        for word in words.filter(|word| word.contains('.')) {
            names.extend(word.split('.').map(Arc::from));
        }
    }
    names
}

struct Schema<'s> {
    tree: &'s SyntaxTree,
    file: FileId,
    root: NodeId,
}

impl Schema<'_> {
    fn get(&self, node: NodeId, key: &str) -> Option<NodeId> {
        let node = self.tree.resolve(node);
        let is_mapping = self.tree.kind(node).is_mapping();
        let entry = is_mapping.then(|| self.tree.get(node, key)).flatten()?;
        Some(self.tree.resolve(entry.value))
    }

    fn read(
        &self,
        reader: &mut Reader,
        paths: &mut Paths,
        node: NodeId,
        path: PathId,
        depth: usize,
    ) {
        if depth > MAX_DEPTH || reader.properties.len() >= MAX_ENTRIES {
            return;
        }
        let target = self.get(node, "$ref").and_then(|node| self.target(node));
        if let Some(target) = target {
            self.read(reader, paths, target, path, depth + 4);
        }
        if let Some(properties) = self.get(node, "properties") {
            let is_mapping = self.tree.kind(properties).is_mapping();
            for entry in self.tree.entries(properties).filter(|_| is_mapping) {
                let key: Arc<str> = self.tree.key_text(entry.key).into();
                let child = paths.child(path, Step::Key(key));
                reader.properties.push(Property {
                    path: child,
                    name: Location {
                        file: self.file,
                        span: inner(self.tree, entry.key),
                    },
                });
                self.read(reader, paths, entry.value, child, depth + 1);
            }
        }
        for key in ["items", "additionalProperties"] {
            if let Some(inner) = self.get(node, key)
                && self.tree.kind(inner).is_mapping()
            {
                let child = paths.child(path, Step::Any);
                self.read(reader, paths, inner, child, depth + 1);
            }
        }
        for key in ["allOf", "anyOf", "oneOf"] {
            if let Some(list) = self.get(node, key)
                && self.tree.kind(list).is_sequence()
            {
                for item in self.tree.items(list) {
                    self.read(reader, paths, item, path, depth + 1);
                }
            }
        }
    }

    /// What a `$ref` in the same file leads to.
    fn target(&self, node: NodeId) -> Option<NodeId> {
        let reference = self.tree.decoded(node);
        let pointer = reference.strip_prefix("#/")?;
        let mut keys = pointer.split('/');
        keys.try_fold(self.root, |node, key| self.get(node, key))
    }
}
