//! Markdown, for the summary of a job and for comments.

use std::io::{self, Write};

use super::{Positions, Report, visible::visible};
use crate::rules;

/// A summary of more lines is not read.
const MOST: usize = 100;

/// Writes `report` to `out`: what was checked, and a table of what was found.
///
/// # Errors
///
/// What `out` says.
pub fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let positions = Positions::new(report.sources);
    writeln!(
        out,
        "### podwright\n\n{}\n",
        cell(&report.summary.sentence())
    )?;
    if report.findings.is_empty() {
        return Ok(());
    }
    writeln!(out, "| level | where | what | rule |\n|---|---|---|---|")?;
    for finding in report.findings.iter().take(MOST) {
        let place = finding.primary.place;
        let start = positions.start(place);
        let rule = rules::find(finding.rule).map_or_else(
            || finding.rule.to_owned(),
            |entry| format!("[{}]({})", finding.rule, entry.meta.url()),
        );
        writeln!(
            out,
            "| {} | {}:{}:{} | {} | {rule} |",
            finding.level.name(),
            cell(positions.path(place.file)),
            start.line,
            start.column,
            cell(&finding.message),
        )?;
    }
    if let Some(more) = report
        .findings
        .len()
        .checked_sub(MOST)
        .filter(|&more| more > 0)
    {
        writeln!(out, "\n{more} more are not shown.")?;
    }
    Ok(())
}

/// A text in a cell of a table: no bar ends it, and no tag begins in it. Code stays code.
fn cell(text: &str) -> String {
    visible(text).replace('|', "\\|").replace('<', "&lt;")
}
