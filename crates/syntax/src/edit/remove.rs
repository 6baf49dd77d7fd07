//! Removal of list items and of duplicate entries.

use crate::text::Span;
use crate::{Entry, NodeId, NodeKind, SyntaxTree};

impl SyntaxTree {
    /// Returns the span to delete to remove `item` from the sequence: its lines, or in flow style the item and a comma.
    ///
    /// `None` if the edit would have side effects, or if it is the only item.
    #[must_use]
    pub fn delete_item(&self, sequence: NodeId, item: NodeId) -> Option<Span> {
        let items: Vec<NodeId> = self.items(sequence).collect();
        let at = items.iter().position(|&one| one == item)?;
        if items.len() < 2 || self.is_recovered(sequence) || self.is_anchored(sequence) {
            return None;
        }
        let span = match (self.kind(sequence), at.checked_sub(1)) {
            (NodeKind::Sequence, _) => {
                let dash = self.dash(item)?;
                self.whole_lines(Span::new(dash, self.span(item).end.max(dash + 1)))?
            }
            (_, Some(before)) => Span::new(self.span(items[before]).end, self.span(item).end),
            (_, None) => Span::new(self.span(item).start, self.span(items[1]).start),
        };
        (!self.slice(span).contains('&')).then_some(span)
    }

    /// Returns the spans to delete to remove all entries with the key of `last` except `last` itself.
    ///
    /// `None` if the edit would have side effects.
    #[must_use]
    pub fn delete_earlier(&self, mapping: NodeId, last: Entry) -> Option<Vec<Span>> {
        let entries: Vec<Entry> = self.entries(mapping).collect();
        let key = self.key_text(last.key);
        let is_merged = entries.iter().any(|entry| self.is_merge(entry.key));
        if is_merged || self.is_recovered(mapping) || self.is_anchored(mapping) {
            return None;
        }
        let mut spans = Vec::new();
        for (at, entry) in entries.iter().enumerate() {
            if *entry == last {
                break;
            }
            if self.key_text(entry.key) != key {
                continue;
            }
            let span = match self.kind(mapping) {
                NodeKind::Mapping => self.block_removal(&entries, at)?,
                // The entry is never the last one.
                _ => Span::new(
                    self.span(entry.key).start,
                    self.span(entries.get(at + 1)?.key).start,
                ),
            };
            if self.slice(span).contains('&') {
                return None;
            }
            spans.push(span);
        }
        (!spans.is_empty()).then_some(spans)
    }

    /// Span of an entry in a block mapping: its lines, or, after a dash, everything before the next entry.
    pub(super) fn block_removal(&self, entries: &[Entry], at: usize) -> Option<Span> {
        if let Some(lines) = self.lines(entries[at]) {
            return Some(lines);
        }
        let next = entries.get(1).filter(|_| at == 0)?;
        let start = self.span(entries[0].key).start;
        let span = Span::new(start, self.span(next.key).start);
        let end = self.written(entries[0].value).end.max(start);
        let after = self.slice(Span::new(end, span.end));
        // A comment on a separate line belongs to the next entry.
        let is_between = |line: &str| line.trim().is_empty();
        let is_alone = after.lines().skip(1).all(is_between) && self.begins_line(next.key);
        is_alone.then_some(span)
    }

    /// Offset of the dash that introduces an item of a block sequence.
    fn dash(&self, item: NodeId) -> Option<u32> {
        let start = self.span(item).start as usize;
        let before = self.text().get(..start)?.trim_end();
        before
            .ends_with('-')
            .then(|| u32::try_from(before.len() - 1).unwrap_or(0))
    }
}

#[cfg(test)]
mod tests {
    use crate::parse;

    #[test]
    fn deletes_an_item_with_its_lines() {
        for (before, after) in [
            ("- a\n- b # two\n- c\n", Some("- a\n- c\n")),
            ("- a\n-\n- c\n", Some("- a\n- c\n")),
            ("- a\n- b:\n    c\n  d: 1\n# e\n- f", Some("- a\n# e\n- f")),
            ("[a, b, c]", Some("[a, c]")),
            ("- a\n- &b b\n- *b\n", None),
            ("&a\n- a\n- b\n", None),
        ] {
            let tree = parse(before.into());
            let root = tree.documents()[0].root;
            let second = tree.items(root).nth(1).unwrap();
            let left = tree.delete_item(root, second).map(|span| {
                let mut text = before.to_owned();
                text.replace_range(span.range(), "");
                text
            });
            assert_eq!(left.as_deref(), after, "{before}");
        }
    }

    #[test]
    fn deletes_earlier_duplicates() {
        for (before, after) in [
            ("a: 1\na: 2\nb: 3\na: 4\n", Some("b: 3\na: 4\n")),
            ("{a: 1, b: 2, a: 3}", Some("{b: 2, a: 3}")),
            ("a: &x 1\na: *x\n", None),
        ] {
            let tree = parse(before.into());
            let root = tree.documents()[0].root;
            let last = tree.entries(root).last().unwrap();
            let left = tree.delete_earlier(root, last).map(|spans| {
                let mut text = before.to_owned();
                for span in spans.into_iter().rev() {
                    text.replace_range(span.range(), "");
                }
                text
            });
            assert_eq!(left.as_deref(), after, "{before}");
        }
    }
}
