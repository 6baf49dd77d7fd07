//! Insertion of entries, and replacement of their values.

use crate::text::Span;
use crate::{Entry, Format, NodeId, NodeKind, Scalar, SyntaxTree};

use super::{double_quoted, is_plain_string};

impl SyntaxTree {
    /// Returns the edit that sets `key` of the mapping `id` to `value`: the span to replace, and the new text. Replaces
    /// the scalar of an existing entry, or adds an entry after the last one.
    ///
    /// `None` if the edit would have side effects (an anchor, a merged key), if the style of the mapping does not allow
    /// an insertion, or if the value is not a string, number or boolean.
    #[must_use]
    pub fn set_value(&self, id: NodeId, key: &str, value: &Scalar<'_>) -> Option<(Span, String)> {
        let Some(entry) = self.get(id, key) else {
            return self.insertion(id, key, value);
        };
        if self.is_anchored(entry.value) || self.is_anchored(entry.key) || !self.is_own(id, entry) {
            return None;
        }
        let there = self.kind(entry.value);
        if there == NodeKind::Empty || !(there.is_scalar() || there == NodeKind::Alias) {
            return None;
        }
        match value {
            Scalar::Str(text) if there != NodeKind::Alias => {
                Some(self.replace_scalar(entry.value, text))
            }
            _ => Some((self.written(entry.value), self.scalar_text(id, value)?)),
        }
    }

    /// Returns whether the entry is in the mapping itself, not in a merged one.
    fn is_own(&self, id: NodeId, entry: Entry) -> bool {
        self.entries(id).any(|own| own == entry)
    }

    /// Returns the edit that adds the entry `path` of mappings within each other to the mapping `id`, with a list of one
    /// scalar if `is_list`. The first key must not be there.
    ///
    /// `None` for the same reasons as [`SyntaxTree::set_value`].
    #[must_use]
    pub fn add_path(
        &self,
        id: NodeId,
        path: &[&str],
        value: &Scalar<'_>,
        is_list: bool,
    ) -> Option<(Span, String)> {
        let (first, rest) = path.split_first()?;
        if self.get(id, first).is_some() {
            return None;
        }
        let value = self.scalar_text(id, value)?;
        let value = if is_list { format!("[{value}]") } else { value };
        self.insertion_of(id, first, |line| {
            let Some(line) = line else {
                let keys: Option<Vec<String>> = rest.iter().map(|key| self.key(id, key)).collect();
                let keys = keys?.into_iter().rev();
                return Some(keys.fold(value.clone(), |inner, key| format!("{{{key}: {inner}}}")));
            };
            let mut text = String::new();
            for (level, key) in rest.iter().enumerate() {
                let key = self.key(id, key)?;
                text.push_str(&format!("{line}{:1$}{key}:", "", 2 * (level + 1)));
            }
            Some(format!("{text} {value}"))
        })
    }

    /// A key in the style of the mapping.
    fn key(&self, near: NodeId, key: &str) -> Option<String> {
        if self.has_quoted_keys(near) {
            return Some(double_quoted(key));
        }
        is_plain_string(key).then(|| key.to_owned())
    }

    /// Returns the edit that inserts the entry `key: value`.
    fn insertion(&self, id: NodeId, key: &str, value: &Scalar<'_>) -> Option<(Span, String)> {
        let value = self.scalar_text(id, value)?;
        self.insertion_of(id, key, |line| {
            let space = if line.is_some() { " " } else { "" };
            Some(format!("{space}{value}"))
        })
    }

    /// Returns the edit that inserts an entry. `value` returns what follows the colon of a key in a block, given the line
    /// end and the indentation of the key, or else in a flow mapping, without a space before it.
    fn insertion_of(
        &self,
        id: NodeId,
        key: &str,
        value: impl FnOnce(Option<&str>) -> Option<String>,
    ) -> Option<(Span, String)> {
        if self.is_recovered(id) || self.is_anchored(id) || self.format() == Format::Toml {
            return None;
        }
        let key = self.key(id, key)?;
        let entries: Vec<Entry> = self.entries(id).collect();
        match (self.kind(id), entries.as_slice()) {
            (NodeKind::Mapping, [first, .., last] | [first @ last]) => {
                let at = self.below(*last)?;
                let indentation = self.column(*first)?;
                let line = format!("{}{indentation}", self.line_end());
                let value = value(Some(&line))?;
                Some((Span::at(at), format!("{line}{key}:{value}")))
            }
            (NodeKind::FlowMapping, []) => {
                let at = self.span(id).start + 1;
                Some((Span::at(at), format!("{key}: {}", value(None)?)))
            }
            (NodeKind::FlowMapping, [.., last]) => {
                let end = self.span(last.value).end.max(self.span(last.key).end);
                // Use the style of the last entry: on its own line or not, with a space after the colon or not.
                let between = Span::new(self.span(last.key).end, self.span(last.value).start);
                let is_tight = self.slice(between) == ":";
                let colon = if is_tight { ":" } else { ": " };
                let separator = match self.column(*last) {
                    Some(indentation) if self.begins_line(last.key) => {
                        format!(",{}{indentation}", self.line_end())
                    }
                    _ if is_tight => ",".to_owned(),
                    _ => ", ".to_owned(),
                };
                let value = value(None)?;
                Some((Span::at(end), format!("{separator}{key}{colon}{value}")))
            }
            _ => None,
        }
    }

    /// Line ending of the file: that of its first line.
    #[must_use]
    pub fn line_end(&self) -> &'static str {
        let text = self.text();
        match text.find('\n') {
            Some(at) if text[..at].ends_with('\r') => "\r\n",
            _ => "\n",
        }
    }

    fn scalar_text(&self, near: NodeId, value: &Scalar<'_>) -> Option<String> {
        match value {
            Scalar::Int(number) => Some(number.to_string()),
            Scalar::Bool(boolean) => Some(boolean.to_string()),
            Scalar::Str(text) if !self.has_quoted_keys(near) && is_plain_string(text) => {
                Some(text.to_string())
            }
            Scalar::Str(text) => Some(double_quoted(text)),
            _ => None,
        }
    }

    /// Returns whether the mapping has quoted keys, like JSON.
    pub(super) fn has_quoted_keys(&self, id: NodeId) -> bool {
        let first = self.entries(id).next();
        self.format() == Format::Json
            || first.is_some_and(|first| self.kind(first.key) == NodeKind::DoubleQuoted)
    }

    /// End of the last line of an entry in a block mapping, including its comment. `None` if the line has other
    /// content, or if an insertion after it would change the value.
    pub(super) fn below(&self, entry: Entry) -> Option<u32> {
        let written = self.written(entry.value);
        let end = written.end.max(self.span(entry.key).end);
        let line = self.slice(Span::new(end, u32::try_from(self.text().len()).ok()?));
        let line = &line[..line.find(['\n', '\r']).unwrap_or(line.len())];
        let rest = line.trim_start_matches([':', ' ', '\t']);
        let is_alone = rest.is_empty() || rest.starts_with('#');
        (is_alone && !self.keeps_line_ends(entry.value))
            .then(|| end + u32::try_from(line.len()).unwrap_or(0))
    }

    /// Returns whether the value ends with a block scalar that keeps all trailing line endings: `|+`.
    pub(super) fn keeps_line_ends(&self, id: NodeId) -> bool {
        let mut last = id;
        while let Some(child) = self.children(last).last() {
            last = child;
        }
        let is_block = matches!(self.kind(last), NodeKind::Literal | NodeKind::Folded);
        let header = self.source_text(last).lines().next().unwrap_or("");
        is_block && header.contains('+')
    }

    /// Indentation of a new entry on a line after this one.
    pub(super) fn column(&self, entry: Entry) -> Option<String> {
        // `- key:` is fine, `? key` and `--- key:` and properties are not.
        let dashes = self.line_before(entry.key, &[' ', '-']);
        if let Some(before) = dashes.filter(|before| !before.starts_with("---")) {
            return Some(before.replace('-', " "));
        }
        let spaces = self.line_before(entry.key, &[' ', '\t']);
        spaces
            .filter(|_| self.begins_line(entry.key))
            .map(str::to_owned)
    }

    pub(super) fn begins_line(&self, id: NodeId) -> bool {
        let head = &self.text()[..self.span(id).start as usize];
        head.trim_end_matches([' ', '\t']).ends_with(['\n', '\r'])
    }

    /// What is before a node on its line, if it has only these characters. It does not search a long line.
    fn line_before(&self, id: NodeId, only: &[char]) -> Option<&str> {
        let head = &self.text()[..self.span(id).start as usize];
        let line = head.trim_end_matches(only);
        let begins = line.is_empty() || line == "\u{feff}" || line.ends_with(['\n', '\r']);
        begins.then(|| &head[line.len()..])
    }

    /// Span of a node, without the trailing line endings that belong to a block.
    pub(super) fn written(&self, id: NodeId) -> Span {
        let span = self.span(id);
        let length = self
            .source_text(id)
            .trim_end_matches(['\n', '\r', ' ', '\t'])
            .len();
        Span::new(span.start, span.start + u32::try_from(length).unwrap_or(0))
    }
}

#[cfg(test)]
mod tests {
    use crate::{Scalar, parse};

    #[test]
    fn new_entries_within_each_other_follow_the_style() {
        for (before, after) in [
            ("a: 1\n", "a: 1\np:\n  q:\n    r: [ALL]\n"),
            ("- a: 1\n", "- a: 1\n  p:\n    q:\n      r: [ALL]\n"),
            ("{a: 1}\n", "{a: 1, p: {q: {r: [ALL]}}}\n"),
            (r#"{"a": 1}"#, r#"{"a": 1, "p": {"q": {"r": ["ALL"]}}}"#),
        ] {
            let tree = parse(before.into());
            let root = tree.documents()[0].root;
            let is_list = tree.kind(root).is_sequence();
            let item = tree.items(root).next().filter(|_| is_list);
            let id = item.unwrap_or(root);
            let value = Scalar::Str("ALL".into());
            let added = tree.add_path(id, &["p", "q", "r"], &value, true);
            let (span, text) = added.expect(before);
            let mut edited = before.to_owned();
            edited.replace_range(span.range(), &text);
            assert_eq!(edited, after);
            assert_eq!(tree.add_path(id, &["a", "q"], &value, true), None);
        }
    }

    #[test]
    fn a_new_entry_follows_the_last_one_in_its_style() {
        for (before, after) in [
            ("a: 1\n", Some("a: 1\nkey: 7\n")),
            ("a: 1", Some("a: 1\nkey: 7")),
            ("a: 1 # one\r\n", Some("a: 1 # one\r\nkey: 7\r\n")),
            ("a:\n", Some("a:\nkey: 7\n")),
            (
                "a:\n- b: 1\n  c: |\n    d\n\n# end\n",
                Some("a:\n- b: 1\n  c: |\n    d\nkey: 7\n\n# end\n"),
            ),
            ("a: |+\n  b\n\n", None),
            ("\u{feff}a: 1\n", Some("\u{feff}a: 1\nkey: 7\n")),
            ("{a: 1, b: {c: 2}}\n", Some("{a: 1, b: {c: 2}, key: 7}\n")),
            ("{}\n", Some("{\"key\": 7}\n")),
            ("{\"a\":1}", Some("{\"a\":1,\"key\":7}")),
            (
                "{\n  \"a\": 1,\n  \"b\": [2]\n}\n",
                Some("{\n  \"a\": 1,\n  \"b\": [2],\n  \"key\": 7\n}\n"),
            ),
            (
                "{\n  a: 1, # one\n}\n",
                Some("{\n  a: 1,\n  key: 7, # one\n}\n"),
            ),
            ("&a\nb: 1\n", None),
            ("? a\n: 1\n", None),
        ] {
            assert_eq!(assigned(before).as_deref(), after, "{before}");
        }
    }

    #[test]
    fn an_existing_value_is_replaced() {
        for (before, after) in [
            ("key: 1 # one\n", Some("key: 7 # one\n")),
            ("a: &a 3\nkey: *a\n", Some("a: &a 3\nkey: 7\n")),
            ("key: &a 3\nb: *a\n", None),
            ("a: &a {key: 3}\n<<: *a\n", None),
            ("key: {b: 1}\n", None),
            ("{\"key\": 1}", Some("{\"key\": 7}")),
        ] {
            assert_eq!(assigned(before).as_deref(), after, "{before}");
        }
    }

    #[test]
    fn an_entry_in_a_list_item_is_indented_after_its_dash() {
        let before = "- - a: 1\n";
        let tree = parse(before.into());
        let outer = tree.items(tree.documents()[0].root).next().unwrap();
        let inner = tree.items(outer).next().unwrap();
        let (span, text) = tree
            .set_value(inner, "b", &Scalar::Str("x y".into()))
            .unwrap();
        let mut after = before.to_owned();
        after.replace_range(span.range(), &text);
        assert_eq!(after, "- - a: 1\n    b: \"x y\"\n");
    }

    fn assigned(before: &str) -> Option<String> {
        let tree = parse(before.into());
        let (span, text) = tree.set_value(tree.documents()[0].root, "key", &Scalar::Int(7))?;
        let mut after = before.to_owned();
        after.replace_range(span.range(), &text);
        Some(after)
    }
}
