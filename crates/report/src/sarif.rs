//! SARIF 2.1.0, in the form that GitHub code scanning accepts.

use std::cell::RefCell;
use std::io::{self, Write};

use rustc_hash::FxHashMap;
use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use super::line_hash::line_hashes;
use super::{Counts, Positions, Report, json::line, uri::reference};
use podwright_redact::ShownSpan;
use podwright_redact::without_redacted;
use podwright_rule::RuleMetadata;
use podwright_rule::finding::{Applicability, Edit, Finding, Fingerprint, Fix, Severity};
use podwright_syntax::text::{FileId, Location};

/// Maximum number of results in a run that GitHub code scanning takes. It rejects a log with more.
pub const MAX_RESULTS: usize = 25_000;
/// Maximum number of related locations of a result. Code scanning shows no more.
const MAX_LOCATIONS: usize = 100;

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// Writes `report` to `out` as one SARIF log and a line feed. Of more than [`MAX_RESULTS`] findings, those of the lowest
/// levels are left out and counted in a notification.
///
/// # Errors
///
/// Returns the error of `out`.
pub fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let results = within_limit(report.findings);
    let run = RefCell::new(Run {
        positions: Positions::new(report.sources),
        rules: Vec::new(),
        hashes: FxHashMap::default(),
        seen: FxHashMap::default(),
    });
    let log = Log {
        schema: SCHEMA,
        runs: [LogRun {
            automation_details: json!({ "id": "podwright/" }),
            column_kind: "unicodeCodePoints",
            invocations: [invocation(report, &results)],
            results: Results(&results, &run),
            tool: Tool(&run),
        }],
        version: "2.1.0",
    };
    line(&log, out)
}

/// The findings that fit into a run, in their order: at most [`MAX_RESULTS`], those of the highest levels.
fn within_limit(findings: &[Finding]) -> Vec<&Finding> {
    let mut kept: Vec<&Finding> = findings.iter().collect();
    let mut room = MAX_RESULTS;
    if kept.len() <= room {
        return kept;
    }
    let counts = Counts::of(findings);
    let mut places: [usize; 3] = [0; 3];
    let levels = [Severity::Error, Severity::Warning, Severity::Info];
    for (place, level) in places.iter_mut().zip(levels) {
        *place = counts.at(level).min(room);
        room -= *place;
    }
    kept.retain(|finding| {
        let mut pairs = places.iter_mut().zip(levels);
        let place = pairs.find(|(_, level)| *level == finding.level);
        place.is_some_and(|(place, _)| {
            let fits = *place > 0;
            *place = place.saturating_sub(1);
            fits
        })
    });
    kept
}

/// What is said about findings that do not fit, if there are any.
fn left_out(findings: &[Finding], kept: &[&Finding]) -> Option<Value> {
    let count = findings
        .len()
        .checked_sub(kept.len())
        .filter(|count| *count > 0)?;
    let text = format!(
        "{count} results are left out, because code scanning takes {MAX_RESULTS} in a run: those of the lowest levels. \
         Use `--level`, `--baseline` or `--since` to report fewer, or `--format json` to report all"
    );
    Some(json!({ "level": "warning", "message": { "text": text } }))
}

fn invocation(report: &Report<'_>, kept: &[&Finding]) -> Value {
    let skipped = report.summary.skipped.iter().map(|skipped| {
        let reason = skipped.reason.name();
        let text = format!("{} was not checked: {reason}", skipped.path);
        json!({ "level": "note", "message": { "text": text } })
    });
    let left_out = left_out(report.findings, kept);
    let notifications: Vec<Value> = left_out.into_iter().chain(skipped).collect();
    json!({ "executionSuccessful": true, "toolExecutionNotifications": notifications })
}

/// The log. Results are made one after the other while it is written, because there may be many.
#[derive(Serialize)]
struct Log<'r, 'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    runs: [LogRun<'r, 'a>; 1],
    version: &'static str,
}

/// The run of podwright.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LogRun<'r, 'a> {
    automation_details: Value,
    column_kind: &'static str,
    invocations: [Value; 1],
    results: Results<'r, 'a>,
    /// After the results, because it lists their rules.
    tool: Tool<'r, 'a>,
}

struct Results<'r, 'a>(&'r [&'a Finding], &'r RefCell<Run<'a>>);

impl Serialize for Results<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let results = self.0.iter();
        serializer.collect_seq(results.map(|finding| self.1.borrow_mut().result(finding)))
    }
}

struct Tool<'r, 'a>(&'r RefCell<Run<'a>>);

impl Serialize for Tool<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let run = self.0.borrow();
        let rules: Vec<Value> = run.rules.iter().map(|meta| rule(meta)).collect();
        let tool = json!({ "driver": {
            "name": "podwright",
            "informationUri": env!("CARGO_PKG_REPOSITORY"),
            "semanticVersion": env!("CARGO_PKG_VERSION"),
            "version": env!("CARGO_PKG_VERSION"),
            "rules": rules,
        } });
        tool.serialize(serializer)
    }
}

struct Run<'a> {
    positions: Positions<'a>,
    /// The rules with findings, in order of first occurrence.
    rules: Vec<&'static RuleMetadata>,
    /// Line hashes of the files that were requested.
    hashes: FxHashMap<FileId, Vec<String>>,
    /// Number of results so far by file and fingerprint.
    seen: FxHashMap<(FileId, Fingerprint), usize>,
}

impl Run<'_> {
    fn result(&mut self, finding: &Finding) -> Value {
        let place = finding.primary.place;
        let notes = finding.notes.iter().chain(&finding.help);
        let text = notes.fold(finding.message.clone(), |text, note| text + "\n" + note);
        let related: Vec<Value> = finding
            .related
            .iter()
            .take(MAX_LOCATIONS)
            .map(|label| {
                let mut location = self.location(label.place);
                location["message"] = json!({ "text": label.message });
                location
            })
            .collect();
        let fixes = finding
            .fixes
            .iter()
            .filter(|fix| fix.safety != Applicability::Manual && self.positions.may_show(fix));
        let fixes: Vec<Value> = fixes.map(|fix| self.fix(fix)).collect();
        let mut result = json!({
            "ruleId": finding.rule,
            "level": level(finding.level),
            "message": { "text": text },
            "locations": [self.location(place)],
            "partialFingerprints": {
                "podwright/v2": self.fingerprint(finding),
                "primaryLocationLineHash": self.line_hash(place),
            },
        });
        if let Some(index) = self.rule_index(finding.rule) {
            result["ruleIndex"] = json!(index);
        }
        for (key, list) in [("relatedLocations", related), ("fixes", fixes)] {
            if !list.is_empty() {
                result[key] = Value::Array(list);
            }
        }
        result
    }

    /// Fingerprint with an ordinal, because findings of a file may share it.
    fn fingerprint(&mut self, finding: &Finding) -> String {
        let fingerprint = finding.fingerprint();
        let key = (finding.primary.place.file, fingerprint);
        let count = self.seen.entry(key).or_insert(0);
        *count += 1;
        format!("{fingerprint}:{count}")
    }

    fn rule_index(&mut self, rule: &str) -> Option<usize> {
        let known = self.rules.iter().position(|meta| meta.name == rule);
        known.or_else(|| {
            self.rules.push(&podwright_rules::find(rule)?.meta);
            Some(self.rules.len() - 1)
        })
    }

    fn location(&self, place: Location) -> Value {
        json!({ "physicalLocation": {
            "artifactLocation": self.artifact(place),
            "region": self.region(place),
        } })
    }

    fn artifact(&self, place: Location) -> Value {
        json!({ "uri": reference(self.positions.path(place.file)) })
    }

    fn region(&self, place: Location) -> Value {
        let ShownSpan { start, end, .. } = self.positions.shown(place);
        json!({
            "startLine": start.line,
            "startColumn": start.column,
            "endLine": end.line,
            "endColumn": end.column,
        })
    }

    fn line_hash(&mut self, place: Location) -> String {
        let line = self.positions.shown(place).start.line as usize;
        let source = self.positions.source(place.file);
        let hashes = self.hashes.entry(place.file).or_insert_with(|| {
            // A hash of a credential could be used to verify guesses.
            source.map_or_else(Vec::new, |source| line_hashes(&without_redacted(source)))
        });
        hashes.get(line - 1).cloned().unwrap_or_default()
    }

    fn fix(&self, fix: &Fix) -> Value {
        let change = |edit: &Edit| {
            json!({
                "artifactLocation": self.artifact(edit.place),
                "replacements": [{
                    "deletedRegion": self.region(edit.place),
                    "insertedContent": { "text": edit.content },
                }],
            })
        };
        json!({
            "description": { "text": fix.title },
            "artifactChanges": fix.edits.iter().map(change).collect::<Vec<_>>(),
        })
    }
}

fn rule(meta: &RuleMetadata) -> Value {
    json!({
        "id": meta.name,
        "shortDescription": { "text": sentence(meta.summary) },
        "fullDescription": { "text": sentence(meta.summary) },
        "help": { "text": meta.page, "markdown": meta.page },
        "helpUri": meta.url(),
        "defaultConfiguration": { "level": level(meta.level) },
        "properties": {
            "tags": ["kubernetes", meta.group],
            "precision": match meta.level {
                Severity::Error => "very-high",
                Severity::Warning => "high",
                Severity::Info => "medium",
            },
            "problem.severity": match meta.level {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Info => "recommendation",
            },
        },
    })
}

fn sentence(summary: &str) -> String {
    let mut letters = summary.chars();
    let first = letters
        .next()
        .map(|letter| letter.to_uppercase().to_string());
    format!("{}{}.", first.unwrap_or_default(), letters.as_str())
}

fn level(level: Severity) -> &'static str {
    match level {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Summary;
    use podwright_syntax::text::{Source, Span};

    #[test]
    fn findings_of_the_lowest_levels_do_not_fit() {
        let place = Location {
            file: FileId(0),
            span: Span::new(0, 1),
        };
        let of = |level, count| {
            (0..count).map(move |_| Finding::new("yaml-syntax", level, place, "wrong"))
        };
        let mut findings: Vec<Finding> = of(Severity::Info, 20_000).collect();
        findings.extend(of(Severity::Error, 10_000));
        findings.extend(of(Severity::Warning, 10_000));
        let sources = [Source::plain("a.yaml", "a: b\n")];
        let summary = Summary::default();
        let report = Report {
            findings: &findings,
            sources: &sources.each_ref(),
            summary: &summary,
        };
        let mut out = Vec::new();
        write(&report, &mut out).unwrap();
        let log: Value = serde_json::from_slice(&out).unwrap();
        let run = &log["runs"][0];
        let results = run["results"].as_array().unwrap();
        let count = |level: &str| results.iter().filter(|one| one["level"] == level).count();
        assert_eq!(
            (
                results.len(),
                count("error"),
                count("warning"),
                count("note")
            ),
            (MAX_RESULTS, 10_000, 10_000, 5_000)
        );
        let said = &run["invocations"][0]["toolExecutionNotifications"][0];
        let text = said["message"]["text"].as_str().unwrap();
        assert!(text.starts_with("15000 results are left out"), "{text}");
        assert_eq!(within_limit(&findings[..3]).len(), 3);
    }
}
