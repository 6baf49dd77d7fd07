use std::fmt;
use std::sync::{Arc, OnceLock};

use serde::Serialize;

use super::{Credentials, LineIndex, Position, Span};

/// Identifier of an input file: its index in the sorted list of inputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u32);

/// Path and text of a file. The `Debug` output does not show the text, which may contain credentials.
#[derive(Clone)]
pub struct Source {
    /// Path as shown to the user, with `/` as the separator; `<stdin>` for standard input.
    pub path: String,
    /// Complete text. Every span of the file refers to it.
    pub text: Arc<str>,
    /// Index of its lines.
    pub lines: LineIndex,
    /// Parts that no report may show. Computed on demand.
    concealed: OnceLock<Arc<Concealed>>,
}

/// A span of a file as reports show it. Displays as `path:line:column`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct ShownSpan<'a> {
    /// Path of the file.
    pub path: &'a str,
    /// Position of the first character.
    pub start: Position,
    /// Position after the last character.
    pub end: Position,
}

impl fmt::Display for ShownSpan<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.path, self.start.line, self.start.column)
    }
}

/// Parts of a text that are, or may be, credentials. The `Debug` output does not show the text.
#[derive(Clone, Debug, Default)]
pub struct Concealed {
    /// Spans, sorted and without overlaps.
    pub spans: Vec<Span>,
    /// Distinctive credentials in these spans, which are also redacted elsewhere.
    pub credentials: Credentials,
}

impl Source {
    /// Creates a source from its display path and text.
    #[must_use]
    pub fn new(path: impl Into<String>, text: impl Into<Arc<str>>) -> Self {
        let text = text.into();
        let lines = LineIndex::new(&text);
        Self {
            path: path.into(),
            text,
            lines,
            concealed: OnceLock::new(),
        }
    }

    /// Creates a source without credentials.
    #[must_use]
    pub fn plain(path: impl Into<String>, text: impl Into<Arc<str>>) -> Self {
        let source = Self::new(path, text);
        source.conceal(Concealed::default);
        source
    }

    /// Sets the parts that no report may show to the result of `find`. Does not call `find` if they are already known.
    pub fn conceal(&self, find: impl FnOnce() -> Concealed) -> &Self {
        self.concealed.get_or_init(|| Arc::new(find()));
        self
    }

    /// Parts of `span` that no report may show: the credentials that it touches. Until [`Source::conceal`] has been
    /// called, this is the whole text.
    pub fn concealed_in(&self, span: Span) -> impl Iterator<Item = Span> {
        let known = self.concealed.get();
        let all = Span::new(0, u32::try_from(self.text.len()).unwrap_or(u32::MAX));
        let unknown = known.is_none().then_some(all);
        let spans = known.map_or(&[][..], |known| &known.spans);
        let first = spans.partition_point(|one| one.end <= span.start);
        let from_there = spans[first..].iter().copied();
        unknown
            .into_iter()
            .chain(from_there)
            .take_while(move |one| one.start < span.end)
    }

    /// Returns the span as it is shown, clamped so that it does not reveal the length of a credential.
    #[must_use]
    pub fn shown_span(&self, span: Span) -> Span {
        let Span { start, end } = span;
        let reach = Span::new(start.saturating_sub(1), start.saturating_add(1));
        let within = self.concealed_in(reach).find(|one| {
            one.start < start && (start < one.end || (start == one.end && start == end))
        });
        let start = within.map_or(start, |one| one.start.max(self.first_of_line(start)));
        let last = self.concealed_in(Span::new(start, end)).last();
        let is_rest = |last: &Span| {
            let rest = self.text.get(last.end as usize..end as usize).unwrap_or("");
            rest.trim_matches(['"', '\'']).is_empty()
        };
        let end = last
            .filter(is_rest)
            .map_or(end, |last| last.start.max(start));
        Span::new(start, end)
    }

    /// Returns the offset of the first non-whitespace byte on the line of `offset`, or `offset` if that is earlier.
    fn first_of_line(&self, offset: u32) -> u32 {
        let line = self.lines.line_span(self.lines.line_of(offset), &self.text);
        let before = &self.text[line.start as usize..offset as usize];
        let whitespace = before.len() - before.trim_start().len();
        line.start + u32::try_from(whitespace).unwrap_or(0)
    }

    /// Returns the span with the path and the positions that a report shows for it.
    #[must_use]
    pub fn shown(&self, span: Span) -> ShownSpan<'_> {
        let span = self.shown_span(span);
        ShownSpan {
            path: &self.path,
            start: self.lines.position(span.start, &self.text),
            end: self.lines.position(span.end, &self.text),
        }
    }

    /// Returns whether the source is known to contain no credentials.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        let known = self.concealed.get();
        known.is_some_and(|known| known.spans.is_empty())
    }

    /// Distinctive credentials of the source, which are also redacted in other texts.
    #[must_use]
    pub fn credentials(&self) -> Option<&Credentials> {
        self.concealed.get().map(|known| &known.credentials)
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Source")
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}
