//! Markdown output, for job summaries and comments.

use std::io::{self, Write};

use super::{Positions, Report, escape::escape_line};

/// Maximum number of findings in the table.
const MAX_COUNT: usize = 100;

/// Writes `report` to `out`: the summary, and a table of findings.
///
/// # Errors
///
/// Returns the error of `out`.
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
    for finding in report.findings.iter().take(MAX_COUNT) {
        let shown = positions.shown(finding.primary.place);
        let rule = podwright_rules::find(finding.rule).map_or_else(
            || finding.rule.to_owned(),
            |entry| format!("[{}]({})", finding.rule, entry.meta.url()),
        );
        writeln!(
            out,
            "| {} | {} | {} | {rule} |",
            finding.level.name(),
            cell(&shown.to_string()),
            cell(&finding.message),
        )?;
    }
    if let Some(more) = report
        .findings
        .len()
        .checked_sub(MAX_COUNT)
        .filter(|&more| more > 0)
    {
        writeln!(out, "\n{more} more findings are not shown.")?;
    }
    Ok(())
}

/// Escapes text for a table cell so that it contains no cell delimiter and no HTML tag. Code spans are kept.
fn cell(text: &str) -> String {
    escape_line(text).replace('|', "\\|").replace('<', "&lt;")
}
