//! Documents embedded in a scalar: a `config.json` in a Secret, a `config.toml` in a ConfigMap.

mod align;

use super::{NodeId, SyntaxTree};
use crate::text::{SharedText, Span};
use align::Piece;

/// Aligns `value`, the decoded value of the scalar `id`, with the text: ranges of `value` in order and without gaps, and
/// the range of the text that each comes from. Ranges of equal length are the same bytes. `None` if the texts cannot be
/// aligned. Does not follow an alias.
#[must_use]
pub fn pieces(tree: &SyntaxTree, id: NodeId, value: &str) -> Option<Vec<(Span, Span)>> {
    let pieces = align::pieces(tree, id, value)?;
    let both = |piece: Piece| (piece.inner, piece.outer);
    Some(pieces.into_iter().map(both).collect())
}

/// A document embedded in a scalar, with a mapping from its offsets to the outer text.
#[derive(Clone, Debug)]
pub struct Embedded {
    /// The inner document.
    pub tree: SyntaxTree,
    /// Pieces of the inner text in order and without gaps. Empty if the mapping is not known.
    map: Vec<Piece>,
}

impl Embedded {
    /// Parses the value of the scalar `id` with `read`. Follows an alias.
    #[must_use]
    pub fn new(
        outer: &SyntaxTree,
        id: NodeId,
        read: impl FnOnce(SharedText) -> SyntaxTree,
    ) -> Self {
        let id = outer.resolve(id);
        let text = outer.decoded(id);
        let map = align::pieces(outer, id, &text).unwrap_or_default();
        Self {
            map,
            tree: read(text.into()),
        }
    }

    /// Parses a text that was derived from a scalar, such as decoded base64.
    ///
    /// Its offsets cannot be mapped to the outer text.
    #[must_use]
    pub fn opaque(text: SharedText, read: impl FnOnce(SharedText) -> SyntaxTree) -> Self {
        Self {
            tree: read(text),
            map: Vec::new(),
        }
    }

    /// Maps `inner`, a range of the inner text, to the outer text.
    ///
    /// Exact for text that appears verbatim in the outer text, in scalars of every style. An escaped character maps to
    /// the whole escape, and folded whitespace maps to all of it. `None` if the mapping is not known; use the span of
    /// the scalar then.
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
        // Find the piece that contains the character after a start, or before an end. A start at the end of the text is
        // the end of the last piece.
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
