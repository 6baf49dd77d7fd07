//! Source excerpts of a finding, prepared for display.
//!
//! Only the required lines are copied, in time linear in their displayed length. (Renderers that search for lines
//! from the start of the file are quadratic in the number of findings.) Long lines are cut to windows around their
//! labels, terminal control characters are escaped, and credentials are redacted.

use std::ops::Range;

use super::escape::{is_deceptive, push_escaped};
use podwright_redact::REDACTED;
use podwright_syntax::text::{Source, Span};

/// Maximum number of lines of a label. Only the first line of a longer label is shown.
const MAX_LINES: usize = 6;
/// Maximum number of bytes of a line that is shown uncut.
const MAX_BYTES: usize = 160;
/// Number of bytes of a label that are shown on a cut line.
const LABEL_BYTES: usize = 80;
/// Number of bytes around a label that are shown on a cut line.
const MARGIN_BYTES: usize = 32;
/// Replacement of omitted text.
const CUT: &str = "…";

/// Consecutive lines of a file as they are shown.
#[derive(Debug)]
pub(super) struct Excerpt {
    /// Number of the first line, from 0.
    pub(super) first_line: usize,
    /// Number of lines.
    pub(super) lines: usize,
    /// Text of the lines, each with a line feed at the end.
    pub(super) text: String,
    /// The labels in these lines, ordered by their start.
    pub(super) marks: Vec<Mark>,
}

/// Position of a label in an excerpt.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Mark {
    /// Index of the label in the list passed to [`excerpts`].
    pub(super) label: usize,
    /// Byte range in [`Excerpt::text`].
    pub(super) span: Range<usize>,
}

/// Returns the lines of `labels` in `source` with `context` lines around them, one excerpt for each run of lines.
pub(super) fn excerpts(source: &Source, labels: &[Span], context: usize) -> Vec<Excerpt> {
    let mut extents: Vec<_> = labels
        .iter()
        .enumerate()
        .map(|(label, &span)| Extent::new(source, label, span))
        .collect();
    extents.sort_by_key(|extent| (extent.start, extent.end));
    let mut runs: Vec<(Range<usize>, Vec<Extent>)> = Vec::new();
    for extent in extents {
        let lines = extent.with_context(source, context);
        match runs.last_mut() {
            // A gap of one line would take as much space as the line itself.
            Some((run, members)) if lines.start <= run.end + 1 => {
                run.end = run.end.max(lines.end);
                members.push(extent);
            }
            _ => runs.push((lines, vec![extent])),
        }
    }
    runs.into_iter()
        .map(|(lines, extents)| excerpt(source, lines, &extents))
        .collect()
}

/// Returns a whole line (counted from 0) as it is shown, without its line ending.
pub(super) fn shown_line(source: &Source, line: usize) -> String {
    let content = content(source, line);
    let mut copy = Copy::default();
    copy.line(source, &content, std::slice::from_ref(&content));
    copy.text.pop();
    copy.text
}

/// Shown part of a label: offsets in the source, never within or after the line ending.
#[derive(Clone, Copy, Debug)]
struct Extent {
    label: usize,
    start: usize,
    end: usize,
    first_line: usize,
    last_line: usize,
}

impl Extent {
    fn new(source: &Source, label: usize, span: Span) -> Self {
        let text = &source.text;
        let first_line = source.lines().line_of(span.start);
        let first = content(source, first_line);
        let start = floor(text, (span.start as usize).clamp(first.start, first.end));
        let last_byte = span.end.saturating_sub(1).max(span.start);
        let last_line = source.lines().line_of(last_byte);
        let (last_line, last) = if last_line - first_line < MAX_LINES {
            (last_line, content(source, last_line))
        } else {
            (first_line, first)
        };
        let end = ceil(text, (span.end as usize).clamp(last.start, last.end));
        Self {
            label,
            start,
            end: end.max(start),
            first_line,
            last_line,
        }
    }

    /// Lines to show; the end is exclusive.
    fn with_context(&self, source: &Source, context: usize) -> Range<usize> {
        let mut end = (self.last_line + 1 + context).min(source.lines().len());
        // The empty line after the last line feed is not a line of the file.
        if end > self.last_line + 1 && content(source, end - 1).start == source.text.len() {
            end -= 1;
        }
        self.first_line.saturating_sub(context)..end
    }
}

fn excerpt(source: &Source, lines: Range<usize>, extents: &[Extent]) -> Excerpt {
    let mut copy = Copy::default();
    for line in lines.clone() {
        let content = content(source, line);
        let labels: Vec<_> = extents
            .iter()
            .filter(|extent| extent.first_line == line || extent.last_line == line)
            .map(|extent| extent.start.max(content.start)..extent.end.min(content.end))
            .collect();
        let windows = windows(&source.text, &content, &labels);
        copy.line(source, &content, &windows);
    }
    let marks = extents.iter().map(|extent| Mark {
        label: extent.label,
        span: copy.offset(extent.start)..copy.offset(extent.end),
    });
    Excerpt {
        first_line: lines.start,
        lines: lines.len(),
        marks: marks.collect(),
        text: copy.text,
    }
}

/// Returns the parts of a line that are shown, in order and without overlaps.
fn windows(text: &str, line: &Range<usize>, labels: &[Range<usize>]) -> Vec<Range<usize>> {
    if line.len() <= MAX_BYTES {
        return std::iter::once(line.clone()).collect();
    }
    if labels.is_empty() {
        return std::iter::once(line.start..floor(text, line.start + MAX_BYTES)).collect();
    }
    let mut windows: Vec<Range<usize>> = Vec::new();
    for label in labels {
        let start = label.start.saturating_sub(MARGIN_BYTES).max(line.start);
        let end = if label.len() > LABEL_BYTES {
            label.start + LABEL_BYTES
        } else {
            (label.end + MARGIN_BYTES).min(line.end)
        };
        let window = floor(text, start)..ceil(text, end);
        match windows.last_mut() {
            Some(last) if window.start <= last.end + CUT.len() => {
                last.end = last.end.max(window.end);
            }
            _ => windows.push(window),
        }
    }
    windows
}

/// Copied text.
#[derive(Default)]
struct Copy {
    text: String,
    /// Offsets of the copied characters: in the source, and in `text`.
    offsets: Vec<(usize, usize)>,
}

impl Copy {
    fn line(&mut self, source: &Source, line: &Range<usize>, windows: &[Range<usize>]) {
        let mut stars_of = None;
        let redacted_at = |at: usize| {
            let at = u32::try_from(at).unwrap_or(u32::MAX - 1);
            source.redacted_in(Span::new(at, at + 1)).next()
        };
        if windows
            .first()
            .is_some_and(|window| window.start > line.start)
        {
            self.text.push_str(CUT);
        }
        for (index, window) in windows.iter().enumerate() {
            for (at, character) in source.text[window.clone()].char_indices() {
                self.offsets.push((window.start + at, self.text.len()));
                if let Some(credential) = redacted_at(window.start + at) {
                    if stars_of != Some(credential) {
                        self.text.push_str(REDACTED);
                        stars_of = Some(credential);
                    }
                } else if character == '\t' || !is_deceptive(character) {
                    self.text.push(character);
                } else {
                    push_escaped(&mut self.text, character);
                }
            }
            let next = windows
                .get(index + 1)
                .map_or(line.end, |next| next.start.saturating_sub(1));
            self.offsets.push((next, self.text.len()));
            if window.end < line.end {
                self.text.push_str(CUT);
            }
        }
        self.text.push('\n');
    }

    /// Returns the offset in the copy of the first copied character at or after `offset` in the source.
    fn offset(&self, offset: usize) -> usize {
        let next = self.offsets.partition_point(|&(at, _)| at < offset);
        self.offsets
            .get(next)
            .map_or(self.text.len(), |&(_, at)| at)
    }
}

/// Returns the byte range of a line without its line ending.
fn content(source: &Source, line: usize) -> Range<usize> {
    let range = source.lines().line_span(line, &source.text).range();
    let text = source.text.get(range.clone()).unwrap_or("");
    range.start..range.start + text.trim_end_matches(['\r', '\n']).len()
}

/// Returns the character boundary at or before `at`.
fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// Returns the character boundary at or after `at`.
fn ceil(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at += 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;
    use podwright_syntax::text::Redacted;

    fn span(start: usize, end: usize) -> Span {
        Span::new(u32::try_from(start).unwrap(), u32::try_from(end).unwrap())
    }

    fn shown(excerpt: &Excerpt) -> Vec<&str> {
        excerpt
            .marks
            .iter()
            .map(|mark| &excerpt.text[mark.span.clone()])
            .collect()
    }

    #[test]
    fn takes_the_lines_around_a_label_and_joins_neighbours() {
        let text = "a: 1\nb: 2\nc: 3\nd: 4\ne: 5\nf: 6\ng: 7\nh: 8\n";
        let source = Source::plain("x.yaml", text);
        let near = excerpts(&source, &[span(5, 6), span(20, 21)], 1);
        assert_eq!(near.len(), 1);
        assert_eq!(near[0].text, "a: 1\nb: 2\nc: 3\nd: 4\ne: 5\nf: 6\n");
        assert_eq!(shown(&near[0]), ["b", "e"]);
        let far = excerpts(&source, &[span(35, 36), span(0, 1)], 1);
        assert_eq!(far.len(), 2);
        assert_eq!((far[0].first_line, far[0].lines), (0, 2));
        assert_eq!(far[1].text, "g: 7\nh: 8\n");
        assert_eq!(far[1].marks[0].label, 0);
    }

    #[test]
    fn cuts_a_long_line_to_windows_around_its_labels() {
        let filler = "\"é\",".repeat(300_000);
        let text = format!("[{filler}\"HERE\",{filler}\"THERE\",{filler}1]");
        let source = Source::plain("x.json", text.as_str());
        let here = text.find("HERE").unwrap();
        let there = text.find("THERE").unwrap();
        let excerpts = excerpts(&source, &[span(here, here + 4), span(there, there + 5)], 1);
        assert_eq!(excerpts.len(), 1);
        assert_eq!(shown(&excerpts[0]), ["HERE", "THERE"]);
        assert!(excerpts[0].text.len() < 2 * (MAX_BYTES + 8));
        assert_eq!(excerpts[0].text.matches(CUT).count(), 3);
    }

    #[test]
    fn a_label_that_is_longer_than_its_window_ends_with_it() {
        let text = format!("a: {}\n", "x".repeat(1000));
        let source = Source::plain("x.yaml", text.as_str());
        let excerpts = excerpts(&source, &[span(3, 1003)], 0);
        assert_eq!(shown(&excerpts[0]), ["x".repeat(LABEL_BYTES)]);
        assert!(excerpts[0].text.ends_with("x…\n"));
    }

    #[test]
    fn shows_the_first_line_of_a_long_block() {
        let text = "a:\n  b: 1\n".to_owned() + &"  c: 1\n".repeat(40);
        let source = Source::plain("x.yaml", text.as_str());
        let excerpts = excerpts(&source, &[span(5, text.len())], 0);
        assert_eq!(excerpts[0].text, "  b: 1\n");
        assert_eq!(shown(&excerpts[0]), ["b: 1"]);
    }

    #[test]
    fn escapes_terminal_commands_and_keeps_labels_in_place() {
        let text = "a: \u{1b}[31mred\u{9b}0m tail\r\nb: 1\r\n";
        let source = Source::plain("x.yaml", text);
        let tail = text.find("tail").unwrap();
        let excerpts = excerpts(&source, &[span(tail, tail + 4)], 0);
        assert_eq!(excerpts[0].text, "a: \\u{1b}[31mred\\u{9b}0m tail\n");
        assert_eq!(shown(&excerpts[0]), ["tail"]);
    }

    #[test]
    fn redacts_credentials_and_their_length() {
        let text = "a: hunter2\nb: |\n  long\n  longer\nc: 1\n";
        let source = Source::new("x.yaml", text);
        let unknown = &excerpts(&source, &[span(0, 1)], 0)[0];
        assert_eq!(
            unknown.text, "***\n",
            "without redaction, the credential is shown"
        );
        source.set_redacted(|| Redacted {
            spans: vec![span(3, 10), span(18, 31)],
            ..Redacted::default()
        });
        let shown_lines = |label| excerpts(&source, &[label], 1).remove(0).text;
        assert_eq!(shown_lines(span(0, 1)), "a: ***\nb: |\n");
        assert_eq!(shown_lines(span(18, 20)), "b: |\n  ***\n***\n");
        let within = &excerpts(&source, &[span(5, 8), span(3, 10)], 0)[0];
        assert_eq!(within.text, "a: ***\n");
        assert_eq!(shown(within), ["***", ""]);
    }

    #[test]
    fn survives_places_that_are_not_in_the_text() {
        let source = Source::plain("x.yaml", "aé\r\nb");
        for start in 0..12 {
            for end in start..12 {
                for excerpt in excerpts(&source, &[span(start, end)], 1) {
                    assert_eq!(excerpt.lines, excerpt.text.matches('\n').count());
                    assert_eq!(shown(&excerpt).len(), 1);
                }
            }
        }
        assert_eq!(
            excerpts(&Source::plain("x", ""), &[span(0, 0)], 1)[0].text,
            "\n"
        );
    }
}
