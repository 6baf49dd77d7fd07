//! JUnit XML: one test suite per file, one failed test per finding.

use std::io::{self, Write};

use super::{Positions, Report, xml};

/// Writes `report` to `out` as one XML document. A run without findings is one passed test, because many readers
/// treat a report without tests as a failure.
///
/// # Errors
///
/// Returns the error of `out`.
pub fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let positions = Positions::new(report.sources);
    let failures = report.findings.len();
    let tests = failures.max(1);
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    writeln!(
        out,
        "<testsuites name=\"podwright\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\">"
    )?;
    if failures == 0 {
        let name = xml::escape(&report.summary.sentence());
        writeln!(
            out,
            "  <testsuite name=\"podwright\" tests=\"1\" failures=\"0\" errors=\"0\">"
        )?;
        writeln!(
            out,
            "    <testcase classname=\"podwright\" name=\"{name}\"/>"
        )?;
        writeln!(out, "  </testsuite>")?;
    }
    for (file, findings) in report.by_file() {
        let path = xml::escape(positions.path(file));
        let count = findings.len();
        writeln!(
            out,
            "  <testsuite name=\"{path}\" tests=\"{count}\" failures=\"{count}\" errors=\"0\">"
        )?;
        for finding in findings {
            let start = positions.shown(finding.primary.place).start;
            let (line, column, rule) = (start.line, start.column, finding.rule);
            let message = xml::escape(&finding.message);
            let level = finding.level.name();
            writeln!(
                out,
                "    <testcase classname=\"{path}\" name=\"{rule}:{line}:{column}\" file=\"{path}\" line=\"{line}\">"
            )?;
            writeln!(
                out,
                "      <failure type=\"{level}\" message=\"{message}\">"
            )?;
            for text in finding.notes.iter().chain(&finding.help) {
                writeln!(out, "{}", xml::escape(text))?;
            }
            writeln!(out, "      </failure>\n    </testcase>")?;
        }
        writeln!(out, "  </testsuite>")?;
    }
    writeln!(out, "</testsuites>")
}
