//! Literal text, and the values that decide it.

use std::ops::Range;
use std::sync::Arc;

use podwright_syntax::provenance::{Origin, Text};
use podwright_syntax::text::Location;

use crate::value::{Data, Value, places};

use super::{Outcome, State};

/// Most equalities that are remembered.
const MAX_EQUALITIES: usize = 16;

/// What literal text depends on.
#[derive(Default)]
pub(super) struct Dependencies {
    /// Whether the condition of an `if` is evaluated.
    pub(super) is_condition: bool,
    /// Strings that the conditions around found equal to a value, and the places of the value.
    equal: Vec<(Arc<Text>, Vec<Location>)>,
    /// The text of which the action before printed nothing, because all of it was cut off.
    cut: Option<Location>,
}

impl Dependencies {
    /// How many equalities there are.
    pub(super) fn mark(&self) -> usize {
        self.equal.len()
    }

    /// Forgets those after a mark.
    pub(super) fn truncate(&mut self, mark: usize) {
        self.equal.truncate(mark);
    }

    /// Remembers what an action printed.
    pub(super) fn printed(&mut self, text: &Text) {
        self.cut = match text.runs().next() {
            Some((_, Origin::Copied(at))) if text.is_empty() => Some(*at),
            _ => None,
        };
    }

    /// Remembers which of the arguments of `eq` are equal strings.
    pub(super) fn compared(&mut self, arguments: &[Value]) {
        let Some((Data::String(first), rest)) = arguments
            .split_first()
            .map(|(first, rest)| (&first.data, rest))
        else {
            return;
        };
        let rest = rest.iter().filter_map(Value::as_text);
        for other in rest.filter(|other| other.as_str() == first.as_str() && !first.is_empty()) {
            let mut from = places(first);
            from.extend(places(other));
            if self.equal.len() < MAX_EQUALITIES {
                self.equal.push((first.clone(), from));
            }
        }
    }
}

impl State<'_, '_, '_> {
    /// The literal text of a range. `path: {{ trimSuffix "/" .Values.path }}/x` depends on the value even if nothing of it
    /// is left, and `{{ if eq .Values.type "A" }}type: A{{ end }}` does.
    pub(super) fn literal_text(&mut self, range: Range<usize>) -> Outcome<Text> {
        let text = self.tree.text.slice(range);
        let cut = self.dependencies.cut.take();
        if cut.is_none() && self.dependencies.equal.is_empty() {
            return Ok(text);
        }
        self.work(text.len().saturating_mul(self.dependencies.equal.len() + 1))?;
        let string = text.as_str();
        let mut marks: Vec<(Range<usize>, Vec<Location>)> = Vec::new();
        if let Some(cut) = cut {
            let is_end = |c: char| c.is_whitespace() || matches!(c, '"' | '\'');
            let end = string.find(is_end).unwrap_or(string.len());
            marks.push((0..end, vec![cut]));
        }
        let file = text.location().map(|at| at.file);
        for (value, from) in &self.dependencies.equal {
            let from = from.iter().copied().filter(|at| Some(at.file) != file);
            let from: Vec<Location> = from.collect();
            let is_part = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '/');
            for (at, found) in string.match_indices(value.as_str()) {
                let end = at + found.len();
                let is_whole =
                    !string[..at].ends_with(is_part) && !string[end..].starts_with(is_part);
                if is_whole && !from.is_empty() {
                    marks.push((at..end, from.clone()));
                }
            }
        }
        marks.sort_by_key(|(range, _)| range.start);
        let mut out = Text::default();
        let mut done = 0;
        for (range, from) in marks {
            let part = text.slice(range.clone());
            let (false, true, Some(by)) = (range.is_empty(), range.start >= done, part.location())
            else {
                continue;
            };
            out.push(&text.slice(done..range.start));
            let from = from.into();
            out.push_str(part.as_str(), Origin::Made { by, from });
            done = range.end;
        }
        out.push(&text.slice(done..text.len()));
        Ok(out)
    }
}
