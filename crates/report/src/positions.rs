use std::cell::RefCell;

use rustc_hash::FxHashMap;

use podwright_redact::{may_show_edit, visible_span};
use podwright_rule::finding::Fix;
use podwright_syntax::text::{FileId, Location, Position, Source};

/// Lines longer than this many bytes get a table of columns.
const LONG_LINE: u32 = 4096;
/// Number of bytes per entry of a table of columns.
const STRIDE: usize = 1024;

/// Lines and columns of locations in the files of a run.
///
/// Columns count characters. Counting from the start of the line each time would be quadratic for a minified JSON
/// file with a line of 10 MB and thousands of findings, so long lines are counted once, on first use.
#[derive(Debug)]
pub struct Positions<'a> {
    sources: &'a [Source],
    long_lines: RefCell<FxHashMap<(FileId, usize), Vec<u32>>>,
}

impl<'a> Positions<'a> {
    /// Creates the positions of `sources`, where `FileId(n)` is `sources[n]`.
    #[must_use]
    pub fn new(sources: &'a [Source]) -> Self {
        Self {
            sources,
            long_lines: RefCell::default(),
        }
    }

    /// Returns the source of file `id`, if the run has it.
    #[must_use]
    pub fn source(&self, id: FileId) -> Option<&'a Source> {
        self.sources.get(id.0 as usize)
    }

    /// Returns the path of file `id` as it is shown, or an empty string if the run does not have the file.
    #[must_use]
    pub fn path(&self, id: FileId) -> &'a str {
        self.source(id).map_or("", |source| &source.path)
    }

    /// Returns whether a report may show the fix.
    #[must_use]
    pub fn may_show(&self, fix: &Fix) -> bool {
        fix.edits.iter().all(|edit| {
            let source = self.source(edit.place.file);
            source.is_none_or(|source| may_show_edit(source, edit.place.span, &edit.content))
        })
    }

    /// Returns the location as it is shown, clamped so that it does not reveal the length of a credential.
    #[must_use]
    pub fn shown(&self, place: Location) -> Location {
        let source = self.source(place.file);
        let span = source.map_or(place.span, |source| visible_span(source, place.span));
        Location { span, ..place }
    }

    /// Returns the start of `place` as it is shown.
    #[must_use]
    pub fn start(&self, place: Location) -> Position {
        self.at(place.file, self.shown(place).span.start)
    }

    /// Returns the end of `place` as it is shown: the position after its last character.
    #[must_use]
    pub fn end(&self, place: Location) -> Position {
        self.at(place.file, self.shown(place).span.end)
    }

    fn at(&self, file: FileId, offset: u32) -> Position {
        let Some(source) = self.source(file) else {
            return Position {
                line: 1,
                column: 1,
                offset,
            };
        };
        let line = source.lines.line_of(offset);
        let span = source.lines.line_span(line, &source.text);
        if span.len() <= LONG_LINE {
            return source.lines.position(offset, &source.text);
        }
        let bytes = &source.text.as_bytes()[span.range()];
        let into = (offset.saturating_sub(span.start) as usize).min(bytes.len());
        let mut long_lines = self.long_lines.borrow_mut();
        let columns = long_lines
            .entry((file, line))
            .or_insert_with(|| column_table(bytes));
        let block = into / STRIDE;
        let before = columns.get(block).copied().unwrap_or(0);
        Position {
            line: u32::try_from(line).unwrap_or(u32::MAX) + 1,
            column: before + characters(&bytes[block * STRIDE..into]) + 1,
            offset,
        }
    }
}

/// Number of characters before each block of [`STRIDE`] bytes.
fn column_table(line: &[u8]) -> Vec<u32> {
    let mut before = 0;
    line.chunks(STRIDE)
        .map(|block| {
            let here = before;
            before += characters(block);
            here
        })
        .chain([characters(line)])
        .collect()
}

/// Number of characters that start in `bytes`, a part of a UTF-8 string.
fn characters(bytes: &[u8]) -> u32 {
    let count = bytes.iter().filter(|&&byte| byte & 0xc0 != 0x80).count();
    u32::try_from(count).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use podwright_syntax::text::Span;

    #[test]
    fn columns_on_a_long_line_are_those_of_the_line_index() {
        let text = format!("first\n{}\nlast", "aé大\u{1f600}".repeat(1500));
        let source = Source::plain("x.json", text.as_str());
        let sources = [source];
        let positions = Positions::new(&sources);
        for (offset, _) in text
            .char_indices()
            .step_by(7)
            .chain([(text.len() - 5, ' ')])
        {
            let offset = u32::try_from(offset).unwrap();
            let place = Location {
                file: FileId(0),
                span: Span::at(offset),
            };
            assert_eq!(
                positions.start(place),
                sources[0].lines.position(offset, &text)
            );
        }
    }
}
