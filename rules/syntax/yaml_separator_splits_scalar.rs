use podwright_cluster::workspace::File;
use podwright_rule::{RuleContext, declare_rule};
use podwright_syntax::text::{Location, Span};
use podwright_syntax::{Document, NodeId, NodeKind, SyntaxErrorKind, SyntaxTree};

declare_rule! {
    name: "yaml-separator-splits-scalar",
    summary: "document separator inside a string splits the document",
    severity: Error,
    since: "0.1.0",
    hooks: { file: check },
}

fn check(file: &File, cx: &mut RuleContext<'_>) {
    for cut in cuts(&file.tree) {
        let begin = Location {
            file: cx.file_id,
            span: cut.text,
        };
        let help = if cut.is_quoted {
            "write the line break as `\\n` in double quotes, or use a block scalar (`|`) with indented lines"
        } else {
            "indent it like the lines of the string"
        };
        cx.report_span(cut.separator, "`---` ends the document inside a string")
            .related(begin, "string starts here")
            .note(
                "kubectl splits a file at each line that starts with `---`, whatever surrounds it: the string ends here, \
                 and the rest becomes a separate document without a kind",
            )
            .help(help);
    }
}

/// A document separator inside a string.
pub(crate) struct Cut {
    separator: Span,
    /// Start of the string: its quote or its block header.
    text: Span,
    is_quoted: bool,
    /// The document that contains the rest of the string.
    rest: Span,
}

impl Cut {
    /// Returns whether the document is the rest of the string.
    pub(crate) fn leaves(&self, document: &Document) -> bool {
        self.rest == document.span
    }

    /// Returns whether the cut causes the error at `at`: an unclosed quote, or any error in the rest.
    pub(super) fn explains(&self, at: Span) -> bool {
        at.start == self.text.start || self.rest.contains(at)
    }
}

/// Finds the separators that end a document inside a string and are not followed by an object.
pub(crate) fn cuts(tree: &SyntaxTree) -> Vec<Cut> {
    let pairs = tree.documents().windows(2);
    let pairs = pairs.filter_map(|pair| match pair {
        [before, after] => cut(tree, before, after),
        _ => None,
    });
    pairs.collect()
}

fn cut(tree: &SyntaxTree, before: &Document, after: &Document) -> Option<Cut> {
    let has_kind = ["apiVersion", "kind"]
        .iter()
        .any(|key| tree.get(after.root, key).is_some());
    if has_kind || tree.kind(after.root) == NodeKind::Empty {
        return None;
    }
    let rest = tree.slice(after.span);
    let at = before.span.end;
    let cut = |text, is_quoted| Cut {
        separator: Span::new(at, at + 3),
        text,
        is_quoted,
        rest: after.span,
    };
    if let Some(quote) = open_quote(tree, before) {
        return tree
            .slice(quote)
            .chars()
            .next()
            .is_some_and(|quote| rest.contains(quote))
            .then(|| cut(quote, true));
    }
    let block = last_block(tree, before)?;
    let line = rest.lines().skip(1).find(|line| !line.trim().is_empty())?;
    line.starts_with(' ').then(|| {
        let header = tree.span(block).start;
        cut(Span::new(header, header + 1), false)
    })
}

/// Span of the opening quote that is still open at the end of the document.
fn open_quote(tree: &SyntaxTree, document: &Document) -> Option<Span> {
    let errors = tree.errors().iter();
    let mut open = errors.filter(|error| {
        error.kind == SyntaxErrorKind::UnclosedQuote && document.span.contains(error.span)
    });
    open.next()
        .map(|error| Span::new(error.span.start, error.span.start + 1))
}

/// The block scalar at the end of the document.
fn last_block(tree: &SyntaxTree, document: &Document) -> Option<NodeId> {
    let mut node = document.root;
    while let Some(last) = tree.children(node).last() {
        node = last;
    }
    let behind = Span::new(tree.span(node).end, document.span.end);
    let is_block = matches!(tree.kind(node), NodeKind::Literal | NodeKind::Folded);
    (is_block && tree.slice(behind).trim().is_empty()).then_some(node)
}
