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

/// Whether the syntax error is on the line of such a `---`, or after it.
pub(super) fn explains(file: &File, error: &SyntaxError) -> bool {
    let line = |at| file.source.lines.line_of(at);
    let documents = file.tree.documents().iter();
    let mut around = documents.filter(|document| document.span.contains(error.span));
    around.any(|document| {
        let mut all = file.tree.missing_separators(document).into_iter();
        all.any(|missing| match missing {
            MissingSeparator::Glued(dashes) => line(dashes.start) <= line(error.span.start),
            MissingSeparator::Absent(_) => false,
        })
    })
}

fn check(file: &File, cx: &mut RuleContext<'_>) {
    for document in file.tree.documents() {
        let missing = file.tree.missing_separators(document);
        if missing.is_empty() {
            continue;
        }
        let mut errors = file.tree.errors().iter();
        let note = match errors.any(|error| document.span.contains(error.span)) {
            true => REJECTED,
            false => KEPT,
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
