//! Advice and fixes for values of the wrong type.

mod collection;
mod scalar;

use podwright_rule::{Applicability, Fix, RuleContext};
use podwright_schema::advice::expected_at;
use podwright_schema::{Expected, Found, Problem, Shape, Subject};
use podwright_syntax::text::Span;
use podwright_syntax::{Entry, NodeId, NodeKind, Scalar};

use super::schema_subject;

/// A value of the wrong type.
struct Wrong<'c, 'a> {
    cx: &'c RuleContext<'a>,
    subject: Subject<'a>,
    node: NodeId,
    shape: Shape<'a>,
    /// Name of the field, or of the map or list that contains the value.
    field: &'c str,
    is_inner: bool,
}

type Advice = (String, Option<Fix>);

/// Returns the advice for a value of the wrong type, beyond naming the right type.
pub(super) fn advice(
    problem: &Problem<'_>,
    expected: Expected,
    found: Found,
    cx: &RuleContext<'_>,
) -> Option<Advice> {
    let subject = schema_subject(cx)?;
    let (shape, _) = expected_at(&subject, problem.node)?;
    let wrong = Wrong {
        cx,
        subject,
        node: problem.node,
        shape,
        field: problem.field,
        is_inner: problem.is_inner,
    };
    match (expected, found) {
        (Expected::List, Found::Mapping) => wrong.mapping_for_list(),
        (Expected::List, Found::Text | Found::Integer) => wrong.scalar_for_list(),
        (Expected::Mapping, Found::List) => wrong.list_for_mapping(),
        (Expected::Mapping, Found::Text) => wrong.text_for_mapping(),
        (Expected::Text, Found::List) => wrong.list_for_text(),
        (Expected::Text, Found::Mapping) => wrong.mapping_for_text(),
        (Expected::Integer(_), Found::Text) => wrong.text_for_integer(),
        (Expected::Integer(_), Found::Fraction) => Some(("use a whole number".to_owned(), None)),
        (Expected::Boolean, Found::Text | Found::Integer) => wrong.word_for_boolean(),
        _ => None,
    }
}

impl Wrong<'_, '_> {
    fn fix(&self, title: impl Into<String>, span: Span, content: String) -> Option<Fix> {
        let is_shown = !self.cx.file().shown().is_redacted(span);
        let tree = self.cx.tree();
        let is_own = !tree.is_anchored(self.node) && !tree.is_recovered(self.node);
        let is_tied = !tree.kind(self.node).is_scalar() && content.contains('&');
        (is_shown && is_own && !is_tied)
            .then(|| self.cx.fix(title, Applicability::Unsafe, [(span, content)]))
    }

    /// Text of the value, unless it is a credential.
    fn text(&self) -> Option<String> {
        let tree = self.cx.tree();
        let is_shown = !self.cx.file().shown().is_redacted(tree.span(self.node));
        match tree.scalar(self.node) {
            Scalar::Str(text) if is_shown && !text.contains(['\n', '"', '\\', '`']) => {
                Some(text.into_owned())
            }
            Scalar::Int(number) if is_shown => Some(number.to_string()),
            _ => None,
        }
    }

    /// The entry that has the value, if it is in a block mapping and its key starts the line or follows a dash.
    fn key(&self) -> Option<(Entry, usize)> {
        let tree = self.cx.tree();
        let key = tree.key_range(self.node);
        let line = tree.text()[..key.start as usize]
            .rfind('\n')
            .map_or(0, |at| at + 1);
        let column = key.start as usize - line;
        let before = tree.text().get(line..key.start as usize)?;
        let is_block = before.bytes().all(|b| matches!(b, b' ' | b'-'));
        let ids = tree.ids().filter(|id| tree.kind(*id) == NodeKind::Mapping);
        let entry = ids
            .flat_map(|id| tree.entries(id))
            .find(|entry| entry.value == self.node)?;
        is_block.then_some((entry, column))
    }

    /// Replaces the value, which follows its key on the same line or the next ones, with indented lines.
    fn lines(&self, lines: &[String]) -> Option<Fix> {
        let tree = self.cx.tree();
        let (entry, column) = self.key()?;
        let (start, value) = (tree.span(entry.key).end + 1, tree.span(entry.value));
        let end =
            value.start + u32::try_from(tree.source_text(entry.value).trim_end().len()).ok()?;
        let has_comment = tree.slice(Span::new(start, end)).contains('#');
        let indentation = format!("{}{}", tree.line_end(), " ".repeat(column + 2));
        let content: Vec<String> = lines
            .iter()
            .map(|line| format!("{indentation}{line}"))
            .collect();
        (!has_comment).then(|| {
            self.fix(
                "Change the structure",
                Span::new(start, end),
                content.concat(),
            )
        })?
    }
}

fn written(text: &str) -> String {
    let is_plain = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/')
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"_./:@+-".contains(&b))
        && !text.ends_with(':')
        && !matches!(
            text.to_ascii_lowercase().as_str(),
            "y" | "n" | "yes" | "no" | "on" | "off" | "true" | "false" | "null"
        );
    if is_plain {
        text.to_owned()
    } else {
        format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
    }
}

#[cfg(test)]
mod tests {
    use super::written;

    #[test]
    fn strings_are_quoted_if_needed() {
        assert_eq!(written("ReadWriteOnce"), "ReadWriteOnce");
        assert_eq!(written("yes"), "\"yes\"");
        assert_eq!(written("1.2"), "\"1.2\"");
    }
}
