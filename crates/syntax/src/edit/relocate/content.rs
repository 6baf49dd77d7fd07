//! Text of entries, written for another mapping.

use super::{Destination, STEP};
use crate::edit::double_quoted;

/// Text of an entry without its indentation.
pub(super) struct Content<'k> {
    /// Column of the key.
    pub(super) column: usize,
    /// The key as written.
    pub(super) key: String,
    /// Keys of mappings around the entry, and its new key.
    pub(super) path: &'k [String],
    /// Lines of the entry. The first one, and comments above it, start at the key's column.
    pub(super) lines: Vec<String>,
    /// Whether the text is also valid in a flow mapping.
    pub(super) is_flow: bool,
}

/// Lines of the entries below the missing keys, for a block mapping with this column.
pub(super) fn nested(
    contents: &[Content<'_>],
    column: usize,
    to: Destination<'_>,
) -> Option<Vec<String>> {
    let mut lines = Vec::new();
    for (depth, key) in to.missing.iter().enumerate() {
        lines.push(format!("{}{key}:", " ".repeat(column + depth * STEP)));
    }
    let column = column + to.missing.len() * STEP;
    for content in contents {
        let around = content.around();
        for (depth, key) in around.iter().enumerate() {
            lines.push(format!("{}{key}:", " ".repeat(column + depth * STEP)));
        }
        content.indented(column + around.len() * STEP, &mut lines)?;
    }
    Some(lines)
}

/// The entries below the missing keys, for a flow mapping.
pub(super) fn flow(
    contents: &[Content<'_>],
    to: Destination<'_>,
    is_quoted: bool,
) -> Option<String> {
    let entries: Option<Vec<String>> = contents.iter().map(|one| one.flow(is_quoted)).collect();
    Some(wrapped(entries?.join(", "), to.missing, is_quoted))
}

/// Flow mappings around a text.
fn wrapped(text: String, keys: &[String], is_quoted: bool) -> String {
    let keys = keys.iter().rev();
    keys.fold(text, |text, name| match is_quoted {
        true => format!("{}: {{{text}}}", double_quoted(name)),
        false => format!("{name}: {{{text}}}"),
    })
}

impl Content<'_> {
    fn around(&self) -> &[String] {
        self.path.split_last().map_or(&[], |(_, around)| around)
    }

    fn new_key(&self) -> &str {
        self.path.last().map_or(&self.key, |key| key)
    }

    /// Adds the lines with this indentation.
    fn indented(&self, column: usize, lines: &mut Vec<String>) -> Option<()> {
        let mut is_above = true;
        for line in &self.lines {
            if is_above {
                is_above = line.starts_with('#');
                lines.push(format!(
                    "{}{}",
                    " ".repeat(column),
                    self.with_key(line, self.new_key())
                ));
                continue;
            }
            let indentation = line.len() - line.trim_start_matches(' ').len();
            match indentation.checked_sub(self.column) {
                Some(deeper) => {
                    let spaces = " ".repeat(column + deeper);
                    lines.push(format!("{spaces}{}", &line[indentation..]));
                }
                None if line.trim().is_empty() => lines.push(String::new()),
                None => return None,
            }
        }
        Some(())
    }

    /// The entry for a flow mapping.
    fn flow(&self, is_quoted: bool) -> Option<String> {
        let line = self.lines.first().filter(|_| self.is_flow)?;
        let is_key_quoted = self.key.starts_with('"');
        if is_quoted && !is_key_quoted {
            return None;
        }
        let text = match is_key_quoted {
            true => self.with_key(line, &double_quoted(self.new_key())),
            false => self.with_key(line, self.new_key()),
        };
        Some(wrapped(text, self.around(), is_quoted))
    }

    /// The line with another key.
    fn with_key(&self, line: &str, key: &str) -> String {
        match line.strip_prefix(&self.key) {
            Some(rest) if self.key.trim_matches(['"', '\'']) != key => format!("{key}{rest}"),
            _ => line.to_owned(),
        }
    }
}
