use podwright::finding::{Finding, Level};
use podwright::report::{self, Counts, Fixable, Fixed, Report, Summary};
use podwright::text::Source;

/// Concatenates the findings in every format.
pub(crate) fn reports(sources: &[Source], findings: &[Finding]) -> String {
    let summary = Summary {
        files: sources.len(),
        documents: 1,
        objects: 0,
        unknown_kinds: Default::default(),
        findings: Counts::of(findings),
        shown_from: Level::Info,
        suppressed: 0,
        known: 0,
        older: 0,
        fixable: Fixable::default(),
        fixed: Fixed::default(),
        skipped: Vec::new(),
    };
    let report = Report {
        findings,
        sources,
        summary: &summary,
    };
    let mut out = Vec::new();
    report::text::write(&report, report::text::Look::PLAIN, &mut out).unwrap();
    report::concise::write(&report, &mut out).unwrap();
    report::json::write(&report, &mut out).unwrap();
    report::json::write_lines(&report, &mut out).unwrap();
    report::sarif::write(&report, &mut out).unwrap();
    report::github::write(&report, &mut out).unwrap();
    report::gitlab::write(&report, &mut out).unwrap();
    report::junit::write(&report, &mut out).unwrap();
    report::checkstyle::write(&report, &mut out).unwrap();
    report::rdjson::write(&report, &mut out).unwrap();
    report::markdown::write(&report, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}
