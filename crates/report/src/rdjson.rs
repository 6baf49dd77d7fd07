//! reviewdog diagnostic format: review comments on many code hosts, with fixes that can be accepted with one click.

use std::io::{self, Write};

use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use super::{Positions, Report, json::line};
use podwright_rule::finding::{Applicability, Finding, Severity};
use podwright_syntax::text::{ColumnUnit, Location, Position};

/// Writes `report` to `out` as one JSON object and a line feed.
///
/// # Errors
///
/// Returns the error of `out`.
pub fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let result = RdFormat {
        diagnostics: Diagnostics(report.findings, Positions::new(report.sources)),
        source: json!({ "name": "podwright", "url": env!("CARGO_PKG_REPOSITORY") }),
    };
    line(&result, out)
}

/// The result. Diagnostics are made one after the other while it is written, because there may be many.
#[derive(Serialize)]
struct RdFormat<'a> {
    diagnostics: Diagnostics<'a>,
    source: Value,
}

struct Diagnostics<'a>(&'a [Finding], Positions<'a>);

impl Serialize for Diagnostics<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let findings = self.0.iter();
        serializer.collect_seq(findings.map(|one| diagnostic(one, &self.1)))
    }
}

fn diagnostic(finding: &Finding, positions: &Positions<'_>) -> Value {
    let mut code = json!({ "value": finding.rule });
    if let Some(entry) = podwright_rules::find(finding.rule) {
        code["url"] = json!(entry.meta.url());
    }
    let help = finding.help.as_ref().map(|help| format!("\n{help}"));
    let related: Vec<Value> = finding
        .related
        .iter()
        .map(|label| json!({ "message": label.message, "location": location(label.place, positions) }))
        .collect();
    // A suggestion is a single replacement in the file of the comment.
    let suggestions: Vec<Value> = finding
        .fixes
        .iter()
        .filter(|fix| fix.safety != Applicability::Manual && positions.may_show(fix))
        .filter_map(|fix| match fix.edits.as_slice() {
            [edit] if edit.place.file == finding.primary.place.file => {
                Some(json!({ "range": range(edit.place, positions), "text": edit.content }))
            }
            _ => None,
        })
        .collect();
    json!({
        "message": format!("{}{}", finding.message, help.unwrap_or_default()),
        "location": location(finding.primary.place, positions),
        "severity": match finding.level {
            Severity::Error => "ERROR",
            Severity::Warning => "WARNING",
            Severity::Info => "INFO",
        },
        "code": code,
        "suggestions": suggestions,
        "relatedLocations": related,
    })
}

fn location(place: Location, positions: &Positions<'_>) -> Value {
    json!({ "path": positions.path(place.file), "range": range(place, positions) })
}

/// Range with lines from 1 and columns from 1 in UTF-8 bytes; the end is exclusive.
fn range(place: Location, positions: &Positions<'_>) -> Value {
    let shown = positions.shown(place);
    let at = |position: Position| {
        let source = positions.source(place.file);
        let (line, column) = source.map_or((0, 0), |source| {
            source
                .lines()
                .line_column(position.offset, &source.text, ColumnUnit::Utf8)
        });
        json!({ "line": line + 1, "column": column + 1 })
    };
    json!({ "start": at(shown.start), "end": at(shown.end) })
}
