//! One line per finding: `path:line:column: level[rule] message`.

use std::io::{self, Write};

use super::{Positions, Report, escape::escape_line};

/// Writes `report` to `out`: one line per finding, then the summary.
///
/// # Errors
///
/// Returns the error of `out`.
pub fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let positions = Positions::new(report.sources);
    for finding in report.findings {
        let shown = positions.shown(finding.primary.place);
        writeln!(
            out,
            "{}: {}[{}] {}",
            escape_line(&shown.to_string()),
            finding.level.name(),
            finding.rule,
            escape_line(&finding.message)
        )?;
    }
    writeln!(out, "{}", report.summary.sentence())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Counts, Summary};
    use podwright_rule::finding::{Finding, Label, Severity};
    use podwright_syntax::text::{FileId, Location, Source, Span};

    #[test]
    fn a_line_a_finding() {
        let sources = [Source::plain("a\n.yaml", "x: 1\ny: é 2\n")];
        let findings = [Finding {
            rule: "a-rule",
            level: Severity::Warning,
            message: "two\nlines".into(),
            primary: Label {
                place: Location {
                    file: FileId(0),
                    span: Span::new(11, 12),
                },
                message: "label".into(),
            },
            related: Vec::new(),
            notes: vec!["note".into()],
            help: None,
            object: None,
            field: None,
            fixes: Vec::new(),
            builds: Vec::new(),
        }];
        let summary = Summary {
            files: 1,
            documents: 1,
            findings: Counts::of(&findings),
            ..Summary::default()
        };
        let mut out = Vec::new();
        let report = Report {
            findings: &findings,
            sources: &sources.each_ref(),
            summary: &summary,
        };
        write(&report, &mut out).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "a\\n.yaml:2:6: warning[a-rule] two\\nlines\n\
             checked 1 file, 1 document, 0 objects: 1 warning\n"
        );
    }
}
