//! Errors that go-yaml detects only while it decodes a tree: too much alias expansion, and merges of non-mappings.

use rustc_hash::FxHashMap;

use super::reader::Reader;
use crate::SyntaxErrorKind;
use crate::text::Span;
use crate::tree::{Node, NodeKind};

/// Up to this number of decoding steps, 99 % of them may come from aliases.
const FEW_STEPS: f64 = 400_000.0;
/// From this number of decoding steps on, 10 % of them may come from aliases.
const MANY_STEPS: f64 = 4_000_000.0;
/// Maximum number of decoding steps from aliases in a file, in addition to its number of nodes. Applies regardless of
/// what go-yaml allows per document, so that an attacker cannot choose the ratio of the work to the file size.
const FREE_STEPS: u64 = 200_000;

impl Reader<'_> {
    /// Checks the aliases and merges of the document with this root node.
    pub(super) fn check_decoding(&mut self, root: u32) {
        for key in std::mem::take(&mut self.merges) {
            self.check_merge(key);
        }
        if self.aliases > 0 {
            self.check_expansion(root);
        }
    }

    /// Records a key. Reports a collection, which go-yaml rejects; merges are checked at the end of the document.
    #[inline(always)]
    pub(super) fn note_key(&mut self, key: u32) {
        let node = self.nodes[key as usize];
        match node.kind {
            NodeKind::Plain if node.span.len() == 2 && self.is_merge(key) => self.merges.push(key),
            NodeKind::Plain | NodeKind::SingleQuoted | NodeKind::DoubleQuoted => {}
            _ => self.check_key_kind(key),
        }
    }

    #[cold]
    fn check_key_kind(&mut self, key: u32) {
        let target = self.nodes[self.target(key) as usize];
        if target.kind.is_mapping() || target.kind.is_sequence() {
            let span = self.nodes[key as usize].span;
            let (start, end) = (span.start as usize, span.end as usize);
            self.error(start, end, SyntaxErrorKind::KeyType);
        }
    }

    /// Returns whether a plain key is a merge key: `<<` without a tag that makes it a normal key.
    fn is_merge(&self, id: u32) -> bool {
        let key = self.nodes[id as usize];
        let text = |span: Span| self.bytes.get(span.range()).unwrap_or_default();
        let own = key.has_properties().then(|| self.holders.get(&id));
        let tag = own
            .flatten()
            .and_then(|&index| self.properties.get(index as usize))
            .map_or(Span::default(), |properties| properties.tag);
        text(key.span) == b"<<" && matches!(text(tag), b"" | b"!" | b"!!merge")
    }

    /// Returns the target of an alias, or the node itself.
    fn target(&self, id: u32) -> u32 {
        let node = self.nodes[id as usize];
        if node.kind == NodeKind::Alias && node.first != Node::NONE {
            node.first
        } else {
            id
        }
    }

    /// Checks that the value of `<<` is a mapping or a list of mappings.
    fn check_merge(&mut self, key: u32) {
        let value = self.nodes[key as usize].next;
        let Some(node) = self.nodes.get(value as usize).copied() else {
            return;
        };
        let good = if node.kind.is_sequence() {
            let mut item = node.first;
            let mut good = true;
            while item != Node::NONE {
                good &= self.nodes[self.target(item) as usize].kind.is_mapping();
                item = self.nodes[item as usize].next;
            }
            good
        } else {
            self.nodes[self.target(value) as usize].kind.is_mapping()
        };
        let broken = node.flags & Node::RECOVERED != 0
            || (node.kind == NodeKind::Alias && node.first == Node::NONE);
        if !good && !broken {
            let (start, end) = (node.span.start as usize, node.span.end as usize);
            self.error(start, end, SyntaxErrorKind::MergeKey);
        }
    }

    /// Counts the decoding steps like go-yaml, but without expanding aliases: an alias costs the same as the first
    /// visit of its target.
    fn check_expansion(&mut self, root: u32) {
        let mut steps = Steps::default();
        let mut cost: FxHashMap<u32, u64> = FxHashMap::default();
        let mut open: Vec<(u32, u64, u32)> = Vec::new();
        let mut here = root;
        steps.total = 1;
        loop {
            let node = self.nodes[here as usize];
            let before = steps.total;
            steps.total = steps.total.saturating_add(1);
            if node.kind == NodeKind::Alias && node.first != Node::NONE {
                let more = cost.get(&node.first).copied().unwrap_or(1);
                steps.total = steps.total.saturating_add(more);
                steps.aliased = steps.aliased.saturating_add(more);
            }
            let refused = if steps.are_excessive() {
                Some(SyntaxErrorKind::ExcessiveAliasing)
            } else if self.expanded + steps.aliased > FREE_STEPS + self.nodes.len() as u64 {
                Some(SyntaxErrorKind::Expansion)
            } else {
                None
            };
            if let Some(kind) = refused {
                let (start, end) = (node.span.start as usize, node.span.end as usize);
                self.error(start, end, kind);
                return;
            }
            let is_collection = node.kind.is_mapping() || node.kind.is_sequence();
            if is_collection && node.first != Node::NONE {
                open.push((here, before, node.next));
                here = node.first;
                continue;
            }
            if node.has_properties() {
                cost.insert(here, steps.total - before);
            }
            let mut next = node.next;
            while next == Node::NONE {
                let Some((collection, before, after)) = open.pop() else {
                    self.expanded += steps.aliased;
                    return;
                };
                cost.insert(collection, steps.total - before);
                next = after;
            }
            here = next;
        }
    }
}

/// Numbers of steps of the go-yaml decoder.
#[derive(Default)]
struct Steps {
    total: u64,
    /// Steps inside aliases.
    aliased: u64,
}

impl Steps {
    /// Rule of go-yaml for "document contains excessive aliasing".
    fn are_excessive(&self) -> bool {
        if self.aliased <= 100 || self.total <= 1000 {
            return false;
        }
        let total = self.total as f64;
        let range = ((total - FEW_STEPS) / (MANY_STEPS - FEW_STEPS)).clamp(0.0, 1.0);
        self.aliased as f64 / total > 0.99 - 0.89 * range
    }
}
