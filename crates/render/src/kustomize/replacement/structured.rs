//! Fields in a text that is YAML or JSON itself (`setValueInStructuredData` in `api/filters/replacement`).

use podwright_syntax::NodeKind;
use podwright_syntax::text::{FileId, Location, Span};

use super::lookup::{Matcher, get, get_mut};
use super::write::{Options, put};
use crate::Text;
use crate::emit::emit;
use crate::kustomize::field_spec::made;
use crate::kustomize::finish::number;
use crate::node::{Node, Scalar, Value};
use crate::read::read;
use crate::scalar::ScalarType;

/// File of the places in a text that was parsed.
const INSIDE: FileId = FileId(u32::MAX);

/// Parses a text that may be YAML. Places are offsets in the text.
///
/// # Errors
///
/// Returns a message if it is not YAML, or if it is empty.
pub(super) fn parse(text: &Text) -> Result<Node, String> {
    let tree = podwright_syntax::yaml::read_document(text.as_str().into());
    if !tree.errors().is_empty() {
        return Err("the text is not YAML".to_owned());
    }
    let document = tree.documents().first();
    let root = document.filter(|document| tree.kind(document.root) != NodeKind::Empty);
    let root = root.ok_or_else(|| "the text is empty".to_owned())?.root;
    read(&tree, INSIDE, root).map_err(|error| error.message)
}

/// Sets the fields at `path` in the text to `value`. `None` if the text has no such field, or cannot be written again.
pub(super) fn replaced(
    text: &Text,
    path: &[String],
    value: &Node,
    options: Option<&Options>,
    matcher: Matcher,
) -> Option<Text> {
    let before = parse(text).ok()?;
    let mut after = before.clone();
    let found = matcher.find(&mut after, path).ok()?;
    if found.fields.is_empty() {
        return None;
    }
    for field in &found.fields {
        put(
            get_mut(&mut after, &field.steps)?,
            field.is_new,
            value,
            options,
        )
        .ok()?;
    }
    let first = text.as_str().trim_start().chars().next()?;
    if matches!(first, '{' | '[') {
        return to_json(text, &after, matcher.by);
    }
    // An edit keeps comments and the origin of everything else.
    let mut edits: Vec<(Span, Text)> = Vec::new();
    for field in &found.fields {
        let (old, new) = (get(&before, &field.steps), get(&after, &field.steps)?);
        match old.and_then(|old| edit(old, new)) {
            Some(edit) => edits.push(edit),
            None => return Some(written(text, &after, matcher.by)),
        }
    }
    edits.sort_by_key(|(span, _)| std::cmp::Reverse(span.start));
    let mut edited = text.clone();
    for (span, new) in edits {
        edited = edited.replaced(span.range(), &new);
    }
    Some(trimmed(&edited))
}

/// The edit that replaces a scalar on one line by another.
fn edit(old: &Node, new: &Node) -> Option<(Span, Text)> {
    let scalar = new.as_scalar()?;
    let span = old.as_scalar().and(old.place)?.span;
    let is_one_line = |text: &str| !text.contains('\n');
    let style = old.as_scalar()?.style;
    if !matches!(
        style,
        NodeKind::Plain | NodeKind::SingleQuoted | NodeKind::DoubleQuoted
    ) || !is_one_line(scalar.as_str())
    {
        return None;
    }
    Some((span, printed(&Node::scalar(scalar.clone()))))
}

/// The text of a node as YAML, with the origins of its parts.
fn printed(node: &Node) -> Text {
    let (string, map) = emit([node]);
    let end = u32::try_from(string.len()).unwrap_or(u32::MAX);
    let mut text = Text::default();
    for (span, origin) in map.runs(Span::new(0, end)) {
        text.push_str(&string[span.range()], origin.clone());
    }
    trimmed(&text)
}

/// The whole text again.
fn written(text: &Text, node: &Node, by: Option<Location>) -> Text {
    let mut node = node.clone();
    moved_into(&mut node, text, by);
    printed(&node)
}

/// Replaces places in the text by those of the text. Bounded by the depth of the document.
fn moved_into(node: &mut Node, text: &Text, by: Option<Location>) {
    let moved = |scalar: &mut Scalar| {
        let is_inside = scalar.text.location().is_some_and(|at| at.file == INSIDE);
        if is_inside {
            scalar.text = scalar.text.moved_into(text, 0);
        }
    };
    if node.place.is_some_and(|place| place.file == INSIDE) {
        node.place = text.location().or(by);
    }
    match &mut node.value {
        Value::Map(map) => {
            for entry in &mut map.entries {
                moved(&mut entry.key);
                moved_into(&mut entry.value, text, by);
            }
        }
        Value::List(items) => items.iter_mut().for_each(|item| moved_into(item, text, by)),
        Value::Scalar(scalar) => moved(scalar),
    }
}

fn trimmed(text: &Text) -> Text {
    let string = text.as_str();
    let start = string.len() - string.trim_start().len();
    text.slice(start..start + string.trim().len())
}

/// The node as Go's `encoding/json` writes it: keys sorted, on one line unless the old text was indented.
fn to_json(old: &Text, node: &Node, by: Option<Location>) -> Option<Text> {
    let mut node = node.clone();
    moved_into(&mut node, old, by);
    let is_pretty = old.as_str().contains('\n') && old.as_str().contains("  ");
    let mut json = Json {
        out: Text::default(),
        by: old.location().or(by),
        is_pretty,
    };
    json.node(&node, 0)?;
    Some(json.out)
}

struct Json {
    out: Text,
    by: Option<Location>,
    is_pretty: bool,
}

impl Json {
    fn push(&mut self, string: &str) {
        self.out.push_str(string, made(self.by));
    }

    fn line(&mut self, depth: usize) {
        if self.is_pretty {
            self.push("\n");
            self.push(&"  ".repeat(depth));
        }
    }

    /// Bounded by the depth of the document.
    fn node(&mut self, node: &Node, depth: usize) -> Option<()> {
        match &node.value {
            Value::Scalar(scalar) => self.scalar(scalar),
            Value::List(items) if items.is_empty() => {
                self.push("[]");
                Some(())
            }
            Value::Map(map) if map.is_empty() => {
                self.push("{}");
                Some(())
            }
            Value::List(items) => {
                self.push("[");
                for (at, item) in items.iter().enumerate() {
                    if at > 0 {
                        self.push(",");
                    }
                    self.line(depth + 1);
                    self.node(item, depth + 1)?;
                }
                self.line(depth);
                self.push("]");
                Some(())
            }
            Value::Map(map) => {
                let mut entries: Vec<_> = map.entries.iter().collect();
                entries.sort_by(|a, b| a.key.as_str().cmp(b.key.as_str()));
                self.push("{");
                for (at, entry) in entries.into_iter().enumerate() {
                    if at > 0 {
                        self.push(",");
                    }
                    self.line(depth + 1);
                    self.string(&entry.key.text);
                    self.push(if self.is_pretty { ": " } else { ":" });
                    self.node(&entry.value, depth + 1)?;
                }
                self.line(depth);
                self.push("}");
                Some(())
            }
        }
    }

    /// `None` for what JSON cannot hold.
    fn scalar(&mut self, scalar: &Scalar) -> Option<()> {
        let text = scalar.as_str();
        let printed = match scalar.kind {
            ScalarType::String | ScalarType::Timestamp => {
                self.string(&scalar.text);
                return Some(());
            }
            ScalarType::Null => "null".to_owned(),
            ScalarType::Bool => text.to_ascii_lowercase(),
            ScalarType::Int => number(text),
            ScalarType::Float if text.to_ascii_lowercase().contains(['n', 'i']) => return None,
            ScalarType::Float => number(text),
        };
        match printed == text {
            true => self.out.push(&scalar.text),
            false => self.push(&printed),
        }
        Some(())
    }

    fn string(&mut self, text: &Text) {
        self.push("\"");
        for (range, origin) in text.runs() {
            let part = &text.as_str()[range];
            let mut escaped = String::with_capacity(part.len());
            for character in part.chars() {
                escape(character, &mut escaped);
            }
            match escaped == part {
                true => self.out.push_str(part, origin.clone()),
                false => self.push(&escaped),
            }
        }
        self.push("\"");
    }
}

fn escape(character: char, out: &mut String) {
    match character {
        '"' => out.push_str("\\\""),
        '\\' => out.push_str("\\\\"),
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        '\u{8}' => out.push_str("\\b"),
        '\u{c}' => out.push_str("\\f"),
        '<' | '>' | '&' | '\u{2028}' | '\u{2029}' | '\0'..='\u{1f}' => {
            out.push_str(&format!("\\u{:04x}", u32::from(character)));
        }
        _ => out.push(character),
    }
}
