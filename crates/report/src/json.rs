//! JSON output, version 1, as described in `docs/src/formats.md`.

use std::{
    collections::BTreeMap,
    io::{self, Write},
};

use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter};

use super::{Counts, Fixable, Fixed, Positions, Report, Skipped, visible::is_treacherous};
use podwright_rule::finding::{
    Applicability, Edit, Finding, Fix, Label, ObjectReference, Severity,
};
use podwright_syntax::text::{Location, Position};

/// Version of the format. It is incremented if a field is removed or its meaning changes.
const VERSION: u32 = 1;

/// Writes `report` to `out` as one JSON object and a line feed.
///
/// # Errors
///
/// Returns the error of `out`.
pub fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let positions = Positions::new(report.sources);
    let output = Output {
        version: VERSION,
        findings: report
            .findings
            .iter()
            .map(|finding| FindingOut::new(finding, &positions))
            .collect(),
        summary: SummaryOut::new(report),
    };
    line(&output, out)
}

/// Writes `report` to `out` as one JSON object per line: the findings as in [`write`], then the version and the
/// summary.
///
/// # Errors
///
/// Returns the error of `out`.
pub fn write_lines(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let positions = Positions::new(report.sources);
    for finding in report.findings {
        line(&FindingOut::new(finding, &positions), out)?;
    }
    let last = LastLine {
        version: VERSION,
        summary: SummaryOut::new(report),
    };
    line(&last, out)
}

/// Writes a value and a line feed.
pub(super) fn line(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    let mut serializer = serde_json::Serializer::with_formatter(&mut *out, VisibleFormatter);
    value.serialize(&mut serializer)?;
    writeln!(out)
}

#[derive(Serialize)]
struct LastLine<'a> {
    version: u32,
    summary: SummaryOut<'a>,
}

#[derive(Serialize)]
struct Output<'a> {
    version: u32,
    findings: Vec<FindingOut<'a>>,
    summary: SummaryOut<'a>,
}

#[derive(Serialize)]
struct FindingOut<'a> {
    rule: &'a str,
    level: Severity,
    message: &'a str,
    path: &'a str,
    start: PositionOut,
    end: PositionOut,
    object: Option<&'a ObjectReference>,
    field: Option<&'a str>,
    help: Option<&'a str>,
    notes: &'a [String],
    related: Vec<RelatedOut<'a>>,
    fixes: Vec<FixOut<'a>>,
    fingerprint: String,
}

#[derive(Serialize)]
pub(super) struct PositionOut {
    line: u32,
    column: u32,
    offset: u32,
}

#[derive(Serialize)]
struct RelatedOut<'a> {
    path: &'a str,
    start: PositionOut,
    end: PositionOut,
    message: &'a str,
}

#[derive(Serialize)]
struct FixOut<'a> {
    title: &'a str,
    safety: Applicability,
    edits: Vec<EditOut<'a>>,
}

#[derive(Serialize)]
struct EditOut<'a> {
    path: &'a str,
    start: PositionOut,
    end: PositionOut,
    content: &'a str,
}

#[derive(Serialize)]
struct SummaryOut<'a> {
    files: usize,
    documents: usize,
    objects: usize,
    unknown_kinds: &'a BTreeMap<String, usize>,
    findings: Counts,
    suppressed: usize,
    known: usize,
    older: usize,
    fixable: Fixable,
    fixed: Fixed,
    skipped: &'a [Skipped],
}

impl<'a> SummaryOut<'a> {
    fn new(report: &Report<'a>) -> Self {
        Self {
            files: report.summary.files,
            documents: report.summary.documents,
            objects: report.summary.objects,
            unknown_kinds: &report.summary.unknown_kinds,
            findings: report.summary.findings,
            suppressed: report.summary.suppressed,
            known: report.summary.known,
            older: report.summary.older,
            fixable: report.summary.fixable,
            fixed: report.summary.fixed,
            skipped: &report.summary.skipped,
        }
    }
}

impl<'a> FindingOut<'a> {
    fn new(finding: &'a Finding, positions: &Positions<'a>) -> Self {
        let (path, start, end) = span(finding.primary.place, positions);
        Self {
            rule: finding.rule,
            level: finding.level,
            message: &finding.message,
            path,
            start,
            end,
            object: finding.object.as_ref(),
            field: finding.field.as_deref(),
            help: finding.help.as_deref(),
            notes: &finding.notes,
            related: finding
                .related
                .iter()
                .map(|label| RelatedOut::new(label, positions))
                .collect(),
            fixes: finding
                .fixes
                .iter()
                .filter(|fix| positions.may_show(fix))
                .map(|fix| FixOut::new(fix, positions))
                .collect(),
            fingerprint: finding.fingerprint().to_string(),
        }
    }
}

impl<'a> RelatedOut<'a> {
    fn new(label: &'a Label, positions: &Positions<'a>) -> Self {
        let (path, start, end) = span(label.place, positions);
        Self {
            path,
            start,
            end,
            message: &label.message,
        }
    }
}

impl<'a> FixOut<'a> {
    fn new(fix: &'a Fix, positions: &Positions<'a>) -> Self {
        Self {
            title: &fix.title,
            safety: fix.safety,
            edits: fix
                .edits
                .iter()
                .map(|edit| EditOut::new(edit, positions))
                .collect(),
        }
    }
}

impl<'a> EditOut<'a> {
    fn new(edit: &'a Edit, positions: &Positions<'a>) -> Self {
        let (path, start, end) = span(edit.place, positions);
        Self {
            path,
            start,
            end,
            content: &edit.content,
        }
    }
}

impl From<Position> for PositionOut {
    fn from(position: Position) -> Self {
        Self {
            line: position.line,
            column: position.column,
            offset: position.offset,
        }
    }
}

fn span<'a>(place: Location, positions: &Positions<'a>) -> (&'a str, PositionOut, PositionOut) {
    (
        positions.path(place.file),
        positions.start(place).into(),
        positions.end(place).into(),
    )
}

/// Formats compact JSON without terminal control characters: `\u009b`, U+202E and similar characters are escaped too.
struct VisibleFormatter;

impl Formatter for VisibleFormatter {
    fn write_string_fragment<W: ?Sized + Write>(
        &mut self,
        out: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        let mut rest = fragment;
        while let Some((at, character)) = rest.char_indices().find(|&(_, c)| is_treacherous(c)) {
            CompactFormatter.write_string_fragment(out, &rest[..at])?;
            for unit in character.encode_utf16(&mut [0; 2]) {
                write!(out, "\\u{unit:04x}")?;
            }
            rest = &rest[at + character.len_utf8()..];
        }
        CompactFormatter.write_string_fragment(out, rest)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::{SkipReason, Summary};
    use podwright_syntax::text::{FileId, Source, Span};

    fn place(file: u32, start: u32, end: u32) -> Location {
        Location {
            file: FileId(file),
            span: Span::new(start, end),
        }
    }

    fn finding() -> Finding {
        Finding {
            rule: "yaml-number-like-string",
            level: Severity::Error,
            message: "a \u{9b}tag\u{202e}".into(),
            primary: Label {
                place: place(0, 10, 14),
                message: String::new(),
            },
            related: vec![Label {
                place: place(1, 0, 1),
                message: "here".into(),
            }],
            notes: vec!["n".into()],
            help: Some("h".into()),
            object: Some(ObjectReference {
                api_version: "v1".into(),
                kind: "Pod".into(),
                namespace: None,
                name: "web".into(),
            }),
            field: Some("spec.containers[0].image".into()),
            fixes: vec![Fix {
                title: "quote it".into(),
                safety: Applicability::Safe,
                edits: vec![Edit {
                    place: place(0, 10, 14),
                    content: "\"1.10\"".into(),
                }],
            }],
        }
    }

    fn written(findings: &[Finding]) -> String {
        let sources = [
            Source::plain("a.yaml", "# é\nimg: 1.10\n"),
            Source::plain("b.yaml", "x"),
        ];
        let summary = Summary {
            files: 2,
            documents: 2,
            objects: 1,
            findings: Counts {
                error: 1,
                warning: 0,
                info: 7,
            },
            shown_from: Severity::Warning,
            suppressed: 3,
            fixable: Fixable {
                safe: 1,
                r#unsafe: 0,
            },
            skipped: vec![Skipped {
                path: "t.yaml".into(),
                reason: SkipReason::HelmTemplate,
            }],
            ..Summary::default()
        };
        let report = Report {
            findings,
            sources: &sources,
            summary: &summary,
        };
        let mut out = Vec::new();
        write(&report, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn has_exactly_the_described_shape() {
        let value: Value = serde_json::from_str(&written(&[finding()])).unwrap();
        assert_eq!(
            value,
            json!({
                "version": 1,
                "findings": [{
                    "rule": "yaml-number-like-string",
                    "level": "error",
                    "message": "a \u{9b}tag\u{202e}",
                    "path": "a.yaml",
                    "start": {"line": 2, "column": 6, "offset": 10},
                    "end": {"line": 2, "column": 10, "offset": 14},
                    "object": {"apiVersion": "v1", "kind": "Pod", "namespace": null, "name": "web"},
                    "field": "spec.containers[0].image",
                    "help": "h",
                    "notes": ["n"],
                    "related": [{
                        "path": "b.yaml",
                        "start": {"line": 1, "column": 1, "offset": 0},
                        "end": {"line": 1, "column": 2, "offset": 1},
                        "message": "here",
                    }],
                    "fixes": [{
                        "title": "quote it",
                        "safety": "safe",
                        "edits": [{
                            "path": "a.yaml",
                            "start": {"line": 2, "column": 6, "offset": 10},
                            "end": {"line": 2, "column": 10, "offset": 14},
                            "content": "\"1.10\"",
                        }],
                    }],
                    "fingerprint": finding().fingerprint().to_string(),
                }],
                "summary": {
                    "files": 2,
                    "documents": 2,
                    "objects": 1,
                    "findings": {"error": 1, "warning": 0, "info": 7},
                    "unknown_kinds": {}, "suppressed": 3, "known": 0, "older": 0,
                    "fixable": {"safe": 1, "unsafe": 0},
                    "fixed": {"findings": 0, "files": 0},
                    "skipped": [{"path": "t.yaml", "reason": "helm-template"}],
                },
            })
        );
    }

    #[test]
    fn what_is_not_known_is_null() {
        let bare = Finding {
            object: None,
            field: None,
            help: None,
            ..finding()
        };
        let value: Value = serde_json::from_str(&written(&[bare])).unwrap();
        for key in ["object", "field", "help"] {
            assert_eq!(value["findings"][0].get(key), Some(&Value::Null));
        }
    }

    #[test]
    fn is_one_line_that_no_terminal_obeys() {
        let text = written(&[finding()]);
        assert_eq!(text.matches('\n').count(), 1);
        assert!(text.contains(r"a \u009btag\u202e"), "{text}");
    }
}
