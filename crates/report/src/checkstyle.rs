//! Checkstyle XML, which Jenkins and many other tools read.

use std::io::{self, Write};

use super::{Positions, Report, xml};
use podwright_rule::finding::Severity;

/// Writes `report` to `out` as one XML document.
///
/// # Errors
///
/// Returns the error of `out`.
pub fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let positions = Positions::new(report.sources);
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    writeln!(out, "<checkstyle version=\"4.3\">")?;
    let by_file = report
        .findings
        .chunk_by(|a, b| a.primary.place.file == b.primary.place.file);
    for findings in by_file {
        let file = findings[0].primary.place.file;
        writeln!(
            out,
            "  <file name=\"{}\">",
            xml::escape(positions.path(file))
        )?;
        for finding in findings {
            let start = positions.shown(finding.primary.place).start;
            writeln!(
                out,
                "    <error line=\"{}\" column=\"{}\" severity=\"{}\" message=\"{}\" source=\"podwright.{}\"/>",
                start.line,
                start.column,
                severity(finding.level),
                xml::escape(&finding.message),
                finding.rule
            )?;
        }
        writeln!(out, "  </file>")?;
    }
    writeln!(out, "</checkstyle>")
}

fn severity(level: Severity) -> &'static str {
    match level {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "info",
    }
}
