//! Values by the sets in which they are given.

use podwright_render::helm::symbols::{Entry, PathId, Setters};
use podwright_syntax::text::{REDACTED, Span};
use podwright_syntax::{NodeId, NodeKind, SyntaxTree};

use super::Chart;

/// Maximum number of characters of a value that are shown.
const MAX_LENGTH: usize = 80;
/// Maximum number of sets that are shown.
const MAX_SETS: usize = 10;

impl Chart {
    /// The value at a path in each values set, as lines of Markdown.
    pub(super) fn value_lines(&self, path: PathId) -> Vec<String> {
        let symbols = &self.symbols;
        let entries = match symbols.setters(path) {
            Setters::Entries(entries) => entries,
            Setters::Templates => return vec!["- a template sets it".to_owned()],
            Setters::Unknown => {
                return vec!["- not known: a chart or a file is missing".to_owned()];
            }
            Setters::Open | Setters::Nobody => {
                return vec!["- not set in any values file".to_owned()];
            }
        };
        let mut lines = Vec::new();
        let entry = |index: usize| &symbols.entries[index];
        let of_charts = entries.iter().map(|&index| entry(index));
        let of_charts = of_charts.filter(|entry| symbols.values[entry.values].set.is_none());
        // The values of the outer chart override those of its subcharts.
        let mut defaults: Vec<&Entry> = of_charts.collect();
        defaults.sort_by_key(|entry| symbols.values[entry.values].chart);
        if symbols.paths().is_general(path) {
            for &index in entries.iter().take(MAX_SETS) {
                lines.push(format!("- {}", self.shown_entry(entry(index))));
            }
            return lines;
        }
        match defaults.first() {
            Some(entry) => {
                let mut line = format!("- defaults: {}", self.shown_entry(entry));
                if let Some(inner) = defaults.get(1) {
                    line.push_str(&format!(", instead of {}", self.shown_entry(inner)));
                }
                lines.push(line);
            }
            None => lines.push("- defaults: not set".to_owned()),
        }
        for (index, values) in symbols.values.iter().enumerate() {
            let Some(set) = &values.set else { continue };
            let own = entries.iter().rev().map(|&at| entry(at));
            if let Some(own) = own.clone().find(|entry| entry.values == index) {
                lines.push(format!("- {set}: {}", self.shown_entry(own)));
            }
        }
        if let Some(more @ 1..) = lines.len().checked_sub(MAX_SETS) {
            lines.truncate(MAX_SETS);
            lines.push(format!("- and {more} more"));
        }
        lines
    }

    fn shown_entry(&self, entry: &Entry) -> String {
        format!(
            "{} ({})",
            self.shown_value(entry),
            self.shown_place(entry.key)
        )
    }

    fn tree(&self, entry: &Entry) -> &SyntaxTree {
        self.symbols.values[entry.values].source.tree()
    }

    /// The value of an entry for display. Credentials are concealed.
    pub(super) fn shown_value(&self, entry: &Entry) -> String {
        let tree = self.tree(entry);
        let value = tree.resolve(entry.value);
        let span = tree.span(value);
        let reach = Span::new(span.start, span.end.max(span.start + 1));
        if self.source(entry.key.file).is_redacted(reach) {
            return format!("`{REDACTED}`");
        }
        let kind = tree.kind(value);
        if kind.is_mapping() || kind.is_sequence() {
            let count = match kind.is_mapping() {
                true => tree.entries(value).count(),
                false => tree.items(value).count(),
            };
            return match (kind.is_mapping(), count) {
                (true, 0) => "`{}`".to_owned(),
                (false, 0) => "`[]`".to_owned(),
                (true, 1) => "a map with 1 key".to_owned(),
                (true, count) => format!("a map with {count} keys"),
                (false, 1) => "a list of 1 item".to_owned(),
                (false, count) => format!("a list of {count} items"),
            };
        }
        if kind == NodeKind::Empty {
            return "null".to_owned();
        }
        let text = tree.source_text(value).replace('\n', " ");
        let mut short: String = text.chars().take(MAX_LENGTH).collect();
        if short.len() < text.len() {
            short.push('…');
        }
        match short.contains('`') {
            true => format!("`` {short} ``"),
            false => format!("`{short}`"),
        }
    }

    /// The type of the value of an entry.
    pub(super) fn type_of(&self, entry: &Entry) -> &'static str {
        type_of(self.tree(entry), entry.value)
    }
}

fn type_of(tree: &SyntaxTree, value: NodeId) -> &'static str {
    use podwright_syntax::Scalar;
    let value = tree.resolve(value);
    let kind = tree.kind(value);
    if kind.is_mapping() {
        return "map";
    }
    if kind.is_sequence() {
        return "list";
    }
    match tree.scalar(value) {
        Scalar::Str(_) => "string",
        Scalar::Bool(_) => "boolean",
        Scalar::Int(_) | Scalar::UInt(_) => "integer",
        Scalar::Float(_) => "number",
        Scalar::Null | Scalar::Invalid => "null",
    }
}
