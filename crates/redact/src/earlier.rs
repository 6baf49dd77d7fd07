//! Credentials of an earlier version of a file. A fix may change what makes them recognizable.

use std::sync::Arc;

use aho_corasick::{AhoCorasick, MatchKind};
use podwright_syntax::text::{Source, Span};
use rustc_hash::FxHashSet;

use crate::span::span;

/// Minimum length in bytes of a credential that is redacted on all lines. A shorter one is redacted on changed lines.
const LEAST: usize = 4;

/// An earlier version of a file with its credentials.
#[derive(Clone, Debug)]
pub struct Earlier(Arc<Source>);

impl Earlier {
    /// Remembers a source whose credentials are known.
    #[must_use]
    pub fn new(source: &Source) -> Self {
        Self(Arc::new(source.clone()))
    }

    /// Adds the spans in `text` that were redacted in the earlier version.
    pub(crate) fn find(&self, text: &str, spans: &mut Vec<Span>) {
        let source = &*self.0;
        let mut known: Vec<&str> = Vec::new();
        for span in source.redacted_in(Span::new(0, u32::MAX)) {
            let written = source.text.get(span.range()).unwrap_or_default();
            known.extend(written.lines().map(bare).filter(|line| !line.is_empty()));
        }
        known.sort_unstable();
        known.dedup();
        let (long, short): (Vec<&str>, Vec<&str>) =
            known.into_iter().partition(|one| one.len() >= LEAST);
        occurrences(text, 0, &long, spans);
        if short.is_empty() {
            return;
        }
        let before: FxHashSet<&str> = source.text.lines().collect();
        let mut at = 0;
        for line in text.split_inclusive('\n') {
            if !before.contains(line.trim_end_matches(['\r', '\n'])) {
                occurrences(line, at, &short, spans);
            }
            at += line.len();
        }
    }
}

fn bare(line: &str) -> &str {
    line.trim().trim_end_matches(',').trim_matches(['"', '\''])
}

/// Adds the occurrences of `known` in `text`, which starts at offset `start`, that are not parts of words.
fn occurrences(text: &str, start: usize, known: &[&str], spans: &mut Vec<Span>) {
    let builder = AhoCorasick::builder()
        .match_kind(MatchKind::LeftmostLongest)
        .build(known);
    let Ok(searcher) = builder else {
        // Too many to search for.
        spans.push(span(start..start + text.len()));
        return;
    };
    for found in searcher.find_iter(text) {
        let (before, after) = (
            text[..found.start()].chars().next_back(),
            text[found.end()..].chars().next(),
        );
        let joins = |c: Option<char>, own: Option<char>| {
            c.is_some_and(char::is_alphanumeric) && own.is_some_and(char::is_alphanumeric)
        };
        let own = &text[found.range()];
        if !joins(before, own.chars().next()) && !joins(after, own.chars().next_back()) {
            spans.push(span(start + found.start()..start + found.end()));
        }
    }
}
