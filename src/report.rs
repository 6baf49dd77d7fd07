//! Floor 10: findings as people and programs read them. Each format is one function that writes.

pub mod checkstyle;
pub mod concise;
#[cfg(feature = "cli")]
pub mod diff;
#[cfg(feature = "cli")]
mod excerpt;
pub mod explain;
pub mod github;
pub mod gitlab;
pub mod json;
pub mod junit;
mod line_hash;
pub mod markdown;
mod positions;
pub mod rdjson;
pub mod sarif;
pub mod summary;
#[cfg(feature = "cli")]
pub mod text;
mod uri;
mod visible;
mod xml;

pub use positions::Positions;
pub use summary::{Counts, Fixable, Fixed, SkipReason, Skipped, Summary};

use crate::{finding::Finding, text::Source};

/// What a run has to say.
#[derive(Clone, Copy, Debug)]
pub struct Report<'a> {
    /// The findings to show, in the order in which they are shown.
    pub findings: &'a [Finding],
    /// The files of the run: `FileId(n)` is `sources[n]`.
    pub sources: &'a [Source],
    /// What was checked, and what was not.
    pub summary: &'a Summary,
}

/// `text` with everything escaped that commands a terminal, line ends kept.
#[must_use]
pub fn visible_lines(text: &str) -> String {
    let lines: Vec<_> = text.lines().map(visible::visible).collect();
    lines.join("\n")
}
