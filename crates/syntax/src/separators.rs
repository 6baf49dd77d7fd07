//! Documents that were meant as several: a `---` is missing between them, or is not on its own line.

use rustc_hash::FxHashSet;

use crate::text::Span;
use crate::{Document, Entry, Format, SyntaxTree};

/// Place where a document should end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MissingSeparator {
    /// `---` after other text on its line.
    Glued(Span),
    /// No `---` before this key, which starts the next document.
    Absent(Span),
}

/// Maximum number of places per document. Later ones are found when these are corrected.
const MAX_COUNT: usize = 20;

/// Keys that two documents have in common. Both must have all of them, or one may just repeat a key by mistake.
const OF_DOCUMENT: [&str; 3] = ["apiVersion", "kind", "metadata"];

impl SyntaxTree {
    /// Places in a document where another one starts without a separator: its keys repeat those before them.
    ///
    /// kubectl keeps the last value of each key, so that parts of the first document are lost.
    #[must_use]
    pub fn missing_separators(&self, document: &Document) -> Vec<MissingSeparator> {
        if self.format() != Format::Yaml {
            return Vec::new();
        }
        let mut found = self.glued_at_errors(document);
        let root = self.resolve(document.root);
        if self.duplicates(root).is_empty() {
            return found;
        }
        let parts = self.parts(self.entries(root));
        let known: FxHashSet<MissingSeparator> = found.iter().copied().collect();
        for pair in parts.windows(2).take(MAX_COUNT) {
            let [before, after] = pair else { continue };
            let Some(next) = after.first() else { continue };
            let key = self.span(next.key);
            if let Some(dashes) = self.glued_before(document.span.start, key.start) {
                let glued = MissingSeparator::Glued(dashes);
                if !known.contains(&glued) {
                    found.push(glued);
                }
            } else if self.is_after_dashes(document.span.start, key.start) {
                // `---` is there, but indented: another problem with another solution.
            } else if self.is_document(before) && self.is_document(after) {
                found.push(MissingSeparator::Absent(key));
            }
        }
        found
    }

    /// `---` that the reader cannot read where it is: after a quoted value, or with the next document on the same line.
    fn glued_at_errors(&self, document: &Document) -> Vec<MissingSeparator> {
        let mut found: Vec<MissingSeparator> = Vec::new();
        if !document.broken {
            return found;
        }
        // Many errors may be on one line.
        let mut own_line = Span::at(document.span.start);
        for (error, index) in self.errors_in(document).zip(0..) {
            let at = error.span.start;
            if index > 0 && at < own_line.end {
                continue;
            }
            own_line = self.line_around(document, own_line.end, at);
            let Some(dashes) = self.glued_near(document, own_line) else {
                continue;
            };
            let glued = MissingSeparator::Glued(Span::new(dashes, dashes + 3));
            // They are found in source order, the last one perhaps twice.
            if found.last() != Some(&glued) {
                found.push(glued);
            }
        }
        found
    }

    /// The line of a document around `at`, with its line break. `known` is before it and on no later line.
    fn line_around(&self, document: &Document, known: u32, at: u32) -> Span {
        let before = self.slice(Span::new(known, at));
        let start = before.rfind('\n').map_or(0, |end| end + 1);
        let start = known + u32::try_from(start).unwrap_or(0);
        let rest = self.slice(Span::new(at, document.span.end));
        let length = rest.find('\n').map_or(rest.len(), |end| end + 1);
        Span::new(start, at + u32::try_from(length).unwrap_or(0))
    }

    /// Offset of a `---` on a line with an error, or before it.
    fn glued_near(&self, document: &Document, line: Span) -> Option<u32> {
        let own = self.slice(line).trim_end_matches(['\n', '\r']);
        if let Some(at) = next_on_line(own) {
            return Some(line.start + at);
        }
        let at = glued_dashes(own).and_then(|at| u32::try_from(at).ok());
        if let Some(at) = at {
            let rest = self.slice(Span::new(line.end, document.span.end));
            let mut next = rest.lines().filter(|line| is_content(line));
            if next.next().is_some_and(starts_document) {
                return Some(line.start + at);
            }
        }
        let before = starts_document(own)
            .then(|| self.glued_before(document.span.start, line.start))
            .flatten();
        before.map(|span| span.start)
    }

    /// Splits the entries before each key that repeats one of its part.
    fn parts(&self, entries: impl Iterator<Item = Entry>) -> Vec<Vec<Entry>> {
        let mut parts: Vec<Vec<Entry>> = vec![Vec::new()];
        let mut seen = FxHashSet::default();
        for entry in entries {
            let name = self.key_text(entry.key);
            if seen.contains(&name) {
                seen.clear();
                parts.push(Vec::new());
            }
            seen.insert(name);
            if let Some(part) = parts.last_mut() {
                part.push(entry);
            }
        }
        parts
    }

    fn is_document(&self, part: &[Entry]) -> bool {
        let has = |name: &&str| part.iter().any(|entry| self.key_text(entry.key) == **name);
        OF_DOCUMENT.iter().all(has)
    }

    /// Whether the last line with content in `start..end` is an indented `---`.
    fn is_after_dashes(&self, start: u32, end: u32) -> bool {
        let text = self.slice(Span::new(start, end));
        let last = text.lines().rev().find(|line| is_content(line));
        last.is_some_and(|line| line.trim() == "---")
    }

    /// The `---` at the end of the last line with content in `start..end`, if it has other text before it.
    fn glued_before(&self, start: u32, end: u32) -> Option<Span> {
        let text = self.slice(Span::new(start, end));
        let lines = text.split_inclusive('\n').rev();
        let mut at = end as usize;
        for line in lines {
            at -= line.len();
            let content = line.trim();
            if !is_content(content) {
                continue;
            }
            let dashes = glued_dashes(line)?;
            let from = u32::try_from(at + dashes).ok()?;
            return Some(Span::new(from, from + 3));
        }
        None
    }
}

fn is_content(line: &str) -> bool {
    let line = line.trim();
    !line.is_empty() && !line.starts_with('#')
}

/// Whether a line is the first one of an object.
fn starts_document(line: &str) -> bool {
    ["apiVersion:", "kind:", "{"]
        .iter()
        .any(|start| line.starts_with(start))
}

/// Offset of a `---` on a line that the first field of an object follows: `port: 80---apiVersion: v1`.
fn next_on_line(line: &str) -> Option<u32> {
    let mut found = line.match_indices("---").map(|(at, _)| at);
    let at = found.find(|&at| at > 0 && starts_document(line[at + 3..].trim_start()))?;
    u32::try_from(at).ok()
}

/// Offset of the `---` at the end of a line, before a comment, if there is other text before it.
pub(crate) fn glued_dashes(line: &str) -> Option<usize> {
    let is_end = |at: usize| {
        let rest = &line[at..];
        rest.trim().is_empty()
            || (rest.starts_with([' ', '\t']) && rest.trim_start().starts_with('#'))
    };
    let found = line.match_indices("---").map(|(at, _)| at);
    let mut ends = found.filter(|&at| {
        let is_run = line[at + 3..].starts_with('-');
        !is_run && is_end(at + 3)
    });
    let at = ends.next()?;
    // More dashes before it are a part of the value.
    (!line[..at].trim().is_empty() && !line[..at].trim().bytes().all(|b| b == b'-')).then_some(at)
}

#[cfg(test)]
mod tests {
    use super::{MissingSeparator, glued_dashes};
    use crate::parse;

    #[test]
    fn dashes_at_the_end_of_a_line() {
        for (line, at) in [
            ("port: 80---", Some(8)),
            ("mode: fast ---\r\n", Some(11)),
            ("port: 80--- # next", Some(8)),
            ("port: 80 # a comment---", Some(20)),
            ("}---", Some(1)),
            ("text: |---", Some(7)),
            ("---", None),
            ("  ---", None),
            ("-----", None),
            ("a---b: c", None),
            ("a: --- b", None),
        ] {
            assert_eq!(glued_dashes(line), at, "{line:?}");
        }
    }

    fn found(text: &str) -> Vec<(bool, usize)> {
        let tree = parse(text.into());
        let line = |at: u32| text[..at as usize].matches('\n').count() + 1;
        let all = tree.documents().iter();
        all.flat_map(|document| tree.missing_separators(document))
            .map(|missing| match missing {
                MissingSeparator::Glued(span) => (true, line(span.start)),
                MissingSeparator::Absent(span) => (false, line(span.start)),
            })
            .collect()
    }

    #[test]
    fn documents_without_a_separator() {
        let object = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n";
        assert_eq!(found(object), []);
        assert_eq!(found(&format!("{object}---\n{object}")), []);
        assert_eq!(found(&format!("{object}{object}")), [(false, 4)]);
        assert_eq!(
            found(&format!("{object}{object}{object}")),
            [(false, 4), (false, 7)]
        );
        let glued = format!("{object}mode: fast---\n");
        assert_eq!(found(&format!("{glued}{object}")), [(true, 4)]);
        assert_eq!(
            found(&format!("{glued}{glued}{object}")),
            [(true, 4), (true, 8)]
        );
        assert_eq!(
            found(&format!("{glued}\n# Source: b.yaml\n{object}")),
            [(true, 4)]
        );
        assert_eq!(found(&format!("{glued}kind: Pod\n")), [(true, 4)]);
        assert_eq!(found(&glued), []);
        // A key that is repeated by mistake.
        assert_eq!(found(&format!("{object}kind: Pod\n")), []);
        assert_eq!(found(&format!("{object}metadata: {{name: b}}\n")), []);
    }

    #[test]
    fn dashes_that_cannot_be_read() {
        let next = "apiVersion: v1\nkind: B\n";
        for value in ["{a: b}---", "\"b\"---", "'b' ---", "[a]--- # next"] {
            let text = format!("apiVersion: v1\nkind: A\nmode: {value}\n{next}");
            assert_eq!(found(&text), [(true, 3)], "{value}");
        }
        assert_eq!(found(&format!("kind: A\nmode: b---{next}")), [(true, 2)]);
        assert_eq!(
            found(&format!("{{\"kind\": \"A\"}}---\n{next}")),
            [(true, 1)]
        );
        assert_eq!(found("kind: A\nmode: \"b\"---\nother: c\n"), []);
    }

    #[test]
    fn a_block_scalar_before_the_dashes() {
        let text = "kind: A\ndata:\n  x: |\n    fast---\nkind: B\n";
        assert_eq!(found(text), [(true, 4)]);
    }
}
