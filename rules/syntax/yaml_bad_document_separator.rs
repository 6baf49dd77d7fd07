use podwright_cluster::workspace::File;
use podwright_rule::{Applicability, RuleContext, declare_rule};
use podwright_syntax::{SyntaxErrorKind, text::Span};

declare_rule! {
    name: "yaml-bad-document-separator",
    summary: "unexpected content after document separator",
    severity: Error,
    since: "0.1.0",
    hooks: { file: check },
}

fn check(file: &File, cx: &mut RuleContext<'_>) {
    let errors = file.tree.errors().iter();
    for error in errors.filter(|error| error.kind == SyntaxErrorKind::Separator) {
        let line = content_of_line(file, error.span.start);
        separator(line, cx);
    }
}

/// Span of the line at offset `at`, without its line ending.
fn content_of_line(file: &File, at: u32) -> Span {
    let lines = file.source.lines();
    let line = lines.line_span(lines.line_of(at), &file.source.text);
    let text = file.tree.slice(line);
    let ends = text.len() - text.trim_end_matches(['\n', '\r']).len();
    Span::new(
        line.start,
        line.end.saturating_sub(u32::try_from(ends).unwrap_or(0)),
    )
}

fn separator(line: Span, cx: &mut RuleContext<'_>) {
    let text = cx.tree().slice(line);
    let Some(rest) = text.strip_prefix("---") else {
        return;
    };
    let blanks = rest.len() - rest.trim_start_matches([' ', '\t']).len();
    let only_dashes = rest.trim_end().chars().all(|c| c == '-');
    let (fix, help) = if only_dashes {
        (
            cx.fix("Replace with `---`", Applicability::Unsafe, [(line, "---")]),
            "use exactly three dashes to start a document, or add `#` before a decorative line",
        )
    } else {
        // Without whitespace, the dashes may be part of the content: `---foo`.
        let safety = if blanks > 0 {
            Applicability::Safe
        } else {
            Applicability::Unsafe
        };
        let gap = Span::new(
            line.start + 3,
            line.start + 3 + u32::try_from(blanks).unwrap_or(0),
        );
        (
            cx.fix(
                "Start the document on the next line",
                safety,
                [(gap, cx.tree().line_end())],
            ),
            "start the document on the line after `---`",
        )
    };
    let from = u32::try_from(3 + blanks).unwrap_or(3);
    let behind = Span::new(line.start + from, line.end);
    let shown = if only_dashes { line } else { behind };
    cx.report_span(shown, "kubectl allows only whitespace and a comment after `---`")
        .note("kubectl and tools that share its reader (Argo CD, Flux) reject the whole file, although YAML allows content there")
        .help(help)
        .fix(fix);
}
