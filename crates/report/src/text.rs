//! Human-readable output: source excerpts with the problems marked in them. This is the only user of miette.

mod groups;

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;
use std::io::{self, Write};

use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError,
    MietteSpanContents, SourceCode, SourceSpan, SpanContents, ThemeCharacters, ThemeStyles,
};

use super::{
    Positions, Report,
    escape::escape_line,
    excerpt::{Excerpt, excerpts},
    summary::{Remark, counted},
};
use groups::{Groups, Shown};
use podwright_rule::finding::{Applicability, Finding, Fix, Label, Severity};
use podwright_syntax::text::{FileId, Source};

/// Maximum number of related locations that are shown. The rest is counted.
const MAX_RELATED: usize = 8;
/// Maximum number of findings of a rule. Nobody reads as many, and a generated file may have any number of them.
pub const MAX_OF_A_RULE: usize = 1_000;
/// Column at which notes and help are wrapped where a terminal is not narrower.
pub const MAX_WIDTH: usize = 100;
/// Width below which wrapping would leave a word a line.
const MIN_WIDTH: usize = 40;

/// Mark of a finding that `--fix` fixes.
const MARK: &str = "[*] ";

/// Visual style of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TextStyle {
    /// Whether ANSI color escapes are written.
    pub colour: bool,
    /// Whether frames are drawn with Unicode box characters instead of ASCII.
    pub unicode: bool,
    /// Whether every finding is shown with its excerpt, notes and help, also if several share them.
    pub verbose: bool,
    /// Whether the name of a rule is a link to its page, as terminals show them (OSC 8).
    pub links: bool,
    /// Whether findings that `--fix` fixes have a mark.
    pub marks: bool,
    /// Number of columns of the terminal. At most [`MAX_WIDTH`] of them are used.
    pub width: usize,
}

impl TextStyle {
    /// No colors, Unicode frames, repetition only once.
    pub const PLAIN: Self = Self {
        colour: false,
        unicode: true,
        verbose: false,
        links: false,
        marks: false,
        width: MAX_WIDTH,
    };
}

/// Writes `report` to `out`: each finding followed by an empty line, then remarks and the summary. Findings that share
/// their notes and help are shown once, with a list of the places. Of each rule, at most [`MAX_OF_A_RULE`] findings are
/// written; the rest is counted.
///
/// # Errors
///
/// Returns the error of `out`.
pub fn write(report: &Report<'_>, style: TextStyle, out: &mut dyn Write) -> io::Result<()> {
    let positions = Positions::new(report.sources);
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let groups = Groups::of(if style.verbose { &[] } else { report.findings });
    for one in report.findings {
        let others = match groups.shown(one) {
            Shown::Alone => Vec::new(),
            Shown::First(others) => others,
            Shown::Listed => continue,
        };
        let count = counts.entry(one.rule).or_default();
        *count += 1;
        if *count <= MAX_OF_A_RULE {
            write!(out, "{}", format_finding(one, &positions, style))?;
            if !others.is_empty() {
                write!(out, "{}", groups::list(one, &others, &positions))?;
            }
            writeln!(out)?;
        }
    }
    let more = counts.iter();
    let more = more.filter_map(|(rule, count)| Some((rule, count.checked_sub(MAX_OF_A_RULE)?)));
    let mut more = more.filter(|(_, more)| *more > 0).peekable();
    if more.peek().is_some() {
        for (rule, more) in more {
            let findings = counted(more, "more finding");
            writeln!(out, "{findings} of `{rule}` not shown")?;
        }
        writeln!(out, "`--format concise` shows all findings\n")?;
    }
    for change in &report.summary.changes {
        writeln!(out, "fixed {change}")?;
    }
    for remark in report.summary.remarks() {
        write!(out, "{}", format_remark(&remark, style))?;
    }
    let mark = if style.marks { MARK } else { "" };
    writeln!(out, "{}", report.summary.marked_sentence(mark))
}

/// A remark about the run: `note: …`, or `warning: …` in its color, followed by what to do.
fn format_remark(remark: &Remark, style: TextStyle) -> String {
    let name = match remark.level {
        Severity::Info => "note",
        level => level.name(),
    };
    let message = escape_line(&remark.message);
    let mut out = match (style.colour, remark.level) {
        (true, Severity::Info) => format!("\u{1b}[1m{name}\u{1b}[0m: {message}\n"),
        (true, _) => format!("\u{1b}[1;33m{name}\u{1b}[0m\u{1b}[1m: {message}\u{1b}[0m\n"),
        (false, _) => format!("{name}: {message}\n"),
    };
    for help in &remark.helps {
        paragraph("help", help, style, &mut out);
    }
    out
}

/// Formats one finding, including the final line feed.
#[must_use]
pub fn format_finding(finding: &Finding, positions: &Positions<'_>, style: TextStyle) -> String {
    let mut out = header(finding, style);
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
                style,
                &mut out,
            );
        }
    }
    let left_out = finding.related.len() - shown;
    if left_out > 0 {
        let more = format!("{} not shown", counted(left_out, "more location"));
        paragraph("note", &more, style, &mut out);
    }
    for note in &finding.notes {
        paragraph("note", note, style, &mut out);
    }
    if let Some(help) = &finding.help {
        paragraph("help", help, style, &mut out);
    }
    out
}

fn header(finding: &Finding, style: TextStyle) -> String {
    let (level, message) = (finding.level.name(), escape_line(&finding.message));
    let rule = match podwright_rules::find(finding.rule).filter(|_| style.links) {
        Some(rule) => {
            let url = rule.meta.url();
            format!("\u{1b}]8;;{url}\u{1b}\\{}\u{1b}]8;;\u{1b}\\", finding.rule)
        }
        None => finding.rule.to_owned(),
    };
    let is_fixable = |fix: &Fix| fix.safety == Applicability::Safe;
    let mark = match style.marks && finding.fixes.iter().any(is_fixable) {
        true => format!(" {}", MARK.trim_end()),
        false => String::new(),
    };
    if style.colour {
        let colour = match finding.level {
            Severity::Error => 31,
            Severity::Warning => 33,
            Severity::Info => 36,
        };
        let mark = match mark.as_str() {
            "" => mark,
            mark => format!("\u{1b}[1;34m{mark}\u{1b}[0m"),
        };
        format!("\u{1b}[1;{colour}m{level}[{rule}]\u{1b}[0m{mark}\u{1b}[1m: {message}\u{1b}[0m\n")
    } else {
        format!("{level}[{rule}]{mark}: {message}\n")
    }
}

/// Draws the frames of one file. In the primary label's file, the first frame is the one with the primary label.
fn file_frames(
    source: &Source,
    labels: &[&Label],
    has_primary: bool,
    level: Severity,
    positions: &Positions<'_>,
    style: TextStyle,
    out: &mut String,
) {
    let path = escape_line(&source.path);
    if source.text.is_empty() {
        if let Some(label) = labels.first() {
            let shown = positions.shown(label.place).to_string();
            out.push_str(&format!("  --> {}\n", escape_line(&shown)));
        }
        return;
    }
    let spans: Vec<_> = labels.iter().map(|label| label.place.span).collect();
    let mut runs = excerpts(source, &spans, usize::from(has_primary));
    if has_primary {
        runs.sort_by_key(|run| !run.marks.iter().any(|mark| mark.label == 0));
    }
    for excerpt in runs {
        let is_primary = |label: usize| has_primary && label == 0;
        let primary = excerpt.marks.iter().position(|mark| is_primary(mark.label));
        let spans = excerpt.marks.iter().map(|mark| {
            let message = escape_line(&labels[mark.label].message);
            let message = (!message.is_empty()).then(|| message.into_owned());
            match is_primary(mark.label) {
                true => LabeledSpan::new_primary_with_span(message, mark.span.clone()),
                false => LabeledSpan::new_with_span(message, mark.span.clone()),
            }
        });
        let spans = spans.collect();
        let anchor = excerpt.marks.get(primary.unwrap_or(0));
        let anchor = anchor.map(|mark| positions.shown(labels[mark.label].place).start);
        let styles = styles(excerpt.marks.len(), primary, level);
        let frame = Frame {
            path: path.clone().into_owned(),
            line: anchor.map_or(0, |anchor| anchor.line as usize - 1),
            column: anchor.map_or(0, |anchor| anchor.column as usize - 1),
            labels: spans,
            excerpt,
        };
        draw(&frame, styles, style, out);
    }
}

/// Draws a frame.
fn draw(frame: &Frame, styles: ThemeStyles, style: TextStyle, out: &mut String) {
    let theme = GraphicalTheme {
        characters: match style.unicode {
            true => ThemeCharacters::unicode(),
            false => ThemeCharacters::ascii(),
        },
        styles: match style.colour {
            true => styles,
            false => ThemeStyles::none(),
        },
    };
    let handler = GraphicalReportHandler::new_themed(theme)
        .with_links(false)
        .with_wrap_lines(false)
        .with_context_lines(1)
        .without_cause_chain()
        .without_syntax_highlighting();
    let mut drawn = String::new();
    if handler.render_report(&mut drawn, frame).is_err() {
        return;
    }
    // The first line is miette's own header, which this module replaces.
    for line in drawn.lines().skip(1) {
        out.push_str(line.trim_end());
        out.push('\n');
    }
}

/// Styles of the labels: the color of the level for the primary label, an unrelated color for the others.
fn styles(labels: usize, primary: Option<usize>, level: Severity) -> ThemeStyles {
    let mut styles = ThemeStyles::ansi();
    let own = match level {
        Severity::Error => styles.error,
        Severity::Warning => styles.warning,
        Severity::Info => styles.advice,
    };
    let other = styles.highlights.last().copied().unwrap_or(own);
    styles.highlights = (0..labels)
        .map(|index| if Some(index) == primary { own } else { other })
        .collect();
    styles.link = styles.linum;
    styles
}

/// An excerpt with its labels as miette reads it. A `miette::Report` would ask for the size and the colors of the
/// terminal each time.
#[derive(Debug)]
struct Frame {
    path: String,
    /// Line and column, from 0, that are shown after the path.
    line: usize,
    column: usize,
    labels: Vec<LabeledSpan>,
    excerpt: Excerpt,
}

impl Diagnostic for Frame {
    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().cloned()))
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(self)
    }
}

impl Error for Frame {}

/// No message, because this module writes its own.
impl fmt::Display for Frame {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}

impl SourceCode for Frame {
    /// Returns the whole excerpt for any label. With zero context lines, miette requests the position that it shows
    /// after the path.
    fn read_span<'a>(
        &'a self,
        _: &SourceSpan,
        lines_before: usize,
        _: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let (line, column) = match lines_before {
            0 => (self.line, self.column),
            _ => (self.excerpt.first_line, 0),
        };
        let text = &self.excerpt.text;
        let span = (0..text.len()).into();
        Ok(Box::new(MietteSpanContents::new_named(
            self.path.clone(),
            text.as_bytes(),
            span,
            line,
            column,
            self.excerpt.lines,
        )))
    }
}

/// Writes `  name: text`, wrapped between words. Continuation lines are aligned with the first line of `text`.
fn paragraph(name: &str, text: &str, style: TextStyle, out: &mut String) {
    let indent = name.len() + 4;
    let right = style.width.clamp(MIN_WIDTH, MAX_WIDTH);
    if style.colour {
        out.push_str(&format!("  \u{1b}[1m{name}\u{1b}[0m: "));
    } else {
        out.push_str(&format!("  {name}: "));
    }
    for (index, line) in text.lines().enumerate() {
        if index > 0 {
            out.push_str(&" ".repeat(indent));
        }
        let mut column = indent;
        for word in escape_line(line).split(' ') {
            let width = word.chars().count();
            if column > indent {
                if column + 1 + width > right {
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
