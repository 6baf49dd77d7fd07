//! Decoder of go-yaml v2, applied to the syntax tree.

use rustc_hash::FxHashMap;

use crate::scalar::{Scalar, Tag};
use crate::{Node, NodeId, NodeKind, SyntaxError, SyntaxErrorKind, SyntaxTree};

/// Maximum nesting depth of values with aliases expanded. Go has no such limit, but callers walk the result
/// recursively.
const MAX_DEPTH: usize = 512;

/// Value of a node in go-yaml, before the conversion to JSON.
pub(super) enum Decoded {
    Null,
    Bool(bool),
    Int(i64),
    UInt(u64),
    /// A float, with the node at which infinities and NaN are rejected later.
    Float(f64, NodeId),
    Str(String),
    List(Vec<Self>),
    Map(DecodedMap),
}

/// A key that is compared by type and value, like in Go's `map[interface{}]interface{}`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Key {
    Null,
    Bool(bool),
    Int(i64),
    UInt(u64),
    /// Bits of the float; both zeros have the same bits.
    Float(u64),
    /// NaN, with a unique number, because it does not equal itself.
    Nan(usize),
    Str(String),
}

#[derive(Default)]
pub(super) struct DecodedMap {
    entries: Vec<(Key, NodeId, Decoded)>,
    at: FxHashMap<Key, usize>,
}

impl DecodedMap {
    pub(super) fn into_entries(self) -> Vec<(Key, NodeId, Decoded)> {
        self.entries
    }

    /// Sets `key`, and returns whether it was set before.
    fn set(&mut self, key: Key, node: NodeId, value: Decoded) -> bool {
        if let Some(&at) = self.at.get(&key) {
            self.entries[at].2 = value;
            return true;
        }
        self.at.insert(key.clone(), self.entries.len());
        self.entries.push((key, node, value));
        false
    }
}

pub(super) struct Decoder<'t> {
    tree: &'t SyntaxTree,
    overwritten: Option<NodeId>,
    replaced: bool,
    /// Aliases that are being expanded. Like go-yaml, detects recursion by the alias, not by its anchor.
    expanding: Vec<NodeId>,
    depth: usize,
    decoded: usize,
    decoded_for_aliases: usize,
}

impl<'t> Decoder<'t> {
    pub(super) fn new(tree: &'t SyntaxTree) -> Self {
        Self {
            tree,
            overwritten: None,
            replaced: false,
            expanding: Vec::new(),
            depth: 0,
            decoded: 0,
            decoded_for_aliases: 0,
        }
    }

    pub(super) fn overwritten(&self) -> Option<NodeId> {
        self.overwritten
    }

    pub(super) fn replaced(&self) -> bool {
        self.replaced
    }

    pub(super) fn decode(&mut self, id: NodeId) -> Result<Decoded, SyntaxError> {
        self.count(id)?;
        let kind = self.tree.kind(id);
        if kind.is_scalar() {
            return self.scalar(id);
        }
        self.deeper(id, |decoder| {
            if kind == NodeKind::Alias {
                decoder.alias(id, Self::decode)
            } else if kind.is_sequence() {
                let items: Vec<NodeId> = decoder.tree.items(id).collect();
                let items = items.into_iter().map(|item| decoder.decode(item));
                Ok(Decoded::List(items.collect::<Result<_, _>>()?))
            } else {
                let mut map = DecodedMap::default();
                decoder.mapping(id, &mut map)?;
                Ok(Decoded::Map(map))
            }
        })
    }

    /// Adds the entries of the mapping `id` to `map`.
    fn mapping(&mut self, id: NodeId, map: &mut DecodedMap) -> Result<(), SyntaxError> {
        let tree = self.tree;
        for entry in tree.entries(id) {
            if tree.is_merge(entry.key) {
                for source in tree.merge_sources(entry.value) {
                    if tree.merged_mapping(source).is_none() {
                        return Err(tree.refusal(source, SyntaxErrorKind::MergeKey));
                    }
                    self.merge(source, map)?;
                }
                continue;
            }
            let key = match self.decode(entry.key)? {
                Decoded::Null => Key::Null,
                Decoded::Bool(value) => Key::Bool(value),
                Decoded::Int(number) => Key::Int(number),
                Decoded::UInt(number) => Key::UInt(number),
                Decoded::Float(number, _) if number.is_nan() => Key::Nan(map.entries.len()),
                Decoded::Float(number, _) => Key::Float((number + 0.0).to_bits()),
                Decoded::Str(text) => Key::Str(text),
                Decoded::List(_) | Decoded::Map(_) => {
                    return Err(tree.refusal(entry.key, SyntaxErrorKind::KeyType));
                }
            };
            let value = self.decode(entry.value)?;
            if map.set(key, entry.key, value) {
                self.overwritten = self.overwritten.or(Some(entry.value));
            }
        }
        Ok(())
    }

    /// Merges the value of `<<`, a mapping or an alias of one, into `map`.
    fn merge(&mut self, id: NodeId, map: &mut DecodedMap) -> Result<(), SyntaxError> {
        self.count(id)?;
        self.deeper(id, |decoder| {
            if decoder.tree.kind(id) == NodeKind::Alias {
                decoder.alias(id, |decoder, target| decoder.merge(target, map))
            } else {
                decoder.mapping(id, map)
            }
        })
    }

    fn alias<T>(
        &mut self,
        id: NodeId,
        follow: impl FnOnce(&mut Self, NodeId) -> Result<T, SyntaxError>,
    ) -> Result<T, SyntaxError> {
        let target = self.tree.node(id).first;
        if target == Node::NONE {
            return Err(self.tree.refusal(id, SyntaxErrorKind::UnknownAnchor));
        }
        if self.expanding.contains(&id) {
            return Err(self.tree.refusal(id, SyntaxErrorKind::RecursiveAlias));
        }
        self.expanding.push(id);
        let followed = follow(self, NodeId(target));
        self.expanding.pop();
        followed
    }

    fn scalar(&mut self, id: NodeId) -> Result<Decoded, SyntaxError> {
        Ok(match self.tree.scalar(id) {
            Scalar::Null => Decoded::Null,
            Scalar::Bool(value) => Decoded::Bool(value),
            Scalar::Int(number) => Decoded::Int(number),
            Scalar::UInt(number) => Decoded::UInt(number),
            Scalar::Float(number) => Decoded::Float(number, id),
            Scalar::Str(text) => {
                self.replaced |= self.tree.tag_of(id) == Some(Tag::Binary)
                    && text.contains(char::REPLACEMENT_CHARACTER);
                Decoded::Str(text.into_owned())
            }
            Scalar::Invalid => return Err(self.tree.refusal(id, SyntaxErrorKind::Tag)),
        })
    }

    fn deeper<T>(
        &mut self,
        id: NodeId,
        inside: impl FnOnce(&mut Self) -> Result<T, SyntaxError>,
    ) -> Result<T, SyntaxError> {
        if self.depth >= MAX_DEPTH {
            return Err(self.tree.refusal(id, SyntaxErrorKind::Depth));
        }
        self.depth += 1;
        let result = inside(self);
        self.depth -= 1;
        result
    }

    /// Guard of go-yaml against alias bombs: limits the share of decoded nodes that come from aliases. The limit falls
    /// from 99 % to 10 % between 400,000 and 4,000,000 nodes.
    #[allow(clippy::cast_precision_loss)]
    fn count(&mut self, id: NodeId) -> Result<(), SyntaxError> {
        const LOW: usize = 400_000;
        const HIGH: usize = 4_000_000;
        self.decoded += 1;
        if !self.expanding.is_empty() {
            self.decoded_for_aliases += 1;
        }
        if self.decoded_for_aliases <= 100 || self.decoded <= 1000 {
            return Ok(());
        }
        let over = self.decoded.clamp(LOW, HIGH) - LOW;
        let allowed = 0.99 - 0.89 * (over as f64 / (HIGH - LOW) as f64);
        if self.decoded_for_aliases as f64 / self.decoded as f64 > allowed {
            return Err(self.tree.refusal(id, SyntaxErrorKind::ExcessiveAliasing));
        }
        Ok(())
    }
}
