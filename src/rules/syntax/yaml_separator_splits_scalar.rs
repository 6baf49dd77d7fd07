use crate::finding::Level;
use crate::rule::{Check, Cx, Meta, Rule};
use crate::syntax::{Document, Kind, NodeId, SyntaxErrorKind, Tree};
use crate::text::{Place, Span};
use crate::workspace::File;

/// Options of `yaml-separator-splits-scalar`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct YamlSeparatorSplitsScalar {}

impl Rule for YamlSeparatorSplitsScalar {
    const META: Meta = Meta {
        name: "yaml-separator-splits-scalar",
        chapter: "syntax",
        summary: "a `---` in a text cuts the document in two",
        page: include_str!("../../../rules/syntax/yaml-separator-splits-scalar.md"),
        level: Level::Error,
        since: "0.1.0",
    };
}

impl Check for YamlSeparatorSplitsScalar {
    fn file(&self, file: &File, cx: &mut Cx<'_>) {
        for cut in cuts(&file.tree) {
            let begin = Place {
                file: cx.file_id,
                span: cut.text,
            };
            let help = if cut.is_quoted {
                "write a line break in double quotes as `\\n`, or the text as a block (`|`) with its lines indented"
            } else {
                "indent it like the lines of the text"
            };
            cx.report_span(cut.separator, "this `---` ends the document in the middle of a text")
                .related(begin, "the text begins here")
                .note(
                    "kubectl cuts a file at each line that begins with `---`, whatever stands around it: the text ends \
                     here, and what follows is a document of its own, without a kind",
                )
                .help(help);
        }
    }
}

/// A separator in a text.
pub(super) struct Cut {
    separator: Span,
    /// Where the text begins.
    text: Span,
    is_quoted: bool,
    /// The document that is the rest of the text.
    rest: Span,
}

impl Cut {
    /// Whether an error at `at` is what becomes of the cut: a quote that is not closed, or whatever the rest is.
    pub(super) fn explains(&self, at: Span) -> bool {
        at.start == self.text.start || self.rest.contains(at)
    }
}

/// The separators that end a document in an open text, and behind which nothing stands that is an object.
pub(super) fn cuts(tree: &Tree) -> Vec<Cut> {
    let pairs = tree.documents().windows(2);
    let pairs = pairs.filter_map(|pair| match pair {
        [before, after] => cut(tree, before, after),
        _ => None,
    });
    pairs.collect()
}

fn cut(tree: &Tree, before: &Document, after: &Document) -> Option<Cut> {
    let has_kind = ["apiVersion", "kind"]
        .iter()
        .any(|key| tree.get(after.root, key).is_some());
    if has_kind || tree.kind(after.root) == Kind::Empty {
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

/// The quote of a text that is open at the end of the document.
fn open_quote(tree: &Tree, document: &Document) -> Option<Span> {
    let errors = tree.errors().iter();
    let mut open = errors.filter(|error| {
        error.kind == SyntaxErrorKind::UnclosedQuote && document.span.contains(error.span)
    });
    open.next()
        .map(|error| Span::new(error.span.start, error.span.start + 1))
}

/// The block of text with which the document ends.
fn last_block(tree: &Tree, document: &Document) -> Option<NodeId> {
    let mut node = document.root;
    while let Some(last) = tree.children(node).last() {
        node = last;
    }
    let behind = Span::new(tree.span(node).end, document.span.end);
    let is_block = matches!(tree.kind(node), Kind::Literal | Kind::Folded);
    (is_block && tree.slice(behind).trim().is_empty()).then_some(node)
}
