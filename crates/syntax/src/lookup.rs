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
        if self.may_merge {
            let writes = self.writes(id);
            return writes
                .filter(|entry| self.has_key(entry, key, is_word))
                .last();
        }
        // A loop, because the compiler does not inline `last`.
        let mut found = None;
        for entry in self.entries(self.resolve(id)) {
            if self.has_key(&entry, key, is_word) {
                found = Some(entry);
            }
        }
        found
    }

    /// Returns whether the key of an entry is `key`. `is_word` is [`is_word`] of the key.
    #[inline]
    fn has_key(&self, entry: &Entry, key: &str, is_word: bool) -> bool {
        match self.is_bare(entry.key) {
            true if is_word => self.is_written(entry.key, key),
            _ => self.key_is(entry.key, key),
        }
    }

    /// Keys that [`SyntaxTree::get`] may find in the mapping `id`. Follows an alias.
    #[must_use]
    pub fn key_set(&self, id: NodeId) -> KeySet {
        if self.may_merge {
            return KeySet::ALL;
        }
        let mut keys = KeySet(0);
        for entry in self.entries(self.resolve(id)) {
            match self.bare_key(entry.key) {
                Some(key) => keys.0 |= KeySet::bit(key),
                None => return KeySet::ALL,
            }
        }
        keys
    }

    /// Entries of the mapping `id` as Kubernetes reads them: each key once with the entry that wins, in order of first
    /// appearance.
    #[must_use]
    pub fn fields(&self, id: NodeId) -> Vec<Entry> {
        if !self.may_merge && self.is_simple(self.resolve(id)) {
            return self.entries(self.resolve(id)).collect();
        }
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

    /// Returns whether an entry of the mapping `id` itself is a `<<`.
    #[must_use]
    pub fn has_merge(&self, id: NodeId) -> bool {
        self.may_merge && self.entries(id).any(|entry| self.is_merge(entry.key))
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
    #[inline]
    pub(super) fn bare_key(&self, key: NodeId) -> Option<&str> {
        self.bare(key)
            .filter(|source| self.format() != Format::Yaml || plain(source).is_none())
    }

    /// Text of a plain scalar on a single line, without properties. YAML may read it as another type than a string.
    #[inline]
    pub(super) fn bare(&self, key: NodeId) -> Option<&str> {
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
        let mut seen = KeySet(0);
        let mut are_different = true;
        for entry in self.entries(mapping) {
            let Some(key) = self.bare_key(entry.key) else {
                return false;
            };
            let bit = KeySet::bit(key);
            are_different &= seen.0 & bit == 0;
            seen.0 |= bit;
        }
        if are_different {
            return true;
        }
        let keys = self.entries(mapping);
        let mut keys: Vec<&str> = keys.filter_map(|entry| self.bare_key(entry.key)).collect();
        keys.sort_unstable();
        keys.is_sorted_by(|a, b| a < b)
    }
}

/// Keys that a mapping may have: one bit for each, which it may share with others. Most fields of an object are absent,
/// and a set tells most of them without looking at the mapping.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeySet(u64);

impl KeySet {
    /// All keys.
    pub const ALL: Self = Self(u64::MAX);

    /// Returns whether the mapping may have the key.
    #[must_use]
    #[inline]
    pub fn may_have(self, key: &str) -> bool {
        self.0 & Self::bit(key) != 0
    }

    #[inline]
    fn bit(key: &str) -> u64 {
        let bytes = key.as_bytes();
        let ends = bytes.first().zip(bytes.last());
        let ends = ends.map_or(0, |(first, last)| {
            usize::from(*first) * 5 + usize::from(*last) * 3
        });
        1 << ((ends + bytes.len()) % 64)
    }
}

/// Returns whether a plain key equals `key` only if its source text equals `key`. Other plain keys are read as `true`,
/// `false`, `null` or a number, which are not such words.
#[inline]
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

#[cfg(test)]
mod tests {
    use crate::parse;

    #[test]
    fn a_key_set_has_all_keys() {
        for text in [
            "name: a\nimage: b\n? [x]\n: y\n",
            "'name': a\nimage: b\n",
            "true: a\nname: b\nimage: c\n",
            "<<: {name: a}\nimage: b\n",
            "{\"name\": \"a\", \"image\": \"b\"}",
            "name: a\nimage: b\n",
        ] {
            let tree = parse(text.into());
            let root = tree.documents()[0].root;
            let keys = tree.key_set(root);
            for key in ["name", "image", "true", "command"] {
                let is_there = tree.get(root, key).is_some();
                assert!(keys.may_have(key) || !is_there, "{key} in {text}");
            }
        }
        let tree = parse("name: a\nimage: b\n".into());
        let keys = tree.key_set(tree.documents()[0].root);
        assert!(!keys.may_have("command"));
    }

    #[test]
    fn only_null_is_null() {
        for (text, is_null) in [
            ("a:\n", true),
            ("a: ~\n", true),
            ("a: null\n", true),
            ("a: NULL\n", true),
            ("a: !!null 'null'\n", true),
            ("a: &b null\n", true),
            ("a: 'null'\n", false),
            ("a: ''\n", false),
            ("a: nul\n", false),
            ("a: {}\n", false),
            ("{\"a\": null}", true),
            ("{\"a\": \"\"}", false),
        ] {
            let tree = parse(text.into());
            let entry = tree.get(tree.documents()[0].root, "a").unwrap();
            assert_eq!(tree.is_null(entry.value), is_null, "{text}");
        }
    }
}
