//! Applies edits to a text and maps offsets to the new text.

use rustc_hash::FxHashMap;

use podwright_rule::finding::Edit;
use podwright_syntax::text::{FileId, Span};

/// The edits of one file, sorted and without overlaps.
#[derive(Debug, Default)]
pub(super) struct Remap(Vec<MovedSpan>);

/// Old and new byte range of one edit.
#[derive(Clone, Copy, Debug)]
struct MovedSpan {
    start: u32,
    end: u32,
    new_start: u32,
    new_end: u32,
}

/// Offset mapping of each changed file.
pub(super) type Remaps = FxHashMap<FileId, Remap>;

impl Remap {
    /// Applies the edits to `text`. Returns `None` if they are outside the text or the result is too long.
    pub(super) fn apply(text: &str, edits: &[&Edit]) -> Option<(String, Self)> {
        let mut made = String::with_capacity(text.len() + 64);
        let mut moved = Vec::with_capacity(edits.len());
        let mut at = 0;
        for edit in edits {
            let span = edit.place.span;
            made.push_str(text.get(at..span.start as usize)?);
            let new_start = u32::try_from(made.len()).ok()?;
            made.push_str(&edit.content);
            moved.push(MovedSpan {
                start: span.start,
                end: span.end,
                new_start,
                new_end: u32::try_from(made.len()).ok()?,
            });
            at = span.end as usize;
        }
        made.push_str(text.get(at..)?);
        u32::try_from(made.len()).ok()?;
        Some((made, Self(moved)))
    }

    /// Maps an offset of the old text to the new text. Offsets in replaced text map to the start of the replacement.
    pub(super) fn new_offset(&self, at: u32) -> u32 {
        let before = self.0.partition_point(|moved| moved.start <= at);
        match before.checked_sub(1).map(|last| self.0[last]) {
            None => at,
            Some(moved) if at < moved.end => moved.new_start,
            Some(moved) => at - moved.end + moved.new_end,
        }
    }

    /// Normalizes an offset of the new text: offsets in replacements map to their start, as in [`Remap::new_offset`].
    pub(super) fn normalized(&self, at: u32) -> u32 {
        let before = self.0.partition_point(|moved| moved.new_start <= at);
        match before.checked_sub(1).map(|last| self.0[last]) {
            Some(moved) if at < moved.new_end => moved.new_start,
            _ => at,
        }
    }

    /// Returns the byte range in the new text of the edit that starts at `start` in the old text.
    pub(super) fn new_span(&self, start: u32) -> Span {
        let found = self.0.binary_search_by_key(&start, |moved| moved.start);
        found.map_or_else(
            |_| Span::at(self.new_offset(start)),
            |index| Span::new(self.0[index].new_start, self.0[index].new_end),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use podwright_syntax::text::Location;

    fn edit(start: u32, end: u32, content: &str) -> Edit {
        Edit {
            place: Location {
                file: FileId(0),
                span: Span::new(start, end),
            },
            content: content.to_owned(),
        }
    }

    #[test]
    fn places_move_with_the_text_around_them() {
        let edits = [edit(1, 1, "xx"), edit(3, 5, ""), edit(6, 8, "yyy")];
        let edits: Vec<&Edit> = edits.iter().collect();
        let (made, remap) = Remap::apply("0123456789", &edits).unwrap();
        assert_eq!(made, "0xx125yyy89");
        for (old, new) in [
            (0, 0),
            (1, 3),
            (2, 4),
            (3, 5),
            (4, 5),
            (5, 5),
            (6, 6),
            (7, 6),
            (8, 9),
            (10, 11),
        ] {
            assert_eq!(remap.new_offset(old), new, "{old}");
        }
        for (new, normalized) in [(0, 0), (2, 1), (3, 3), (5, 5), (7, 6), (9, 9)] {
            assert_eq!(remap.normalized(new), normalized, "{new}");
        }
        assert_eq!(remap.new_span(6), Span::new(6, 9));
        assert_eq!(remap.new_span(3), Span::at(5));
    }

    #[test]
    fn edits_outside_of_the_text_are_not_made() {
        assert!(Remap::apply("é", &[&edit(1, 2, "")]).is_none());
        assert!(Remap::apply("e", &[&edit(1, 2, "")]).is_none());
    }
}
