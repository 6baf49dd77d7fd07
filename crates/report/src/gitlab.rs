//! GitLab code quality report.

use std::io::{self, Write};

use rustc_hash::FxHashMap;
use serde_json::{Value, json};

use super::{Positions, Report, json::line, message_with_help};
use podwright_redact::ShownSpan;
use podwright_rule::finding::Severity;

/// Writes `report` to `out` as one JSON array and a line feed.
///
/// # Errors
///
/// Returns the error of `out`.
pub fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let positions = Positions::new(report.sources);
    // GitLab drops entries with a fingerprint that it has already seen.
    let mut seen: FxHashMap<String, usize> = FxHashMap::default();
    let issues: Vec<Value> = report
        .findings
        .iter()
        .map(|finding| {
            let ShownSpan { path, start, end } = positions.shown(finding.primary.place);
            let mut fingerprint = format!("{}-{path}", finding.fingerprint());
            let count = seen.entry(fingerprint.clone()).or_insert(0);
            *count += 1;
            if *count > 1 {
                fingerprint = format!("{fingerprint}-{count}");
            }
            json!({
                "description": message_with_help(finding),
                "check_name": finding.rule,
                "fingerprint": fingerprint,
                "severity": severity(finding.level),
                "location": {
                    "path": path,
                    "lines": { "begin": start.line, "end": end.line },
                },
            })
        })
        .collect();
    line(&issues, out)
}

fn severity(level: Severity) -> &'static str {
    match level {
        Severity::Error => "major",
        Severity::Warning => "minor",
        Severity::Info => "info",
    }
}
