//! Edits that keep the style of the replaced source.

mod insert;
mod relocate;
mod remove;
mod replace;

pub use relocate::Destination;

use super::{Entry, NodeId, NodeKind, SyntaxTree, scalar};
use crate::text::Span;

impl SyntaxTree {
    /// Returns the edit that changes the scalar `id` to the string `content`: the span to replace, and the new text.
    /// Keeps the quotes. A block scalar becomes a plain scalar, and quotes are added if needed.
    ///
    /// `content` must be a single line.
    #[must_use]
    pub fn replace_scalar(&self, id: NodeId, content: &str) -> (Span, String) {
        let source = self.source_text(id);
        let written = source.trim_end_matches(['\n', '\r']).len();
        let span = self.span(id);
        let span = Span::new(span.start, span.start + u32::try_from(written).unwrap_or(0));
        let text = match self.kind(id) {
            NodeKind::SingleQuoted => format!("'{}'", content.replace('\'', "''")),
            NodeKind::DoubleQuoted => double_quoted(content),
            _ if is_plain_string(content) => content.to_owned(),
            _ => double_quoted(content),
        };
        (span, text)
    }

    /// Returns the span to delete to remove `key` from `mapping`: its lines with trailing comments, or in flow style
    /// the entry and a comma.
    ///
    /// `None` if the edit would have side effects: another entry on the same line, an anchor that may be used
    /// elsewhere, a `<<` or duplicate that sets the key again, or a mapping that would become empty.
    #[must_use]
    pub fn delete_entry(&self, mapping: NodeId, key: &str) -> Option<Span> {
        let entries: Vec<Entry> = self.entries(mapping).collect();
        let mut places = (0..entries.len()).filter(|&at| self.key_text(entries[at].key) == key);
        let (at, None) = (places.next()?, places.next()) else {
            return None;
        };
        let is_merged = entries.iter().any(|entry| self.is_merge(entry.key));
        if entries.len() < 2 || is_merged || self.is_recovered(mapping) || self.is_anchored(mapping)
        {
            return None;
        }
        let span = match (self.kind(mapping), at.checked_sub(1)) {
            (NodeKind::Mapping, _) => self.block_removal(&entries, at)?,
            (_, Some(before)) => Span::new(
                self.span(entries[before].value).end,
                self.span(entries[at].value).end,
            ),
            (_, None) => Span::new(
                self.span(entries[at].key).start,
                self.span(entries[at + 1].key).start,
            ),
        };
        // A `&` may be an anchor that a later alias needs.
        (!self.slice(span).contains('&')).then_some(span)
    }

    /// Span of the lines of an entry in a block mapping, if they contain nothing else.
    fn lines(&self, entry: Entry) -> Option<Span> {
        self.whole_lines(Span::new(
            self.span(entry.key).start,
            self.span(entry.value).end,
        ))
    }

    /// Span of the lines of `written`, if they contain nothing else but a comment.
    fn whole_lines(&self, written: Span) -> Option<Span> {
        let text = self.text();
        let written = written.range();
        let end = written.start + text.get(written.clone())?.trim_end().len();
        let start = text[..written.start]
            .rfind(['\n', '\r'])
            .map_or(0, |line_end| line_end + 1);
        let (line, below) = match text[end..].split_once('\n') {
            Some((line, below)) => (line.trim(), below.len()),
            None => (text[end..].trim(), 0),
        };
        let is_alone = text[start..written.start].trim().is_empty()
            && (line.is_empty() || line.starts_with('#'));
        is_alone.then_some(Span::new(
            u32::try_from(start).ok()?,
            u32::try_from(text.len() - below).ok()?,
        ))
    }

    /// Returns whether the node, or a collection around it, has an anchor, so that its content may also apply
    /// elsewhere.
    #[must_use]
    pub fn is_anchored(&self, id: NodeId) -> bool {
        self.anchor(id).is_some() || self.ancestors(id).any(|node| self.anchor(node).is_some())
    }
}

fn double_quoted(content: &str) -> String {
    format!("\"{}\"", content.replace('\\', "\\\\").replace('"', "\\\""))
}

/// Returns whether unquoted `text` is read as the same string in block and flow style. Conservative: allows only
/// letters, digits and `_./:@+-`.
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
    use crate::parse;

    #[test]
    fn deletes_an_entry_with_its_lines() {
        for (before, after) in [
            ("a: 1\nkey: 2 # why\nb: 3\n", Some("a: 1\nb: 3\n")),
            (
                "a: 1\nkey:\n  c: 2\n  d: 3\n# e\nb: 4",
                Some("a: 1\n# e\nb: 4"),
            ),
            ("key: {c: 2}\r\nb: 3\r\n", Some("b: 3\r\n")),
            ("a: 1\nkey: |\n  c\n  d\n\nb: 2\n", Some("a: 1\n\nb: 2\n")),
            ("a: 1\nkey:", Some("a: 1\n")),
            ("{a: 1, key: {c: 2}}", Some("{a: 1}")),
            ("{key: 2, a: 1}", Some("{a: 1}")),
            ("{\n  \"a\": 1,\n  \"key\": 2\n}", Some("{\n  \"a\": 1\n}")),
            ("- key: 1 # one\n  a: 2\n", Some("- a: 2\n")),
            ("- key: 1\n  # two\n  a: 2\n", None),
            ("key: 1\n", None),
            ("{key: 1}", None),
            ("a: 1\nkey: 2\nkey: 3\n", None),
            ("a: &a {b: 1}\n<<: *a\nkey: 2\n", None),
            ("a: 1\nkey: &k 2\nb: *k\n", None),
            ("a: 1\n? key\n: 2\n", None),
            ("a: 1\n", None),
        ] {
            let tree = parse(before.into());
            let root = tree.documents()[0].root;
            let mapping = tree.items(root).next().unwrap_or(root);
            let left = tree.delete_entry(mapping, "key").map(|span| {
                let mut text = before.to_owned();
                text.replace_range(span.range(), "");
                text
            });
            assert_eq!(left.as_deref(), after, "{before}");
        }
    }

    #[test]
    fn unsafe_strings_are_quoted() {
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
