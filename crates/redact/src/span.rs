//! Spans from byte offsets.

use podwright_syntax::text::Span;

pub(crate) fn span(range: std::ops::Range<usize>) -> Span {
    let at = |offset| u32::try_from(offset).unwrap_or(u32::MAX);
    Span::new(at(range.start), at(range.end))
}

pub(crate) fn end(text: &str) -> u32 {
    u32::try_from(text.len()).unwrap_or(u32::MAX)
}
