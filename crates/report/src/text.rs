//! Human-readable output: source excerpts with the problems marked in them. This is the only user of miette.

use std::{
    fmt,
    io::{self, Write},
};

use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, SourceCode,
    SourceSpan, SpanContents, ThemeCharacters, ThemeStyles,
};

use super::{
    Positions, Report,
    excerpt::{Excerpt, excerpts},
    summary::counted,
    visible::visible,
};
use podwright_rule::finding::{Finding, Label, Severity};
use podwright_syntax::text::{FileId, Position, Source};

/// Maximum number of related locations that are shown. The rest is counted.
const MAX_RELATED: usize = 8;
/// Column at which notes and help are wrapped.
const WIDTH: usize = 100;

/// Visual style of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// Whether ANSI color escapes are written.
    pub colour: bool,
    /// Whether frames are drawn with Unicode box characters instead of ASCII.
    pub unicode: bool,
}

impl Look {
    /// No colors, Unicode frames.
    pub const PLAIN: Self = Self {
        colour: false,
        unicode: true,
    };
}

/// Writes `report` to `out`: each finding followed by an empty line, then the summary.
///
/// # Errors
///
/// Returns the error of `out`.
pub fn write(report: &Report<'_>, look: Look, out: &mut dyn Write) -> io::Result<()> {
    let positions = Positions::new(report.sources);
    for one in report.findings {
        writeln!(out, "{}", finding(one, &positions, look))?;
    }
    writeln!(out, "{}", report.summary.sentence())
}

/// Formats one finding, including the final line feed.
#[must_use]
pub fn finding(finding: &Finding, positions: &Positions<'_>, look: Look) -> String {
    let mut out = header(finding, look);
    let shown = finding.related.len().min(MAX_RELATED);
    let related = &finding.related[..shown];
    let primary = &finding.primary;
    let mut files: Vec<FileId> = vec![primary.place.file];
    for label in related {
        if !files.contains(&label.place.file) {
            files.push(label.place.file);
        }
    }
    for file in files {
        let labels: Vec<&Label> = std::iter::once(primary)
            .chain(related)
            .filter(|label| label.place.file == file)
            .collect();
        if let Some(source) = positions.source(file) {
            let has_primary = file == primary.place.file;
            file_frames(
                source,
                &labels,
                has_primary,
                finding.level,
                positions,
                look,
                &mut out,
            );
        }
    }
    let left_out = finding.related.len() - shown;
    if left_out > 0 {
        let more = format!("{} not shown", counted(left_out, "more location"));
        paragraph("note", &more, look, &mut out);
    }
    for note in &finding.notes {
        paragraph("note", note, look, &mut out);
    }
    if let Some(help) = &finding.help {
        paragraph("help", help, look, &mut out);
    }
    out
}

fn header(finding: &Finding, look: Look) -> String {
    let (level, rule, message) = (
        finding.level.name(),
        finding.rule,
        visible(&finding.message),
    );
    if look.colour {
        let colour = match finding.level {
            Severity::Error => 31,
            Severity::Warning => 33,
            Severity::Info => 36,
        };
        format!("\u{1b}[1;{colour}m{level}[{rule}]\u{1b}[0m\u{1b}[1m: {message}\u{1b}[0m\n")
    } else {
        format!("{level}[{rule}]: {message}\n")
    }
}

/// Draws the frames of one file. In the primary label's file, the first frame is the one with the primary label.
fn file_frames(
    source: &Source,
    labels: &[&Label],
    has_primary: bool,
    level: Severity,
    positions: &Positions<'_>,
    look: Look,
    out: &mut String,
) {
    let path = visible(&source.path);
    if source.text.is_empty() {
        if let Some(label) = labels.first() {
            let at = positions.start(label.place);
            out.push_str(&format!("  --> {path}:{}:{}\n", at.line, at.column));
        }
        return;
    }
    let spans: Vec<_> = labels.iter().map(|label| label.place.span).collect();
    let mut runs = excerpts(source, &spans, usize::from(has_primary));
    if has_primary {
        runs.sort_by_key(|run| !run.marks.iter().any(|mark| mark.label == 0));
    }
    for excerpt in runs {
        let primary = excerpt
            .marks
            .iter()
            .position(|mark| has_primary && mark.label == 0);
        let anchor = primary.unwrap_or(0);
        let frame = Frame {
            path: &path,
            anchor: excerpt.marks.get(anchor).map_or(
                Position {
                    line: 1,
                    column: 1,
                    offset: 0,
                },
                |mark| positions.start(labels[mark.label].place),
            ),
            labels: excerpt
                .marks
                .iter()
                .map(|mark| {
                    let message = visible(&labels[mark.label].message);
                    let message = (!message.is_empty()).then(|| message.into_owned());
                    if has_primary && mark.label == 0 {
                        LabeledSpan::new_primary_with_span(message, mark.span.clone())
                    } else {
                        LabeledSpan::new_with_span(message, mark.span.clone())
                    }
                })
                .collect(),
            excerpt,
        };
        frame.draw(primary, level, look, out);
    }
}

/// An excerpt and its labels.
#[derive(Debug)]
struct Frame<'a> {
    path: &'a str,
    /// Position that is shown after the path.
    anchor: Position,
    labels: Vec<LabeledSpan>,
    excerpt: Excerpt,
}

impl Frame<'_> {
    fn draw(&self, primary: Option<usize>, level: Severity, look: Look, out: &mut String) {
        let theme = GraphicalTheme {
            characters: if look.unicode {
                ThemeCharacters::unicode()
            } else {
                ThemeCharacters::ascii()
            },
            styles: if look.colour {
                self.styles(primary, level)
            } else {
                ThemeStyles::none()
            },
        };
        let handler = GraphicalReportHandler::new_themed(theme)
            .with_links(false)
            .with_wrap_lines(false)
            .with_context_lines(1)
            .without_cause_chain()
            .without_syntax_highlighting();
        let mut drawn = String::new();
        if handler.render_report(&mut drawn, self).is_err() {
            return;
        }
        // The first line is miette's own header, which this module replaces.
        let frame = drawn.split_once('\n').map_or("", |(_, frame)| frame);
        for line in frame.lines() {
            out.push_str(line.trim_end());
            out.push('\n');
        }
    }

    /// Styles of the labels: the color of the level for the primary label, an unrelated color for the others.
    fn styles(&self, primary: Option<usize>, level: Severity) -> ThemeStyles {
        let mut styles = ThemeStyles::ansi();
        let own = match level {
            Severity::Error => styles.error,
            Severity::Warning => styles.warning,
            Severity::Info => styles.advice,
        };
        let other = styles.highlights.last().copied().unwrap_or(own);
        styles.highlights = (0..self.labels.len())
            .map(|index| if Some(index) == primary { own } else { other })
            .collect();
        styles.link = styles.linum;
        styles
    }
}

impl fmt::Display for Frame<'_> {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}

impl std::error::Error for Frame<'_> {}

impl Diagnostic for Frame<'_> {
    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(self)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().cloned()))
    }
}

impl SourceCode for Frame<'_> {
    /// Returns the whole excerpt for any label. With zero context lines, miette requests the position that it shows
    /// after the path.
    fn read_span<'a>(
        &'a self,
        _: &SourceSpan,
        lines_before: usize,
        _: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let (line, column) = if lines_before == 0 {
            let Position { line, column, .. } = self.anchor;
            (
                line.saturating_sub(1) as usize,
                column.saturating_sub(1) as usize,
            )
        } else {
            (self.excerpt.first_line, 0)
        };
        Ok(Box::new(Contents {
            frame: self,
            span: (0..self.excerpt.text.len()).into(),
            line,
            column,
        }))
    }
}

struct Contents<'a> {
    frame: &'a Frame<'a>,
    span: SourceSpan,
    line: usize,
    column: usize,
}

impl<'a> SpanContents<'a> for Contents<'a> {
    fn data(&self) -> &'a [u8] {
        self.frame.excerpt.text.as_bytes()
    }

    fn span(&self) -> &SourceSpan {
        &self.span
    }

    fn name(&self) -> Option<&str> {
        Some(self.frame.path)
    }

    fn line(&self) -> usize {
        self.line
    }

    fn column(&self) -> usize {
        self.column
    }

    fn line_count(&self) -> usize {
        self.frame.excerpt.lines
    }
}

/// Writes `  name: text`, wrapped between words. Continuation lines are aligned with the first line of `text`.
fn paragraph(name: &str, text: &str, look: Look, out: &mut String) {
    let indent = name.len() + 4;
    if look.colour {
        out.push_str(&format!("  \u{1b}[1m{name}\u{1b}[0m: "));
    } else {
        out.push_str(&format!("  {name}: "));
    }
    for (index, line) in text.lines().enumerate() {
        if index > 0 {
            out.push_str(&" ".repeat(indent));
        }
        let mut column = indent;
        for word in visible(line).split(' ') {
            let width = word.chars().count();
            if column > indent {
                if column + 1 + width > WIDTH {
                    out.push('\n');
                    out.push_str(&" ".repeat(indent));
                    column = indent;
                } else {
                    out.push(' ');
                    column += 1;
                }
            }
            out.push_str(word);
            column += width;
        }
        out.push('\n');
    }
}

#[cfg(test)]
mod tests;
