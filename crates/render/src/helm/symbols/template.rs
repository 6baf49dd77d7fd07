//! Parses templates that may be incomplete.

use std::ops::Range;
use std::sync::Arc;

use podwright_go_template::{Node, Operand, OperandKind, Pipe, Tree, parse};
use podwright_syntax::provenance::{Origin, Text};
use podwright_syntax::text::Location;

/// Name of the template that a whole text is. No template can be given this name.
pub(super) const WHOLE: &str = "\0";

/// Most mistakes in a text that are skipped.
const MAX_MISTAKES: usize = 20;

/// The templates in a text.
#[derive(Clone, Debug)]
pub(super) struct Parsed {
    pub(super) trees: Vec<Arc<Tree>>,
    /// Whether something was skipped because it could not be parsed.
    pub(super) is_partial: bool,
}

/// A function of any name may exist: unknown ones are found when the chart is rendered.
fn is_function(name: &str) -> bool {
    !matches!(name, "break" | "continue")
}

/// Parses a text as it is.
pub(super) fn parsed(text: &Arc<Text>) -> Option<Vec<Arc<Tree>>> {
    parse(WHOLE, text, &is_function).ok()
}

/// Parses a text, without the actions that have mistakes.
pub(super) fn parsed_leniently(text: &Arc<Text>) -> Parsed {
    let base = text.location().map_or(0, |place| place.span.start as usize);
    let mut text = text.clone();
    for attempt in 0..MAX_MISTAKES {
        let error = match parse(WHOLE, &text, &is_function) {
            Ok(trees) => {
                return Parsed {
                    trees,
                    is_partial: attempt > 0,
                };
            }
            Err(error) => error,
        };
        let at = error.place.map(|place| place.span.start as usize);
        let at = at.and_then(|at| at.checked_sub(base));
        let next = match (error.message.as_str(), at) {
            ("unexpected EOF", _) => with_end(&text),
            (_, Some(at)) => match mistake(text.as_str(), at) {
                Some(range) => blanked(&text, range),
                None => break,
            },
            _ => break,
        };
        text = Arc::new(next);
    }
    Parsed {
        trees: Vec::new(),
        is_partial: true,
    }
}

fn with_end(text: &Text) -> Text {
    let mut text = text.clone();
    text.push_str("{{end}}", Origin::Nowhere);
    text
}

/// The action around an offset.
fn mistake(text: &str, at: usize) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let at = at.min(bytes.len());
    let mut start = at.min(bytes.len().saturating_sub(2));
    while !bytes.get(start..)?.starts_with(b"{{") {
        start = start.checked_sub(1)?;
    }
    let inside = start + 2;
    let rest = bytes.get(inside..)?;
    let find = |what: &[u8]| rest.windows(what.len()).position(|window| window == what);
    let close = find(b"}}").filter(|&close| find(b"{{").is_none_or(|open| close < open));
    let end = match close {
        Some(close) => inside + close + 2,
        None => inside + find(b"\n").unwrap_or(rest.len()),
    };
    Some(start..end)
}

/// The text with spaces instead of a part of it.
fn blanked(text: &Text, range: Range<usize>) -> Text {
    let string = text.as_str();
    let mut bytes = string.as_bytes().to_vec();
    let end = range.end.min(bytes.len());
    for byte in &mut bytes[range.start..end] {
        if *byte != b'\n' {
            *byte = b' ';
        }
    }
    let string = String::from_utf8(bytes).unwrap_or_default();
    let mut out = Text::default();
    for (run, origin) in text.runs() {
        out.push_str(string.get(run).unwrap_or_default(), origin.clone());
    }
    out
}

/// Where the name between the quotes of a constant is, whose first quote is at an offset.
pub(super) fn name_place(tree: &Tree, start: usize, name: &str) -> Option<Location> {
    let inner = start + 1..start + 1 + name.len();
    let is_plain = tree.text.as_str().get(inner.clone()) == Some(name);
    is_plain.then(|| tree.place(&inner)).flatten()
}

/// Where the name of a `define` or `block` is.
pub(super) fn definition_place(tree: &Tree) -> Option<Location> {
    let text = tree.text.as_str().get(tree.span.clone())?;
    let quote = text.find(['"', '`'])?;
    name_place(tree, tree.span.start + quote, &tree.name)
}

/// Calls `visit` with each template that is called by a constant name, and where the name is.
pub(super) fn each_call(tree: &Tree, visit: &mut dyn FnMut(&Arc<str>, Option<Location>)) {
    nodes(tree, &tree.root, visit);
}

fn nodes(tree: &Tree, list: &[Node], visit: &mut dyn FnMut(&Arc<str>, Option<Location>)) {
    for node in list {
        match node {
            Node::Action(inner) => pipe(tree, inner, visit),
            Node::If(branch) | Node::Range(branch) | Node::With(branch) => {
                pipe(tree, &branch.pipe, visit);
                nodes(tree, &branch.list, visit);
                nodes(tree, branch.otherwise.as_deref().unwrap_or_default(), visit);
            }
            Node::Template(call) => {
                visit(&call.name, name_place(tree, call.pos, &call.name));
                if let Some(inner) = &call.pipe {
                    pipe(tree, inner, visit);
                }
            }
            Node::Text(_) | Node::Break(_) | Node::Continue(_) => {}
        }
    }
}

fn pipe(tree: &Tree, inner: &Pipe, visit: &mut dyn FnMut(&Arc<str>, Option<Location>)) {
    for command in &inner.commands {
        if let [first, name, ..] = command.operands.as_slice()
            && is_identifier(first, "include")
            && let OperandKind::String(_, text) = &name.kind
        {
            let place = name_place(tree, name.span.start, text.as_str());
            visit(&text.as_str().into(), place);
        }
        for operand in &command.operands {
            self::operand(tree, operand, visit);
        }
    }
}

fn operand(tree: &Tree, inner: &Operand, visit: &mut dyn FnMut(&Arc<str>, Option<Location>)) {
    match &inner.kind {
        OperandKind::Pipe(inner) => pipe(tree, inner, visit),
        OperandKind::Chain(inner, _) => operand(tree, inner, visit),
        _ => {}
    }
}

fn is_identifier(operand: &Operand, wanted: &str) -> bool {
    matches!(&operand.kind, OperandKind::Identifier(name) if **name == *wanted)
}
