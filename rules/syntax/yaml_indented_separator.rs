use podwright_cluster::workspace::File;
use podwright_rule::{Applicability, RuleContext, declare_rule};
use podwright_syntax::{SyntaxError, SyntaxErrorKind, text::Span};

declare_rule! {
    name: "yaml-indented-separator",
    summary: "indented `---` does not separate documents",
    severity: Error,
    since: "0.1.0",
    hooks: { file: check },
}

fn check(file: &File, cx: &mut RuleContext<'_>) {
    for &separator in file.tree.indented_separators() {
        separates_nothing(separator, FOLDED, file, cx);
    }
    for error in file.tree.errors() {
        if let Some(separator) = refused(file, error) {
            separates_nothing(separator, REFUSED, file, cx);
        }
    }
}

const FOLDED: &str = "kubectl starts a document only at a `---` at the start of a line; this one becomes part of the value \
     before it, and the content after it belongs to the same document";
const REFUSED: &str = "kubectl starts a document only at a `---` at the start of a line; here it expects a key and rejects \
     the document";

/// Span of the indented `---` that causes a syntax error because a key is expected there.
pub(super) fn refused(file: &File, error: &SyntaxError) -> Option<Span> {
    let line = line_of(file, error.span.start);
    let text = file.tree.slice(line);
    if text.len() > MAX_LENGTH {
        return None;
    }
    let indentation = text.len() - text.trim_start_matches(' ').len();
    let start = line.start + u32::try_from(indentation).ok()?;
    let alone = indentation > 0 && text.trim() == "---" && error.kind != SyntaxErrorKind::Separator;
    alone.then_some(Span::new(start, start + 3))
}

/// Maximum length of the line, because a longer one may have many errors. `yaml-syntax` reports them.
const MAX_LENGTH: usize = 1_000;

fn line_of(file: &File, at: u32) -> Span {
    let lines = file.source.lines();
    lines.line_span(lines.line_of(at), &file.source.text)
}

fn separates_nothing(separator: Span, note: &str, file: &File, cx: &mut RuleContext<'_>) {
    let indentation = Span::new(line_of(file, separator.start).start, separator.start);
    let fix = cx.fix(
        "Remove the indentation",
        Applicability::Unsafe,
        [(indentation, "")],
    );
    cx.report_span(separator, "indented `---` does not separate documents")
        .note(note)
        .help("remove the spaces before it, or quote the value if it is part of a string")
        .fix(fix);
}
