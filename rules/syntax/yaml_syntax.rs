use super::explanation::{Explanation, of_bytes, of_syntax};
use super::{
    yaml_indented_separator::refused, yaml_missing_separator::GluedLines,
    yaml_separator_splits_scalar::Cuts,
};
use podwright_cluster::workspace::File;
use podwright_rule::{Finding, RuleContext, Severity, declare_rule};
use podwright_syntax::text::{Span, TextProblemKind};
use podwright_syntax::{SyntaxError, SyntaxErrorKind};

declare_rule! {
    name: "yaml-syntax",
    summary: "file is not valid YAML or JSON for kubectl",
    severity: Error,
    since: "0.1.0",
    hooks: { file: check },
}

/// Maximum number of errors per document. Further errors are usually consequences of the first one.
const MAX_COUNT: usize = 3;

fn check(file: &File, cx: &mut RuleContext<'_>) {
    for problem in &file.problems {
        let level = certainty(problem.kind);
        if let Some(explanation) = of_bytes(problem.kind) {
            say(problem.span, explanation, cx).at_most(level);
        }
    }
    for error in worth_saying(file) {
        say(error.span, of_syntax(error.kind), cx);
    }
}

fn say<'c>(span: Span, explanation: Explanation, cx: &'c mut RuleContext<'_>) -> &'c mut Finding {
    let Explanation {
        message,
        note,
        help,
    } = explanation;
    cx.report_span(span, message).note(note).help(help)
}

/// Level of an encoding problem. kubectl converts UTF-16 with a byte order mark (`StreamVisitor` in
/// `k8s.io/cli-runtime/pkg/resource/visitor.go`).
fn certainty(kind: TextProblemKind) -> Severity {
    match kind {
        TextProblemKind::Utf16 => Severity::Warning,
        _ => Severity::Error,
    }
}

/// Selects the errors to report: the first error of each document, and a few more that it does not explain. Those are
/// on separate lines, and do not follow an error that makes the rest unreliable.
fn worth_saying(file: &File) -> Vec<&SyntaxError> {
    let documents = file.tree.documents();
    let line = |error: &SyntaxError| file.source.lines().line_of(error.span.start);
    let mut worth: Vec<(usize, &SyntaxError)> = Vec::new();
    let errors = file.tree.errors();
    if errors.is_empty() {
        return Vec::new();
    }
    let (cuts, glued) = (Cuts::of(&file.tree), GluedLines::of(file));
    let errors = errors.iter().filter(|error| {
        // Others have rules of their own.
        error.kind != SyntaxErrorKind::Separator
            && refused(file, error).is_none()
            && !cuts.explain(error.span)
            && !glued.explain(error)
    });
    for error in errors {
        let document = documents.partition_point(|d| d.span.end < error.span.start);
        // Errors are in source order.
        let mut before = worth
            .iter()
            .rev()
            .take_while(|(other, _)| *other == document);
        let before: [Option<&(usize, &SyntaxError)>; MAX_COUNT] =
            std::array::from_fn(|_| before.next());
        let follows = before[0].is_some_and(|(_, last)| {
            swallows(last.kind) || line(last) + 1 >= line(error) || last.kind == error.kind
        });
        if !follows && before[MAX_COUNT - 1].is_none() {
            worth.push((document, error));
        }
    }
    worth.into_iter().map(|(_, error)| error).collect()
}

/// Returns whether the reader has to guess how to read the content after such an error.
fn swallows(kind: SyntaxErrorKind) -> bool {
    use SyntaxErrorKind as Kind;
    matches!(
        kind,
        Kind::UnclosedQuote
            | Kind::UnclosedFlow
            | Kind::FlowSyntax
            | Kind::Depth
            | Kind::Json
            | Kind::TabIndentation
            | Kind::Indentation
    )
}
