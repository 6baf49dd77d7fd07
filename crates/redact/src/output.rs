//! Redaction of what is shown: parts of a source, and text about sources.

use std::borrow::Cow;
use std::fmt;

use podwright_syntax::text::{Position, REDACTED, Source, Span};
use serde::Serialize;

use crate::{replace, strings};

/// The text of a source without its redacted spans, with all line breaks.
#[must_use]
pub fn without_redacted(source: &Source) -> Cow<'_, str> {
    if source.is_plain() {
        return Cow::Borrowed(&source.text);
    }
    let mut out = String::with_capacity(source.text.len());
    let mut from = 0;
    for span in source.redacted_in(Span::new(0, u32::MAX)) {
        out.push_str(&source.text[from..span.range().start]);
        out.push_str(REDACTED);
        let line_breaks = source.text[span.range()].matches('\n').count();
        out.extend(std::iter::repeat_n('\n', line_breaks));
        from = span.range().end;
    }
    out.push_str(&source.text[from..]);
    Cow::Owned(out)
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

/// Returns the span with the path and the positions that a report shows for it.
#[must_use]
pub fn shown_span(source: &Source, span: Span) -> ShownSpan<'_> {
    let span = visible_span(source, span);
    ShownSpan {
        path: &source.path,
        start: source.lines().position(span.start, &source.text),
        end: source.lines().position(span.end, &source.text),
    }
}

/// Clamps `span` so that it does not reveal the length of a credential.
#[must_use]
pub fn visible_span(source: &Source, span: Span) -> Span {
    let Span { start, end } = span;
    let reach = Span::new(start.saturating_sub(1), start.saturating_add(1));
    let within = source
        .redacted_in(reach)
        .find(|one| one.start < start && (start < one.end || (start == one.end && start == end)));
    let start = within.map_or(start, |one| one.start.max(first_of_line(source, start)));
    let last = source.redacted_in(Span::new(start, end)).last();
    let is_rest = |last: &Span| {
        let rest = source.text.get(last.end as usize..end as usize);
        rest.unwrap_or("").trim_matches(['"', '\'']).is_empty()
    };
    let last = last.filter(is_rest);
    Span::new(start, last.map_or(end, |last| last.start.max(start)))
}

/// First non-whitespace byte on the line of `offset`, or `offset` if that is earlier.
fn first_of_line(source: &Source, offset: u32) -> u32 {
    let line = source.lines().line_of(offset);
    let line = source.lines().line_span(line, &source.text);
    let before = &source.text[line.start as usize..offset as usize];
    let indent = before.len() - before.trim_start().len();
    line.start + u32::try_from(indent).unwrap_or(0)
}

/// Whether an edit of `span` to `content` may be shown. An edit that contains a credential, or ends at one, would
/// reveal it or its length.
#[must_use]
pub fn may_show_edit(source: &Source, span: Span, content: &str) -> bool {
    let around = Span::new(span.start.saturating_sub(1), span.end.saturating_add(1));
    let known = source.redacted();
    !source.is_redacted(around)
        && known.is_some_and(|known| strings::find(known, content).is_empty())
}

/// Redacts the credentials of sources in text about them.
pub struct Redactor<'s> {
    sources: Vec<&'s Source>,
    nearby: Vec<Nearby<'s>>,
}

impl<'s> Redactor<'s> {
    /// Creates a redactor of the distinctive credentials of `sources`.
    #[must_use]
    pub fn new(sources: impl IntoIterator<Item = &'s Source>) -> Self {
        let sources = sources.into_iter();
        Self {
            sources: sources.filter(|source| !source.is_plain()).collect(),
            nearby: Vec::new(),
        }
    }

    /// Also redacts credentials at a location that the text is about. They need not be distinctive.
    pub fn add(&mut self, source: &'s Source, span: Span) {
        let spans = source.redacted_in(span);
        self.nearby
            .extend(spans.map(|span| Nearby::new(source, span)));
    }

    /// Returns whether there is nothing to redact.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.sources.is_empty()
    }

    /// Redacts the credentials in `text`. Returns whether there were any.
    pub fn redact(&self, text: &mut String) -> bool {
        let mut changed = false;
        for known in self.sources.iter().filter_map(|source| source.redacted()) {
            let found = strings::find(known, text);
            if !found.is_empty() {
                *text = replace(text, found);
                changed = true;
            }
        }
        for one in &self.nearby {
            changed |= one.redact(text);
        }
        changed
    }
}

/// Credential at a location. It may be short, so the characters around it must match as well.
struct Nearby<'s> {
    text: &'s str,
    before: Option<char>,
    after: Option<char>,
}

impl<'s> Nearby<'s> {
    fn new(source: &'s Source, span: Span) -> Self {
        let written = &source.text[span.range()];
        let text = written.trim().trim_matches(['"', '\'']);
        let is_bare = text.len() == written.len();
        let before = source.text[..span.range().start].chars().next_back();
        let after = source.text[span.range().end..].chars().next();
        Self {
            text,
            before: before.filter(|_| is_bare),
            after: after.filter(|_| is_bare),
        }
    }

    /// Redacts occurrences that are surrounded as in the file, or quoted. Returns whether there were any.
    fn redact(&self, text: &mut String) -> bool {
        let is_word = self.text.contains(char::is_alphanumeric);
        if !is_word || !text.contains(self.text) {
            return false;
        }
        let fits = |there: Option<char>, own: Option<char>| {
            there.is_none_or(|there| matches!(there, '`' | '"' | '\'') || Some(there) == own)
        };
        let places = text
            .match_indices(self.text)
            .map(|(at, one)| at..at + one.len());
        let places = places.filter(|range| {
            let before = text[..range.start].chars().next_back();
            let after = text[range.end..].chars().next();
            fits(before, self.before) && fits(after, self.after)
        });
        let places: Vec<_> = places.collect();
        let changed = !places.is_empty();
        *text = replace(text, places);
        changed
    }
}
