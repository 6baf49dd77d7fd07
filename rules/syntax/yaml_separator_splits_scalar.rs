use podwright_cluster::workspace::File;
use podwright_rule::{RuleContext, declare_rule};
use podwright_syntax::text::{Location, Span};
use podwright_syntax::{Document, NodeId, NodeKind, SyntaxErrorKind, SyntaxTree};
use rustc_hash::FxHashSet;

declare_rule! {
    name: "yaml-separator-splits-scalar",
    summary: "document separator inside a string splits the document",
    severity: Error,
    since: "0.1.0",
    hooks: { file: check },
}

fn check(file: &File, cx: &mut RuleContext<'_>) {
    for cut in Cuts::of(&file.tree).all {
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
struct Cut {
    separator: Span,
    /// Start of the string: its quote or its block header.
    text: Span,
    is_quoted: bool,
    /// The document that contains the rest of the string.
    rest: Span,
}

/// Separators that end a document inside a string and are not followed by an object.
pub(crate) struct Cuts {
    /// In source order.
    all: Vec<Cut>,
    /// Starts of the strings.
    starts: FxHashSet<u32>,
}

impl Cuts {
    pub(crate) fn of(tree: &SyntaxTree) -> Self {
        let pairs = tree.documents().windows(2);
        let pairs = pairs.filter_map(|pair| match pair {
            [before, after] => cut(tree, before, after),
            _ => None,
        });
        let all: Vec<Cut> = pairs.collect();
        Self {
            starts: all.iter().map(|cut| cut.text.start).collect(),
            all,
        }
    }

    /// Returns whether the document is the rest of a string.
    pub(crate) fn leave(&self, document: &Document) -> bool {
        let own = document.span;
        let first = self.all.partition_point(|cut| cut.rest.start < own.start);
        let same = self.all[first..].iter();
        let mut same = same.take_while(|cut| cut.rest.start == own.start);
        same.any(|cut| cut.rest == own)
    }

    /// Returns whether a cut causes the error at `at`: an unclosed quote, or any error in the rest.
    pub(super) fn explain(&self, at: Span) -> bool {
        let next = self.all.partition_point(|cut| cut.rest.start <= at.start);
        let last = next.checked_sub(1).map(|index| &self.all[index]);
        self.starts.contains(&at.start) || last.is_some_and(|cut| cut.rest.contains(at))
    }
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
    let mut errors = tree.errors_in(document);
    let open = errors.find(|error| error.kind == SyntaxErrorKind::UnclosedQuote);
    open.map(|error| Span::new(error.span.start, error.span.start + 1))
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
