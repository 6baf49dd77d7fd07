//! JSON output, version 1, as described in `docs/src/formats.md`.

use std::borrow::Cow;
use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter};

use super::{Positions, Report, Summary, escape::is_deceptive};
use podwright_redact::ShownSpan;
use podwright_rule::finding::{
    Applicability, Edit, Finding, Fix, Label, ObjectReference, Severity,
};
use podwright_rules::server_field;

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
            .map(|finding| FindingView::new(finding, positions))
            .collect(),
        summary: report.summary,
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
        line(&FindingView::new(finding, positions), out)?;
    }
    let last = LastLine {
        version: VERSION,
        summary: report.summary,
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
    summary: &'a Summary,
}

#[derive(Serialize)]
struct Output<'a> {
    version: u32,
    findings: Vec<FindingView<'a>>,
    summary: &'a Summary,
}

#[derive(Serialize)]
struct FindingView<'a> {
    rule: &'a str,
    level: Severity,
    message: &'a str,
    #[serde(flatten)]
    place: ShownSpan<'a>,
    object: Option<&'a ObjectReference>,
    field: Option<Cow<'a, str>>,
    help: Option<&'a str>,
    notes: &'a [String],
    related: Vec<RelatedView<'a>>,
    fixes: Vec<FixView<'a>>,
    fingerprint: String,
}

#[derive(Serialize)]
struct RelatedView<'a> {
    #[serde(flatten)]
    place: ShownSpan<'a>,
    message: &'a str,
}

#[derive(Serialize)]
struct FixView<'a> {
    title: &'a str,
    safety: Applicability,
    edits: Vec<EditView<'a>>,
}

#[derive(Serialize)]
struct EditView<'a> {
    #[serde(flatten)]
    place: ShownSpan<'a>,
    content: &'a str,
}

impl<'a> FindingView<'a> {
    fn new(finding: &'a Finding, positions: Positions<'a>) -> Self {
        let related = |label: &'a Label| RelatedView {
            place: positions.shown(label.place),
            message: &label.message,
        };
        let edit = |edit: &'a Edit| EditView {
            place: positions.shown(edit.place),
            content: &edit.content,
        };
        let fix = |fix: &'a Fix| FixView {
            title: &fix.title,
            safety: fix.safety,
            edits: fix.edits.iter().map(edit).collect(),
        };
        let fixes = finding.fixes.iter().filter(|fix| positions.may_show(fix));
        Self {
            rule: finding.rule,
            level: finding.level,
            message: &finding.message,
            place: positions.shown(finding.primary.place),
            object: finding.object.as_ref(),
            field: server_field(finding),
            help: finding.help.as_deref(),
            notes: &finding.notes,
            related: finding.related.iter().map(related).collect(),
            fixes: fixes.map(fix).collect(),
            fingerprint: finding.fingerprint().to_string(),
        }
    }
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
        while let Some((at, character)) = rest.char_indices().find(|&(_, c)| is_deceptive(c)) {
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
    use crate::{Counts, Fixable, SkipReason, Skipped};
    use podwright_syntax::text::{FileId, Location, Source, Span};

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
            builds: Vec::new(),
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
            sources: &sources.each_ref(),
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
                    "workloads": {"checked": 0, "skipped": {}}, "assumed_kubernetes": null, "changes": [],
                    "unknown_kinds": {}, "suppressed": 3, "known": 0, "older": 0,
                    "fixable": {"safe": 1, "unsafe": 0},
                    "fixed": {"findings": 0, "files": 0},
                    "skipped": [{"path": "t.yaml", "reason": "helm-template"}],
                    "not_built": [],
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
