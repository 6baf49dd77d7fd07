use podwright_cluster::workspace::File;
use podwright_rule::{Applicability, RuleContext, declare_rule};
use podwright_syntax::NodeKind;
use podwright_syntax::text::{Location, Span};

declare_rule! {
    name: "yaml-content-after-document-end",
    summary: "content after `...` is dropped",
    severity: Error,
    since: "0.1.0",
    hooks: { file: check },
}

fn check(file: &File, cx: &mut RuleContext<'_>) {
    let dropped = file.tree.dropped().iter();
    for &dropped in dropped.filter(|dropped| !is_behind_return(file, **dropped)) {
        let end = document_end(file, dropped.start);
        let fix = end.filter(|_| holds_objects(file, dropped)).map(|end| {
            let ends = std::iter::once(end).chain(further_ends(file, dropped));
            let edits = ends.map(|span| (span, "---"));
            cx.fix("Replace `...` with `---`", Applicability::Safe, edits)
        });
        let file_id = cx.file_id;
        let finding = cx.report_span(
            first_line(file, dropped),
            "everything from here to the next `---` is dropped",
        );
        finding
            .note("kubectl stops reading the document at `...` and silently drops the rest")
            .help("use `---` to start another document, or remove the content")
            .fix(fix);
        if let Some(span) = end {
            let place = Location {
                file: file_id,
                span,
            };
            finding.related(place, "the document ends here");
        }
    }
}

/// Returns whether a `---` after a bare carriage return ended the document; `yaml-cr-only-newlines` reports that case.
fn is_behind_return(file: &File, dropped: Span) -> bool {
    let before = file.source.text[..dropped.start as usize].trim_end();
    before.ends_with("\r---")
}

/// Spans of further `...` markers in the dropped content, which would end the next document.
fn further_ends(file: &File, dropped: Span) -> impl Iterator<Item = Span> {
    let (text, lines) = (&file.source.text, file.source.lines());
    let numbers = lines.line_of(dropped.start)..=lines.line_of(dropped.end);
    let spans = numbers.map(|line| lines.line_span(line, text));
    spans
        .filter(move |span| dropped.contains(Span::new(span.start, span.start + 3)))
        .filter(|&line| ends_document(file.tree.slice(line)))
        .map(|line| Span::new(line.start, line.start + 3))
}

/// Returns whether the line consists of three dots, optionally followed by a comment.
fn ends_document(line: &str) -> bool {
    line.strip_prefix("...").is_some_and(|rest| {
        let rest = rest.trim();
        rest.is_empty() || rest.starts_with('#')
    })
}

/// Returns whether the dropped content consists only of objects, which the author clearly wanted to apply. Other
/// content may be unwanted, for example after an ellipsis in a shortened manifest.
fn holds_objects(file: &File, dropped: Span) -> bool {
    let lines = file.tree.slice(dropped).split_inclusive('\n');
    let text: String = lines
        .map(|line| if ends_document(line) { "---\n" } else { line })
        .collect();
    let tree = podwright_syntax::parse(text.into());
    let mut documents = tree.documents().iter();
    let is_object = |root| {
        let mut keys = ["apiVersion", "kind"].iter();
        tree.kind(root) == NodeKind::Empty || keys.all(|key| tree.get(root, key).is_some())
    };
    tree.errors().is_empty() && documents.all(|document| is_object(document.root))
}

/// Span of the first line of the dropped content, which may be long.
fn first_line(file: &File, dropped: Span) -> Span {
    let text = file.tree.slice(dropped);
    let end = text.find(['\n', '\r']).unwrap_or(text.len());
    Span::new(
        dropped.start,
        dropped.start + u32::try_from(end).unwrap_or(0),
    )
}

/// Span of the three dots that end the document before `at`; `None` if anything but a comment follows them.
fn document_end(file: &File, at: u32) -> Option<Span> {
    let (text, lines) = (&file.source.text, file.source.lines());
    let last = lines.line_of(at);
    let ends = (0..=last).rev().map(|line| lines.line_span(line, text));
    let line = ends
        .into_iter()
        .find(|&line| file.tree.slice(line).starts_with("..."))?;
    ends_document(file.tree.slice(line)).then_some(Span::new(line.start, line.start + 3))
}
