//! Checkstyle XML, which Jenkins and many other tools read.

use std::io::{self, Write};

use super::{Positions, Report, message_with_help, xml};

/// Writes `report` to `out` as one XML document.
///
/// # Errors
///
/// Returns the error of `out`.
pub fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let positions = Positions::new(report.sources);
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    writeln!(out, "<checkstyle version=\"4.3\">")?;
    for (file, findings) in report.by_file() {
        let path = xml::escape(positions.path(file));
        writeln!(out, "  <file name=\"{path}\">")?;
        for finding in findings {
            let start = positions.shown(finding.primary.place).start;
            writeln!(
                out,
                "    <error line=\"{}\" column=\"{}\" severity=\"{}\" message=\"{}\" source=\"podwright.{}\"/>",
                start.line,
                start.column,
                finding.level.name(),
                xml::escape(&message_with_help(finding)),
                finding.rule
            )?;
        }
        writeln!(out, "  </file>")?;
    }
    writeln!(out, "</checkstyle>")
}
