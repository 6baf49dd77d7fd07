//! JUnit XML: one test suite per file, one test per finding. Findings that make the run fail are failed tests.

use std::io::{self, Write};

use rustc_hash::FxHashMap;

use super::{Positions, Report, xml};
use podwright_rule::finding::Finding;

/// Writes `report` to `out` as one XML document. A run without findings is one passed test, because many readers
/// treat a report without tests as a failure.
///
/// # Errors
///
/// Returns the error of `out`.
pub fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let positions = Positions::new(report.sources);
    let fails_from = report.summary.fails_from;
    let is_failure = |finding: &&Finding| fails_from.is_some_and(|from| finding.level >= from);
    let failures = report.findings.iter().filter(is_failure).count();
    let tests = report.findings.len().max(1);
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    writeln!(
        out,
        "<testsuites name=\"podwright\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\">"
    )?;
    if report.findings.is_empty() {
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
        let failures = findings.iter().filter(is_failure).count();
        writeln!(
            out,
            "  <testsuite name=\"{path}\" tests=\"{count}\" failures=\"{failures}\" errors=\"0\">"
        )?;
        let mut known = FxHashMap::default();
        for finding in findings {
            let line = positions.shown(finding.primary.place).start.line;
            let name = xml::escape(&name(finding, &mut known));
            let message = xml::escape(&finding.message);
            let level = finding.level.name();
            writeln!(
                out,
                "    <testcase classname=\"{path}\" name=\"{name}\" file=\"{path}\" line=\"{line}\">"
            )?;
            let end = match is_failure(&finding) {
                true => {
                    writeln!(
                        out,
                        "      <failure type=\"{level}\" message=\"{message}\">"
                    )?;
                    "failure"
                }
                false => {
                    writeln!(out, "      <system-out>{level}: {message}")?;
                    "system-out"
                }
            };
            for text in finding.notes.iter().chain(&finding.help) {
                writeln!(out, "{}", xml::escape(text))?;
            }
            writeln!(out, "      </{end}>\n    </testcase>")?;
        }
        writeln!(out, "  </testsuite>")?;
    }
    writeln!(out, "</testsuites>")
}

/// The rule, the object and the field: a name that stays the same if lines are added above. `known` counts equal names.
fn name(finding: &Finding, known: &mut FxHashMap<String, usize>) -> String {
    let mut name = finding.rule.to_owned();
    if let Some(object) = &finding.object {
        name.push_str(&format!(" {}/{}", object.kind, object.name));
    }
    if let Some(field) = &finding.field {
        name.push(' ');
        name.push_str(field);
    }
    let count = known.entry(name.clone()).or_insert(0);
    *count += 1;
    match *count {
        1 => name,
        more => format!("{name} ({more})"),
    }
}
