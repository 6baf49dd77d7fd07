use podwright_cluster::workspace::File;
use podwright_rule::{Applicability, RuleContext, declare_rule};
use podwright_syntax::text::Span;
use podwright_syntax::{Document, MissingSeparator, SyntaxError};

declare_rule! {
    name: "yaml-missing-separator",
    summary: "no document separator between two objects",
    severity: Error,
    since: "0.1.0",
    hooks: { file: check },
}

const KEPT: &str = "kubectl reads one document and keeps the last value of each key: the object before it is not \
                    created, or gets parts of the next one";
const REJECTED: &str = "kubectl reads one document, and rejects it";

/// Lines with a `---` after other text, the first one of each document.
pub(super) struct GluedLines<'f> {
    file: &'f File,
    lines: Vec<Option<usize>>,
}

impl<'f> GluedLines<'f> {
    pub(super) fn of(file: &'f File) -> Self {
        let documents = file.tree.documents().iter();
        let lines = documents.map(|document| {
            let missing = file.tree.missing_separators(document).into_iter();
            let lines = missing.filter_map(|missing| match missing {
                MissingSeparator::Glued(dashes) => Some(file.source.lines().line_of(dashes.start)),
                MissingSeparator::Absent(_) => None,
            });
            lines.min()
        });
        Self {
            file,
            lines: lines.collect(),
        }
    }

    /// Whether the syntax error is on the line of such a `---`, or after it.
    pub(super) fn explain(&self, error: &SyntaxError) -> bool {
        let documents = self.file.tree.documents();
        let first = documents.partition_point(|document| document.span.end < error.span.start);
        let around = documents[first..].iter().zip(&self.lines[first..]);
        let mut around = around.take_while(|(document, _)| document.span.start <= error.span.start);
        around.any(|(document, line)| {
            let own = self.file.source.lines().line_of(error.span.start);
            document.span.contains(error.span) && line.is_some_and(|line| line <= own)
        })
    }
}

fn check(file: &File, cx: &mut RuleContext<'_>) {
    for document in file.tree.documents() {
        let missing = file.tree.missing_separators(document);
        if missing.is_empty() {
            continue;
        }
        let note = match file.tree.errors_in(document).next() {
            Some(_) => REJECTED,
            None => KEPT,
        };
        for missing in missing {
            match missing {
                MissingSeparator::Glued(dashes) => glued(dashes, document, note, cx),
                MissingSeparator::Absent(key) => absent(key, note, cx),
            }
        }
    }
}

fn glued(dashes: Span, document: &Document, note: &str, cx: &mut RuleContext<'_>) {
    let tree = cx.tree();
    let before = tree.slice(Span::new(document.span.start, dashes.start));
    let spaces = before.len() - before.trim_end_matches([' ', '\t']).len();
    let start = dashes.start - u32::try_from(spaces).unwrap_or(0);
    let mut edits = vec![(Span::new(start, dashes.start), tree.line_end())];
    let after = tree.slice(Span::new(dashes.end, document.span.end));
    let rest = after.lines().next().unwrap_or_default().trim();
    if !rest.is_empty() && !rest.starts_with('#') {
        edits.push((Span::at(dashes.end), tree.line_end()));
    }
    let fix = cx.fix("Move `---` to its own line", Applicability::Safe, edits);
    cx.report_span(dashes, "`---` after other text does not separate documents")
        .note(note)
        .help("insert a line break before `---`")
        .fix(fix);
}

fn absent(key: Span, note: &str, cx: &mut RuleContext<'_>) {
    let separator = format!("---{}", cx.tree().line_end());
    let at = Span::at(key.start);
    let fix = cx.fix("Insert `---`", Applicability::Safe, [(at, separator)]);
    cx.report_span(key, "no `---` before the next object")
        .note(note)
        .help("insert a line with `---` before it")
        .fix(fix);
}
