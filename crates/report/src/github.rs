//! GitHub Actions workflow commands: annotations on the lines of a pull request.

use std::io::{self, Write};

use super::{Positions, Report, escape::push_escaped, without_commands};
use podwright_redact::ShownSpan;
use podwright_rule::finding::{Finding, Severity};

/// Maximum number of annotations of a level in a step. GitHub silently drops further ones.
const MAX_COUNT: usize = 10;

/// Writes `report` to `out`: one command per finding, the most severe first, then the summary.
///
/// # Errors
///
/// Returns the error of `out`.
pub fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let positions = Positions::new(report.sources);
    for level in [Severity::Error, Severity::Warning, Severity::Info] {
        let all: Vec<&Finding> = report
            .findings
            .iter()
            .filter(|one| one.level == level)
            .collect();
        for finding in all.iter().take(MAX_COUNT) {
            writeln!(out, "{}", command(finding, &positions))?;
        }
        if let Some(more) = all.len().checked_sub(MAX_COUNT).filter(|&more| more > 0) {
            let message =
                format!("{more} more of this level: GitHub shows only {MAX_COUNT} per step");
            writeln!(out, "::{} title=podwright::{message}", name(level))?;
        }
    }
    writeln!(out, "{}", without_commands(&report.summary.sentence()))
}

fn command(finding: &Finding, positions: &Positions<'_>) -> String {
    let ShownSpan { path, start, end } = positions.shown(finding.primary.place);
    // GitHub rejects columns if the range spans several lines.
    let columns = if start.line == end.line {
        format!(",col={},endColumn={}", start.column, end.column)
    } else {
        String::new()
    };
    let help = finding.help.as_ref().map(|help| format!("\n{help}"));
    format!(
        "::{} file={},line={},endLine={}{columns},title={}::{}",
        name(finding.level),
        property(path),
        start.line,
        end.line,
        property(finding.rule),
        data(&format!("{}{}", finding.message, help.unwrap_or_default())),
    )
}

fn name(level: Severity) -> &'static str {
    match level {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    }
}

/// Escapes the data after `::`: line endings as GitHub requires, terminal control characters as in other reports.
fn data(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    // Another CI system may run what is in the data.
    for character in without_commands(text).chars() {
        match character {
            '%' => escaped.push_str("%25"),
            '\r' => escaped.push_str("%0D"),
            '\n' => escaped.push_str("%0A"),
            _ => push_escaped(&mut escaped, character),
        }
    }
    escaped
}

/// Escapes a property value, which commas delimit.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
