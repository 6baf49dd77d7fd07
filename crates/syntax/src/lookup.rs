//! Lookup in mappings as Kubernetes reads them: aliases are resolved, `<<` is merged, and the last duplicate key wins.
//!
//! Merging follows go-yaml v2 (`decode.go`, `merge`), which differs from the YAML merge draft: a `<<` sets its entries
//! at its position, so it overrides the keys before it, and the keys after it override it. In a list of mappings, the
//! first one wins.

use rustc_hash::FxHashMap;

use super::scalar::{Tag, plain};
use super::{Entry, Format, Node, NodeId, NodeKind, SyntaxTree};

/// Maximum number of mappings that one mapping may merge through `<<`. Further ones are ignored, as a guard against
/// alias bombs.
const MERGE_BUDGET: usize = 1_000;

impl SyntaxTree {
    /// Returns the entry that Kubernetes uses for `key` in the mapping `id`. Follows an alias.
    ///
    /// Keys are compared as strings like in kubectl ([`SyntaxTree::key_text`]). The last one wins, both for keys of the
    /// mapping itself and for keys merged by `<<`.
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

    /// Entries of the mapping `id` as Kubernetes reads them: each key once with the entry that wins, in order of first
    /// appearance.
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

    /// Duplicate keys of the mapping `id`: the first entry, paired with each later one.
    ///
    /// Keys are equal if they are equal as JSON keys. `<<` and merged keys do not count. If go-yaml also treats them as
    /// equal (`yes` and `true`, `1` and `0x1`), kubectl keeps the last one and strict readers reject the document. If
    /// only their JSON keys are equal (`1` and `"1"`, `1` and `1.0`), strict readers do not detect the duplicate, and
    /// the order of a Go map decides which one is kept.
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

    /// Returns whether `key` is a merge key: a plain `<<`, or one with the tag `!` or `!!merge`. A quoted `"<<"` is a
    /// normal key.
    #[must_use]
    pub fn is_merge(&self, key: NodeId) -> bool {
        let node = self.node(key);
        if !self.may_merge || !node.kind.is_scalar() {
            return false;
        }
        if !node.has_properties() {
            return node.kind == NodeKind::Plain && self.source_text(key) == "<<";
        }
        let merges = match self.tag_of(key) {
            None => node.kind == NodeKind::Plain,
            Some(tag) => matches!(tag, Tag::NonSpecific | Tag::Merge),
        };
        merges && self.decoded(key) == "<<"
    }

    /// Nodes that a `<<` with this value merges, with unresolved aliases, in the order in which go-yaml sets them: the
    /// last one of a list first.
    pub(super) fn merge_sources(&self, value: NodeId) -> Vec<NodeId> {
        // kubectl rejects an alias of a list. Only a literal list is supported.
        if !self.kind(value).is_sequence() {
            return vec![value];
        }
        let mut sources: Vec<_> = self.items(value).collect();
        sources.reverse();
        sources
    }

    /// Mapping that a merge source refers to. `None` if it is not a mapping, which kubectl rejects.
    pub(super) fn merged_mapping(&self, source: NodeId) -> Option<NodeId> {
        let mapping = self.resolve(source);
        self.kind(mapping).is_mapping().then_some(mapping)
    }

    /// Entries of the mapping `id` in the order in which go-yaml sets them.
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
            Some(source) => source == name,
            None => self.key_text(key) == name,
        }
    }

    /// Text of a plain key that YAML reads as a string. `None` for other keys.
    pub(super) fn bare_key(&self, key: NodeId) -> Option<&str> {
        self.bare(key)
            .filter(|source| self.format() != Format::Yaml || plain(source).is_none())
    }

    /// Text of a plain key on a single line. YAML may read it as another type.
    fn bare(&self, key: NodeId) -> Option<&str> {
        self.is_bare(key).then(|| self.source_text(key))
    }

    fn is_bare(&self, key: NodeId) -> bool {
        let node = self.node(key);
        node.kind == NodeKind::Plain && !node.has_properties() && node.flags & Node::MULTILINE == 0
    }

    /// Returns whether the source text of the node equals `text`. Compares the length first, which mostly differs.
    fn is_written(&self, id: NodeId, text: &str) -> bool {
        let range = self.span(id).range();
        range.len() == text.len() && self.text.as_bytes().get(range) == Some(text.as_bytes())
    }

    /// Returns whether the keys of a mapping are all plain strings and distinct. True for most mappings, and faster to
    /// find out than with a hash table.
    fn is_simple(&self, mapping: NodeId) -> bool {
        let keys = self.entries(mapping).map(|entry| self.bare_key(entry.key));
        let Some(mut keys) = keys.collect::<Option<Vec<&str>>>() else {
            return false;
        };
        keys.sort_unstable();
        keys.is_sorted_by(|a, b| a < b)
    }
}

/// Returns whether a plain key equals `key` only if its source text equals `key`. Other plain keys are read as `true`,
/// `false`, `null` or a number, which are not such words.
fn is_word(key: &str) -> bool {
    key.starts_with(|c: char| c.is_ascii_lowercase()) && plain(key).is_none()
}

/// Iterator over the entries of a mapping and of everything it merges. Allocates only if there is a `<<`.
struct Writes<'t> {
    tree: &'t SyntaxTree,
    here: Frame,
    /// Remaining frames: mappings that wait for their merge source, and sources that are not visited yet.
    stack: Vec<Frame>,
    budget: usize,
}

#[derive(Clone, Copy)]
struct Frame {
    mapping: NodeId,
    /// The next key, or [`Node::NONE`].
    cursor: u32,
    /// Whether the iterator is inside this mapping, so that merging it again would be infinite.
    entered: bool,
}

impl Frame {
    fn new(tree: &SyntaxTree, mapping: NodeId) -> Self {
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
        // The stack is last in, first out, so push the first source last.
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
