use podwright_report::{Counts, Report, Summary};
use podwright_rule::finding::{Finding, Severity};
use podwright_syntax::text::Source;

/// Concatenates the findings in every format.
pub(crate) fn reports(sources: &[Source], findings: &[Finding]) -> String {
    let summary = Summary {
        files: sources.len(),
        documents: 1,
        findings: Counts::of(findings),
        shown_from: Severity::Info,
        ..Summary::default()
    };
    let report = Report {
        findings,
        sources: &sources.iter().collect::<Vec<_>>(),
        summary: &summary,
    };
    let mut out = Vec::new();
    podwright_report::text::write(&report, podwright_report::text::TextStyle::PLAIN, &mut out)
        .unwrap();
    podwright_report::concise::write(&report, &mut out).unwrap();
    podwright_report::json::write(&report, &mut out).unwrap();
    podwright_report::json::write_lines(&report, &mut out).unwrap();
    podwright_report::sarif::write(&report, &mut out).unwrap();
    podwright_report::github::write(&report, &mut out).unwrap();
    podwright_report::gitlab::write(&report, &mut out).unwrap();
    podwright_report::junit::write(&report, &mut out).unwrap();
    podwright_report::checkstyle::write(&report, &mut out).unwrap();
    podwright_report::rdjson::write(&report, &mut out).unwrap();
    podwright_report::markdown::write(&report, &mut out).unwrap();
    podwright_report::html::write(&report, &[], &mut out).unwrap();
    String::from_utf8(out).unwrap()
}
