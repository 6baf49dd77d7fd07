//! SARIF 2.1.0, in the form that GitHub code scanning accepts.

use std::cell::RefCell;
use std::io::{self, Write};

use rustc_hash::FxHashMap;
use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use super::line_hash::line_hashes;
use super::{Positions, Report, json::line, uri::reference};
use podwright_redact::ShownSpan;
use podwright_redact::without_redacted;
use podwright_rule::RuleMetadata;
use podwright_rule::finding::{Applicability, Edit, Finding, Fingerprint, Fix, Severity};
use podwright_syntax::text::{FileId, Location};

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// Writes `report` to `out` as one SARIF log and a line feed.
///
/// # Errors
///
/// Returns the error of `out`.
pub fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
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
            invocations: [invocation(report)],
            results: Results(report.findings, &run),
            tool: Tool(&run),
        }],
        version: "2.1.0",
    };
    line(&log, out)
}

fn invocation(report: &Report<'_>) -> Value {
    let skipped = report.summary.skipped.iter().map(|skipped| {
        let reason = skipped.reason.name();
        let text = format!("{} was not checked: {reason}", skipped.path);
        json!({ "level": "note", "message": { "text": text } })
    });
    let skipped: Vec<Value> = skipped.collect();
    json!({ "executionSuccessful": true, "toolExecutionNotifications": skipped })
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

struct Results<'r, 'a>(&'a [Finding], &'r RefCell<Run<'a>>);

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
