//! Entries that move to another mapping or below new keys, and entries that are inserted with nested content.

mod content;
#[cfg(test)]
mod tests;

use content::{Content, flow, nested};

use crate::text::Span;
use crate::{Entry, Format, NodeId, NodeKind, SyntaxTree, scalar};

use super::is_plain_string;

/// A mapping that gets an entry: `mapping`, or one that is created in it.
#[derive(Clone, Copy, Debug)]
pub struct Destination<'a> {
    /// An existing mapping, or the empty value of a key.
    pub mapping: NodeId,
    /// Keys of the mappings to create in it, outermost first.
    pub missing: &'a [String],
}

/// Spaces per level of indentation in new text.
const STEP: usize = 2;

impl SyntaxTree {
    /// Returns the edits that move entries of the mapping `from` to `to`, with the comments above them: spans to
    /// replace, and the new text. Each entry has its path in the new place: keys of
    /// mappings to create for it alone, and its key. If no other entry is left, the entry that contains `from`
    /// is removed with it.
    ///
    /// `None` if the edits would have side effects (an anchor, an alias, a merged key), or if the styles do not fit.
    #[must_use]
    pub fn move_entries(
        &self,
        from: NodeId,
        entries: &[(Entry, &[String])],
        to: Destination<'_>,
    ) -> Option<Vec<(Span, String)>> {
        if !self.may_gain_entry(from) || !self.may_gain_entry(to.mapping) {
            return None;
        }
        let contents: Option<Vec<Content>> = entries
            .iter()
            .map(|(entry, path)| self.entry_text(from, *entry, path))
            .collect();
        let contents = contents?;
        if to.mapping == from && self.kind(from) == NodeKind::Mapping {
            return self.nest_entries(from, entries, contents, to);
        }
        if to.mapping == from && entries.len() == 1 {
            return Some(vec![self.nest_entry(
                from,
                entries[0].0,
                &contents[0],
                to,
            )?]);
        }
        let mut removed = self.removals(from, entries)?;
        let target = self.span(to.mapping);
        let holds_target = |span: &Span| {
            target.start >= span.start && target.end <= span.end && !target.is_empty()
        };
        if to.mapping != from && removed.iter().any(holds_target) {
            return None;
        }
        let (at, text) = self.addition(to, &contents)?;
        let is_inside = |span: &Span| at.start > span.start && at.end <= span.end;
        let mut edits = Vec::new();
        // The place to insert may be the end of removed lines.
        if let Some(last) = removed.iter().position(is_inside) {
            let span = removed.remove(last);
            let ends_line = self.slice(span).ends_with('\n');
            let line_end = self.line_end();
            let text = match text.strip_prefix(line_end) {
                Some(lines) if ends_line => format!("{lines}{line_end}"),
                Some(lines) => lines.to_owned(),
                None => text,
            };
            edits.push((span, text));
        } else {
            edits.push((at, text));
        }
        edits.extend(removed.into_iter().map(|span| (span, String::new())));
        Some(edits)
    }

    /// Returns the edit that adds an entry with the given value to `to`. The value is a scalar or a flow collection, or
    /// the lines of a block, which start with a line ending and are indented relative to the key.
    #[must_use]
    pub fn add_entry(&self, to: Destination<'_>, key: &str, value: &str) -> Option<(Span, String)> {
        if !self.may_gain_entry(to.mapping) {
            return None;
        }
        let text = if value.starts_with('\n') {
            format!("{key}:{value}")
        } else {
            format!("{key}: {value}")
        };
        let path = [key.to_owned()];
        let content = Content {
            column: 0,
            key: key.to_owned(),
            path: &path,
            lines: text.split('\n').map(str::to_owned).collect(),
            is_flow: !value.contains('\n'),
        };
        self.addition(to, &[content])
    }

    fn may_gain_entry(&self, mapping: NodeId) -> bool {
        let is_merged = self.entries(mapping).any(|entry| self.is_merge(entry.key));
        self.format() != Format::Toml
            && !self.is_recovered(mapping)
            && !self.is_anchored(mapping)
            && !is_merged
    }

    /// Replaces an entry of a flow mapping with one that contains it: `a: 1` with `b: {a: 1}`.
    fn nest_entry(
        &self,
        from: NodeId,
        entry: Entry,
        content: &Content<'_>,
        to: Destination<'_>,
    ) -> Option<(Span, String)> {
        let start = self.span(entry.key).start;
        let end = self.span(entry.key).end.max(self.written(entry.value).end);
        let text = flow(
            std::slice::from_ref(content),
            to,
            self.has_quoted_keys(from),
        )?;
        Some((Span::new(start, end), text))
    }

    /// Replaces the first entry of a block mapping with all of them below new keys, and removes the others.
    fn nest_entries(
        &self,
        from: NodeId,
        entries: &[(Entry, &[String])],
        mut contents: Vec<Content<'_>>,
        to: Destination<'_>,
    ) -> Option<Vec<(Span, String)>> {
        let ((first, _), others) = entries.split_first()?;
        let column = contents.first()?.column;
        // The comments above the first entry stay above the new key.
        contents
            .first_mut()?
            .lines
            .retain(|line| !line.starts_with('#'));
        let lines = nested(&contents, column, to)?;
        let text = lines.join(self.line_end()).trim_start().to_owned();
        let start = self.span(first.key).start;
        let end = self.span(first.key).end.max(self.written(first.value).end);
        let rest = self.text()[end as usize..].split(['\n', '\r']).next()?;
        let end = match rest.trim_start().starts_with('#') {
            true => end + u32::try_from(rest.trim_end().len()).ok()?,
            false => end,
        };
        let mut edits = vec![(Span::new(start, end), text)];
        for (entry, _) in others {
            let removed = self.delete_entry(from, &self.key_text(entry.key))?;
            edits.push((self.with_comments_above(removed, *entry), String::new()));
        }
        Some(edits)
    }

    /// Spans to delete to remove the entries, or the entry around `from` if `from` has no others.
    fn removals(&self, from: NodeId, entries: &[(Entry, &[String])]) -> Option<Vec<Span>> {
        if self.entries(from).count() == entries.len() {
            let parent = self.ancestors(from).last()?;
            let around = self.entries(parent).find(|around| around.value == from)?;
            return self.removals(parent, &[(around, &[])]);
        }
        // In flow style, the commas of neighbors are in both spans.
        if entries.len() > 1 && self.kind(from) != NodeKind::Mapping {
            return None;
        }
        let all: Vec<Entry> = self.entries(from).collect();
        let is_moved = |one: &Entry| entries.iter().any(|(entry, _)| entry == one);
        // After a dash, the first entry takes the space before the second one.
        let starts_item = all
            .first()
            .is_some_and(|first| !self.begins_line(first.key));
        if starts_item && all[..2].iter().all(is_moved) {
            return None;
        }
        let spans = entries.iter().map(|(entry, _)| {
            let span = self.delete_entry(from, &self.key_text(entry.key))?;
            Some(match self.kind(from) {
                NodeKind::Mapping => self.with_comments_above(span, *entry),
                _ => span,
            })
        });
        spans.collect()
    }

    /// Extends a span of lines to the comments directly above it that are indented like the entry.
    fn with_comments_above(&self, lines: Span, entry: Entry) -> Span {
        let text = self.text();
        let start = lines.start as usize;
        let column = self.span(entry.key).start.saturating_sub(lines.start) as usize;
        let mut from = start;
        for line in text[..start].split_inclusive('\n').rev() {
            let indentation = line.len() - line.trim_start().len();
            if indentation != column || !line.trim_start().starts_with('#') || !line.ends_with('\n')
            {
                break;
            }
            from -= line.len();
        }
        if !self.begins_line(entry.key) {
            return lines;
        }
        Span::new(u32::try_from(from).unwrap_or(lines.start), lines.end)
    }

    /// Text of an entry, with the comments above it and on its last line.
    fn entry_text<'k>(
        &self,
        from: NodeId,
        entry: Entry,
        path: &'k [String],
    ) -> Option<Content<'k>> {
        let start = self.span(entry.key).start;
        let end = self.span(entry.key).end.max(self.written(entry.value).end);
        let text = self.text();
        let source = self.slice(Span::new(start, end));
        let is_tied = source.contains('&') || self.has_alias(entry.value);
        if is_tied
            || source.contains('\t')
            || self.kind(entry.value) == NodeKind::Empty
            || self.keeps_line_ends(entry.value)
            || matches!(self.kind(entry.key), NodeKind::Literal | NodeKind::Folded)
        {
            return None;
        }
        let line = text[..start as usize]
            .rfind(['\n', '\r'])
            .map_or(0, |at| at + 1);
        let column = start as usize - line;
        let is_block = self.kind(from) == NodeKind::Mapping;
        let mut lines: Vec<String> = Vec::new();
        if is_block {
            let comments = self.with_comments_above(Span::new(line as u32, end), entry);
            let above = text.get(comments.start as usize..line)?;
            lines.extend(above.lines().map(|line| line.trim_start().to_owned()));
        }
        let mut last = source.to_owned();
        let rest = text[end as usize..]
            .split(['\n', '\r'])
            .next()
            .unwrap_or("");
        if is_block && rest.trim_start().starts_with('#') {
            last.push_str(rest.trim_end());
        }
        lines.extend(last.lines().map(str::to_owned));
        let is_flow = match self.kind(entry.value) {
            NodeKind::Plain => {
                let value = self.source_text(entry.value);
                is_plain_string(value) || scalar::plain(value).is_some()
            }
            NodeKind::SingleQuoted
            | NodeKind::DoubleQuoted
            | NodeKind::FlowMapping
            | NodeKind::FlowSequence => true,
            _ => false,
        };
        let content = Content {
            column,
            key: self.source_text(entry.key).to_owned(),
            path,
            is_flow: is_flow && lines.len() == 1 && !lines[0].contains('#'),
            lines,
        };
        (is_block || content.is_flow).then_some(content)
    }

    fn has_alias(&self, id: NodeId) -> bool {
        self.kind(id) == NodeKind::Alias || self.children(id).any(|child| self.has_alias(child))
    }

    /// The edit that adds entries to the destination.
    fn addition(&self, to: Destination<'_>, contents: &[Content<'_>]) -> Option<(Span, String)> {
        let line_end = self.line_end();
        let entries: Vec<Entry> = self.entries(to.mapping).collect();
        match (self.kind(to.mapping), entries.as_slice()) {
            (NodeKind::Mapping, [first, .., last] | [first @ last]) => {
                if self.has_quoted_keys(to.mapping) {
                    return None;
                }
                let at = self.below(*last)?;
                let column = self.column(*first)?.len();
                let lines = nested(contents, column, to)?;
                Some((Span::at(at), format!("{line_end}{}", lines.join(line_end))))
            }
            (NodeKind::FlowMapping, [.., last]) => {
                let text = flow(contents, to, self.has_quoted_keys(to.mapping))?;
                let end = self.span(last.value).end.max(self.span(last.key).end);
                let separator = match self.column(*last) {
                    Some(indentation) if self.begins_line(last.key) => {
                        format!(",{line_end}{indentation}")
                    }
                    _ => ", ".to_owned(),
                };
                Some((Span::at(end), format!("{separator}{text}")))
            }
            (NodeKind::FlowMapping, [])
                if self.format() == Format::Json || contents.iter().all(|one| one.is_flow) =>
            {
                let text = flow(contents, to, self.format() == Format::Json)?;
                let at = self.span(to.mapping).start + 1;
                Some((Span::at(at), text))
            }
            (NodeKind::FlowMapping | NodeKind::Empty, []) => {
                let parent = self.ancestors(to.mapping).last()?;
                let around = self
                    .entries(parent)
                    .find(|around| around.value == to.mapping)?;
                if self.kind(parent) != NodeKind::Mapping {
                    return None;
                }
                let column = self.column(around)?.len() + STEP;
                let lines = nested(contents, column, to)?;
                let text = format!("{line_end}{}", lines.join(line_end));
                let end = self.below(around)?;
                let key = self.span(around.key).end;
                let between = self.slice(Span::new(key, end));
                match between.trim_end() {
                    ":" => Some((Span::new(key + 1, end), text)),
                    ": {}" => Some((Span::new(key + 1, end), text)),
                    _ => None,
                }
            }
            _ => None,
        }
    }
}
