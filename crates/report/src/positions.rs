use podwright_redact::{ShownSpan, may_show_edit, shown_span};
use podwright_rule::finding::Fix;
use podwright_syntax::text::{FileId, Location, Position, Source};

/// Paths, lines and columns of locations in the files of a run.
#[derive(Clone, Copy, Debug)]
pub struct Positions<'a> {
    sources: &'a [&'a Source],
}

impl<'a> Positions<'a> {
    /// Creates the positions of `sources`, where `FileId(n)` is `sources[n]`.
    #[must_use]
    pub fn new(sources: &'a [&'a Source]) -> Self {
        Self { sources }
    }

    /// Returns the source of file `id`, if the run has it.
    #[must_use]
    pub fn source(&self, id: FileId) -> Option<&'a Source> {
        self.sources.get(id.0 as usize).copied()
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
    pub fn shown(&self, place: Location) -> ShownSpan<'a> {
        let first = |offset| Position {
            line: 1,
            column: 1,
            offset,
        };
        match self.source(place.file) {
            Some(source) => shown_span(source, place.span),
            None => ShownSpan {
                path: "",
                start: first(place.span.start),
                end: first(place.span.end),
            },
        }
    }
}
