//! A document inside a scalar: a `config.json` in a Secret, a `config.toml` in a ConfigMap.

mod align;

use std::sync::Arc;

use super::{NodeId, Tree};
use crate::text::Span;
use align::Piece;

/// A document that stands in a scalar of another, and the way from its places back to the outer text.
#[derive(Clone, Debug)]
pub struct Embedded {
    /// The inner document.
    pub tree: Tree,
    /// Pieces of the inner text in order, without gaps; none if the way back is not known.
    map: Vec<Piece>,
}

impl Embedded {
    /// The document that the value of the scalar `id` (an alias is followed) holds, read by `read`.
    #[must_use]
    pub fn new(outer: &Tree, id: NodeId, read: impl FnOnce(Arc<str>) -> Tree) -> Self {
        let id = outer.resolve(id);
        let text = outer.value(id);
        let map = align::pieces(outer, id, &text).unwrap_or_default();
        Self {
            map,
            tree: read(text.into()),
        }
    }

    /// A document in a text that is not the scalar's own, but was made of it: base64 decoded.
    ///
    /// No place in it has a place in the outer text.
    #[must_use]
    pub fn opaque(text: Arc<str>, read: impl FnOnce(Arc<str>) -> Tree) -> Self {
        Self {
            tree: read(text),
            map: Vec::new(),
        }
    }

    /// Where `inner`, a range of the inner text, stands in the outer text.
    ///
    /// Exact to the byte for text that stands there as it is, in scalars of every style. A character that is
    /// written as an escape is the whole escape, and blanks that fold into one are all of them.
    /// `None` if that is not known: the scalar itself is the nearest place then.
    #[must_use]
    pub fn outer_span(&self, inner: Span) -> Option<Span> {
        if inner.end > self.map.last()?.inner.end {
            return None;
        }
        let start = self.outer_offset(inner.start, Side::Start)?;
        if inner.is_empty() {
            return Some(Span::at(start));
        }
        let end = self.outer_offset(inner.end, Side::End)?;
        Some(Span::new(start, end))
    }

    fn outer_offset(&self, at: u32, side: Side) -> Option<u32> {
        // The piece that holds the character behind a start, or before an end; a start at the end of the
        // text is the end of the last piece.
        let after = match side {
            Side::Start => self.map.partition_point(|piece| piece.inner.end <= at),
            Side::End => self.map.partition_point(|piece| piece.inner.end < at),
        };
        let Some(piece) = self.map.get(after) else {
            return self.map.last().map(|piece| piece.outer.end);
        };
        Some(match side {
            _ if piece.is_verbatim() => piece.outer.start + (at - piece.inner.start),
            Side::Start => piece.outer.start,
            Side::End => piece.outer.end,
        })
    }
}

#[derive(Clone, Copy)]
enum Side {
    Start,
    End,
}

#[cfg(test)]
mod tests;
