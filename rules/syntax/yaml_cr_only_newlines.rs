use podwright_cluster::workspace::File;
use podwright_rule::{Applicability, RuleContext, Severity, declare_rule};
use podwright_syntax::{Format, text::Span};

declare_rule! {
    name: "yaml-cr-only-newlines",
    summary: "lines end with a bare carriage return",
    severity: Error,
    since: "0.1.0",
    hooks: { file: check },
}

fn check(file: &File, cx: &mut RuleContext<'_>) {
    let text = &*file.source.text;
    let returns = bare_returns(text);
    let Some(&first) = returns
        .first()
        .filter(|_| file.tree.format() == Format::Yaml)
    else {
        return;
    };
    let hidden = returns
        .iter()
        .find(|at| text[at.end as usize..].starts_with("---"));
    // Without a separator after one of them, kubectl reads the file like any other YAML reader.
    let level = if hidden.is_some() {
        Severity::Error
    } else {
        Severity::Warning
    };
    let edits = returns.iter().map(|&span| (span, "\n"));
    let title = "Replace carriage returns with line feeds";
    let fix = cx.fix(title, Applicability::Safe, edits);
    cx.report_span(hidden.copied().unwrap_or(first), "line ends with a bare carriage return")
        .at_most(level)
        .note(
            "the YAML reader starts a new line there, but kubectl does not: it misses a `---` after it and joins \
             several documents into one",
        )
        .help("save the file with LF or CR LF line endings")
        .fix(fix);
}

/// Spans of the carriage returns without a following line feed.
fn bare_returns(text: &str) -> Vec<Span> {
    let bytes = text.as_bytes();
    let returns = memchr::memchr_iter(b'\r', bytes).filter(|at| bytes.get(at + 1) != Some(&b'\n'));
    let spans = returns.filter_map(|at| u32::try_from(at).ok());
    spans.map(|at| Span::new(at, at + 1)).collect()
}
