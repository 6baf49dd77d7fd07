//! Writes findings for people and for programs. Each format is one function.

pub mod checkstyle;
mod commands;
pub mod concise;
pub mod diff;
mod escape;
mod excerpt;
pub mod explain;
pub mod github;
pub mod gitlab;
pub mod html;
pub mod json;
pub mod junit;
mod line_hash;
pub mod markdown;
pub mod merged;
mod positions;
pub mod rdjson;
pub mod sarif;
pub mod summary;
pub mod text;
mod uri;
mod xml;

pub use commands::{Syntax, WithoutCommands, without_commands};
pub use positions::Positions;
pub use summary::{
    Counts, Fixable, Fixed, FixedFile, NotBuilt, NotBuiltReason, Remark, SkipReason, Skipped,
    Summary, Workloads,
};

use podwright_rule::finding::Finding;
use podwright_syntax::text::{FileId, Source};

/// Result of a run.
#[derive(Clone, Copy, Debug)]
pub struct Report<'a> {
    /// The findings to show, in this order.
    pub findings: &'a [Finding],
    /// The files of the run: `FileId(n)` is `sources[n]`.
    pub sources: &'a [&'a Source],
    /// What was checked and what was skipped.
    pub summary: &'a Summary,
}

impl<'a> Report<'a> {
    /// Returns the files and the consecutive findings in each.
    fn by_file(&self) -> impl Iterator<Item = (FileId, &'a [Finding])> {
        let file = |finding: &Finding| finding.primary.place.file;
        let runs = self.findings.chunk_by(move |a, b| file(a) == file(b));
        runs.map(move |run| (file(&run[0]), run))
    }
}

/// The message of a finding and its help in one sentence, for formats that have one text for both.
fn message_with_help(finding: &Finding) -> String {
    match &finding.help {
        Some(help) => format!("{}; help: {help}", finding.message),
        None => finding.message.clone(),
    }
}

/// Escapes terminal control characters in `text`, except line endings.
#[must_use]
pub fn escape_lines(text: &str) -> String {
    let lines: Vec<_> = text.lines().map(escape::escape_line).collect();
    lines.join("\n")
}
