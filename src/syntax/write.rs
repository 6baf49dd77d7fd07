//! Edits that keep the style of what they replace.

use super::{Kind, NodeId, Tree, scalar};
use crate::text::Span;

impl Tree {
    /// The bytes to replace, and what to write there, so that the scalar `id` reads as the string `content`
    /// and keeps its quotes; a block scalar becomes a plain one, and quotes come where they are needed.
    ///
    /// `content` is one line.
    #[must_use]
    pub fn rewrite(&self, id: NodeId, content: &str) -> (Span, String) {
        let raw = self.raw(id);
        let written = raw.trim_end_matches(['\n', '\r']).len();
        let span = self.span(id);
        let span = Span::new(span.start, span.start + u32::try_from(written).unwrap_or(0));
        let text = match self.kind(id) {
            Kind::SingleQuoted => format!("'{}'", content.replace('\'', "''")),
            Kind::DoubleQuoted => double_quoted(content),
            _ if is_plain_string(content) => content.to_owned(),
            _ => double_quoted(content),
        };
        (span, text)
    }

    /// Whether the node, or a collection around it, has an anchor: what is written there may stand in other
    /// places too.
    #[must_use]
    pub fn is_anchored(&self, id: NodeId) -> bool {
        self.anchor(id).is_some() || self.ancestors(id).any(|node| self.anchor(node).is_some())
    }
}

fn double_quoted(content: &str) -> String {
    format!("\"{}\"", content.replace('\\', "\\\\").replace('"', "\\\""))
}

/// Whether `text` without quotes is read as the string that it is, in block and in flow style. Careful: what
/// holds anything but letters, digits and `_./:@+-` is not.
fn is_plain_string(text: &str) -> bool {
    let is_safe = |b: u8| b.is_ascii_alphanumeric() || b"_./:@+-".contains(&b);
    text.starts_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '/' | '.'))
        && text.bytes().all(is_safe)
        && !text.ends_with(':')
        && scalar::plain(text).is_none()
}

#[cfg(test)]
mod tests {
    use super::is_plain_string;

    #[test]
    fn what_is_no_plain_string_gets_quotes() {
        for text in ["nginx", "r.example:5000/a/b:1.2", "a@sha256:00", "_x"] {
            assert!(is_plain_string(text), "{text}");
        }
        for text in [
            "",
            "yes",
            "1.25",
            "[::1]:5000/a",
            "a:",
            "a b",
            "a: b",
            "@a",
            "null",
            "a #b",
        ] {
            assert!(!is_plain_string(text), "{text}");
        }
    }
}
