//! A mapping as Kubernetes sees it: aliases followed, `<<` merged, the last of two equal keys.
//!
//! Merging is go-yaml v2's (`decode.go`, `merge`), which is not that of the YAML merge draft: a `<<` writes its
//! entries where it stands, so that it wins over the keys before it and loses against those after it.
//! In a list of mappings the first one wins.

use rustc_hash::FxHashMap;

use super::scalar::{Tag, plain};
use super::{Entry, Format, Kind, Node, NodeId, Tree};

/// How many mappings one mapping may pull in through `<<`; more is a bomb, and the rest is left out.
const MERGE_BUDGET: usize = 1_000;

/// How many keys a mapping may have to be looked through without a table.
const SIMPLE: usize = 16;

impl Tree {
    /// The entry that Kubernetes would use for `key` in the mapping `id` (an alias is followed).
    ///
    /// Keys are compared as kubectl makes them strings ([`Tree::key_text`]), and the last one written wins,
    /// be it a key of the mapping itself or one that a `<<` brings in.
    #[must_use]
    pub fn get(&self, id: NodeId, key: &str) -> Option<Entry> {
        let is_word = is_word(key);
        let is_it = |entry: &Entry| match self.is_bare(entry.key) {
            true if is_word => self.is_written(entry.key, key),
            _ => self.key_is(entry.key, key),
        };
        if self.may_merge {
            self.writes(id).filter(is_it).last()
        } else {
            self.entries(self.resolve(id)).filter(is_it).last()
        }
    }

    /// The entries of the mapping `id` as Kubernetes sees them: each key once, in order of first appearance,
    /// with the entry that wins.
    #[must_use]
    pub fn fields(&self, id: NodeId) -> Vec<Entry> {
        let mut fields: Vec<Entry> = Vec::new();
        let mut at = FxHashMap::default();
        for entry in self.writes(id) {
            let slot = *at.entry(self.key_text(entry.key)).or_insert(fields.len());
            match fields.get_mut(slot) {
                Some(field) => *field = entry,
                None => fields.push(entry),
            }
        }
        fields
    }

    /// Keys of the mapping `id` that are written more than once: the first entry, and each later one.
    ///
    /// Keys are the same if they are the same as JSON keys; `<<` and what it brings in are not counted.
    /// Where they are also the same to go-yaml (`yes` and `true`, `1` and `0x1`), kubectl keeps the last one and
    /// strict readers refuse the document. Where only their JSON text is the same (`1` and `"1"`, `1` and `1.0`),
    /// strict readers see nothing, and which one survives is left to the order of a Go map: any of them.
    #[must_use]
    pub fn duplicates(&self, id: NodeId) -> Vec<(Entry, Entry)> {
        let mut duplicates = Vec::new();
        if self.is_simple(self.resolve(id)) {
            return duplicates;
        }
        let mut firsts = FxHashMap::default();
        for entry in self.entries(self.resolve(id)) {
            if self.is_merge(entry.key) {
                continue;
            }
            let first = *firsts.entry(self.key_text(entry.key)).or_insert(entry);
            if first != entry {
                duplicates.push((first, entry));
            }
        }
        duplicates
    }

    /// Whether `key` is a `<<` that merges: plain, or with the tag `!` or `!!merge`. A quoted `"<<"` is a key.
    #[must_use]
    pub fn is_merge(&self, key: NodeId) -> bool {
        let node = self.node(key);
        if !self.may_merge || !node.kind.is_scalar() {
            return false;
        }
        if node.props == Node::NONE {
            return node.kind == Kind::Plain && self.raw(key) == "<<";
        }
        let merges = match self.tag_of(key) {
            None => node.kind == Kind::Plain,
            Some(tag) => matches!(tag, Tag::NonSpecific | Tag::Merge),
        };
        merges && self.value(key) == "<<"
    }

    /// The nodes that a `<<` with this value pulls in, aliases as they are, in the order in which go-yaml
    /// writes them: the last of a list first.
    pub(super) fn merge_sources(&self, value: NodeId) -> Vec<NodeId> {
        // An alias of a list is refused; only a list that stands there itself is followed.
        if !self.kind(value).is_sequence() {
            return vec![value];
        }
        let mut sources: Vec<_> = self.items(value).collect();
        sources.reverse();
        sources
    }

    /// The mapping that such a node brings in; `None` if it is no mapping, which kubectl refuses.
    pub(super) fn merged_mapping(&self, source: NodeId) -> Option<NodeId> {
        let mapping = self.resolve(source);
        self.kind(mapping).is_mapping().then_some(mapping)
    }

    /// The entries of the mapping `id` in the order in which go-yaml writes them into its map.
    fn writes(&self, id: NodeId) -> Writes<'_> {
        Writes {
            tree: self,
            here: Frame::new(self, self.resolve(id)),
            stack: Vec::new(),
            budget: MERGE_BUDGET,
        }
    }

    fn key_is(&self, key: NodeId, name: &str) -> bool {
        match self.bare_key(key) {
            Some(raw) => raw == name,
            None => self.key_text(key) == name,
        }
    }

    /// The text of a key that is written as it is read: plain, and a string.
    pub(super) fn bare_key(&self, key: NodeId) -> Option<&str> {
        self.bare(key)
            .filter(|raw| self.format() != Format::Yaml || plain(raw).is_none())
    }

    /// The text of a key that is plain, and stands on one line; what it is read as may be something else.
    fn bare(&self, key: NodeId) -> Option<&str> {
        self.is_bare(key).then(|| self.raw(key))
    }

    fn is_bare(&self, key: NodeId) -> bool {
        let node = self.node(key);
        node.kind == Kind::Plain && node.props == Node::NONE && node.flags & Node::MULTILINE == 0
    }

    /// Whether the node is written as that text; most differ in length.
    fn is_written(&self, id: NodeId, text: &str) -> bool {
        let range = self.span(id).range();
        range.len() == text.len() && self.text.as_bytes().get(range) == Some(text.as_bytes())
    }

    /// Whether a mapping has few keys, all bare and different: told without a table, as it is of most.
    fn is_simple(&self, mapping: NodeId) -> bool {
        let mut keys = [""; SIMPLE];
        self.entries(mapping).enumerate().all(|(count, entry)| {
            let key = self.bare_key(entry.key);
            let new = key.filter(|key| count < SIMPLE && !keys[..count].contains(key));
            if let Some(key) = new {
                keys[count] = key;
            }
            new.is_some()
        })
    }
}

/// Whether a bare key is read as `key` only if it is written so: what is no string is read as `true`, `false`, `null` or a
/// number, and none of them is such a word.
fn is_word(key: &str) -> bool {
    key.starts_with(|c: char| c.is_ascii_lowercase()) && plain(key).is_none()
}

/// A walk over a mapping and all that it merges. Allocates nothing until it meets a `<<`.
struct Writes<'t> {
    tree: &'t Tree,
    here: Frame,
    /// What comes after: mappings that wait for the one they merge, and sources whose turn is yet to come.
    stack: Vec<Frame>,
    budget: usize,
}

#[derive(Clone, Copy)]
struct Frame {
    mapping: NodeId,
    /// The next key, or [`Node::NONE`].
    cursor: u32,
    /// Whether the walk is inside this mapping, so that merging it once more would never end.
    entered: bool,
}

impl Frame {
    fn new(tree: &Tree, mapping: NodeId) -> Self {
        let is_mapping = tree.kind(mapping).is_mapping();
        Self {
            mapping,
            cursor: if is_mapping {
                tree.node(mapping).first
            } else {
                Node::NONE
            },
            entered: false,
        }
    }
}

impl Iterator for Writes<'_> {
    type Item = Entry;

    fn next(&mut self) -> Option<Entry> {
        loop {
            if self.here.cursor == Node::NONE {
                self.here = self.stack.pop()?;
                continue;
            }
            let key = NodeId(self.here.cursor);
            let value = self.tree.node(key).next;
            if value == Node::NONE {
                self.here.cursor = Node::NONE;
                continue;
            }
            let value = NodeId(value);
            self.here.cursor = self.tree.node(value).next;
            if !self.tree.is_merge(key) {
                return Some(Entry { key, value });
            }
            self.merge(value);
        }
    }
}

impl Writes<'_> {
    fn merge(&mut self, value: NodeId) {
        self.here.entered = true;
        self.stack.push(self.here);
        self.here.cursor = Node::NONE;
        // The stack gives back what was pushed last, so the first to be written goes on top.
        let sources = self.tree.merge_sources(value).into_iter().rev();
        for source in sources.filter_map(|source| self.tree.merged_mapping(source)) {
            let inside = |frame: &Frame| frame.entered && frame.mapping == source;
            if self.budget > 0 && !self.stack.iter().any(inside) {
                self.budget -= 1;
                self.stack.push(Frame::new(self.tree, source));
            }
        }
    }
}
