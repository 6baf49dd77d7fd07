//! Findings recorded when podwright was adopted, so that only new findings fail. Text in, text out.
//!
//! A finding is identified by its file and its fingerprint, which depends neither on line numbers nor on the wording of
//! messages. An entry whose file is not part of the run may match the same finding in another file, because the file
//! may have been renamed.

use std::{collections::BTreeMap, fmt, fmt::Write as _};

use rustc_hash::FxHashSet;
use serde::{Deserialize, Serialize};

use podwright_rule::finding::Finding;
use podwright_syntax::text::Source;

/// Version of the file format.
const VERSION: u32 = 2;
/// Version with the same format, but with fingerprints that also depended on messages.
const OUTDATED_VERSION: u32 = 1;

/// The known findings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baseline {
    /// Number of occurrences by path, rule and fingerprint.
    known: BTreeMap<Entry, usize>,
    /// Whether the file has an older version, whose entries match no finding. They are not in `known`.
    pub is_outdated: bool,
}

/// Identity of a finding.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    /// Path of the file as it is shown.
    path: String,
    /// Name of the rule.
    rule: String,
    /// Fingerprint of the finding: 16 hexadecimal digits.
    fingerprint: String,
}

/// A line of the file.
#[derive(Serialize, Deserialize)]
struct Line {
    #[serde(flatten)]
    entry: Entry,
    #[serde(default = "once")]
    count: usize,
}

fn once() -> usize {
    1
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    version: u32,
    findings: Vec<Line>,
}

/// Error in a baseline, with line and column if known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaselineError(String);

impl fmt::Display for BaselineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for BaselineError {}

/// Findings compared with a baseline.
#[derive(Debug, Default)]
pub struct Compared {
    /// Findings that are not in the baseline, in their original order.
    pub new: Vec<Finding>,
    /// Number of findings in the baseline.
    pub known: usize,
    /// Number of findings in the baseline, in files of the run, that no longer occur.
    pub gone: usize,
    /// The baseline without them.
    pub kept: Baseline,
}

impl Baseline {
    /// Creates a baseline of `findings`, which are in `sources`.
    #[must_use]
    pub fn of(findings: &[Finding], sources: &[&Source]) -> Self {
        let mut known = BTreeMap::new();
        for finding in findings {
            *known.entry(entry(finding, sources)).or_default() += 1;
        }
        Self {
            known,
            is_outdated: false,
        }
    }

    /// Parses a file written by [`Baseline::write`].
    ///
    /// # Errors
    ///
    /// Returns [`BaselineError`] if the text is not a baseline or has an unsupported version.
    pub fn read(text: &str) -> Result<Self, BaselineError> {
        let written: Written = serde_json::from_str(text)
            .map_err(|error| BaselineError(without_values(&error.to_string())))?;
        let is_outdated = written.version == OUTDATED_VERSION;
        if written.version != VERSION && !is_outdated {
            return Err(BaselineError(format!(
                "unsupported version {}, expected version {VERSION}",
                written.version
            )));
        }
        let mut known = BTreeMap::new();
        for Line { entry, count } in written.findings {
            if !is_outdated {
                *known.entry(entry).or_default() += count;
            }
        }
        Ok(Self { known, is_outdated })
    }

    /// Formats the baseline as sorted JSON with one entry per line, so that diffs are easy to read.
    #[must_use]
    pub fn write(&self) -> String {
        let mut text = format!("{{\"version\": {VERSION}, \"findings\": [");
        for (index, (entry, &count)) in self.known.iter().enumerate() {
            let line = Line {
                entry: entry.clone(),
                count,
            };
            let comma = if index > 0 { "," } else { "" };
            let line = serde_json::to_string(&line).unwrap_or_default();
            // Writing to a string cannot fail.
            let _ = write!(text, "{comma}\n{line}");
        }
        text.push_str("\n]}\n");
        text
    }

    /// Number of findings in the baseline.
    #[must_use]
    pub fn len(&self) -> usize {
        self.known.values().sum()
    }

    /// Returns whether the baseline is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.known.is_empty()
    }

    /// Removes known findings from `findings`, which are in `sources`, the files of the run.
    #[must_use]
    pub fn compare(&self, findings: Vec<Finding>, sources: &[&Source]) -> Compared {
        let mut left = self.known.clone();
        let mut compared = Compared::default();
        let mut unmatched = Vec::new();
        for finding in findings {
            if take(&mut left, &entry(&finding, sources)) {
                compared.known += 1;
            } else {
                unmatched.push(finding);
            }
        }
        let here: FxHashSet<&str> = sources.iter().map(|source| source.path.as_str()).collect();
        for finding in unmatched {
            let own = entry(&finding, sources);
            let renamed = left.keys().find(|other| {
                !here.contains(other.path.as_str())
                    && (&other.rule, &other.fingerprint) == (&own.rule, &own.fingerprint)
            });
            match renamed.cloned() {
                Some(renamed) => {
                    take(&mut left, &renamed);
                    compared.known += 1;
                }
                None => compared.new.push(finding),
            }
        }
        compared.kept = self.clone();
        for (entry, count) in left {
            if here.contains(entry.path.as_str()) {
                for _ in 0..count {
                    take(&mut compared.kept.known, &entry);
                }
                compared.gone += count;
            }
        }
        compared
    }
}

fn entry(finding: &Finding, sources: &[&Source]) -> Entry {
    let source = sources.get(finding.primary.place.file.0 as usize);
    Entry {
        path: source.map_or_else(String::new, |source| source.path.clone()),
        rule: finding.rule.to_owned(),
        fingerprint: finding.fingerprint().to_string(),
    }
}

fn take(left: &mut BTreeMap<Entry, usize>, entry: &Entry) -> bool {
    let Some(count) = left.get_mut(entry) else {
        return false;
    };
    *count -= 1;
    if *count == 0 {
        left.remove(entry);
    }
    true
}
/// Returns serde's message without quoted parts of the file and without the column, which would reveal their length:
/// the file may be any file.
fn without_values(message: &str) -> String {
    let message = podwright_redact::quoted(message.split(" column ").next().unwrap_or(message));
    // "unknown field `x`, expected `version` or `findings`"
    let (found, expected) = message.split_once(", expected ").unwrap_or((&message, ""));
    let found = found.split('`').enumerate();
    let found = found.map(|(index, part)| if index % 2 == 0 { part } else { "***" });
    let found: Vec<&str> = found.collect();
    match expected {
        "" => found.join("`"),
        expected => format!("{}, expected {expected}", found.join("`")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use podwright_rule::finding::Severity;
    use podwright_syntax::text::{FileId, Location, Span};

    fn finding(at: u32, message: &str) -> Finding {
        let place = Location {
            file: FileId(0),
            span: Span::at(at),
        };
        let mut finding = Finding::new("a-rule", Severity::Error, place, message);
        finding.field = Some("spec.image".to_owned());
        finding
    }

    #[test]
    fn rewording_and_moving_keep_a_finding_known_and_another_one_is_new() {
        let source = Source::plain("a.yaml", "");
        let sources = [&source];
        let before = [finding(1, "one"), finding(1, "two")];
        let baseline = Baseline::read(&Baseline::of(&before, &sources).write()).unwrap();
        assert_eq!(baseline.len(), 2);
        let after = vec![finding(7, "uno"), finding(8, "due"), finding(9, "tre")];
        let compared = baseline.compare(after, &sources);
        assert_eq!(compared.known, 2);
        assert_eq!(compared.new, [finding(9, "tre")]);
        let compared = baseline.compare(vec![finding(1, "one")], &sources);
        assert_eq!((compared.known, compared.gone), (1, 1));
        assert_eq!(compared.kept.len(), 1);
    }
}
