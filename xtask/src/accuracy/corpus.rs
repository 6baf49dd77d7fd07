//! Findings in real manifests, and the reviewed sample of them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// Directories of the corpus: files as they are in repositories, rendered by kustomize, and for benchmarks.
pub const SETS: [&str; 3] = ["manifests", "rendered", "bench-10k"];

/// A finding that a person reviewed in its context.
pub struct Reviewed {
    /// Name of its rule.
    pub rule: String,
    /// Its severity.
    pub level: String,
    /// Path, line, and column.
    pub place: String,
    /// Whether Kubernetes behaves as the finding says.
    pub is_true: bool,
    /// The reason for the verdict.
    pub why: String,
}

/// Results of podwright for the corpus.
#[derive(Default)]
pub struct Corpus {
    /// Number of files, documents, and objects of each set.
    pub sizes: Vec<[u64; 3]>,
    /// Number of findings by rule and level, in each set.
    pub findings: BTreeMap<(String, String), [usize; 3]>,
    /// The JSON report of each set.
    pub reports: Vec<Value>,
    places: BTreeSet<(String, String)>,
}

/// Returns the reviewed findings.
///
/// # Panics
///
/// Panics if a line of `reviewed.tsv` is not valid.
#[must_use]
pub fn sample() -> Vec<Reviewed> {
    let lines = include_str!("reviewed.tsv")
        .lines()
        .filter(|line| !line.starts_with('#'));
    lines
        .map(|line| {
            let fields: Vec<&str> = line.split('\t').collect();
            let [rule, level, place, verdict, why] = fields[..] else {
                panic!("expected five fields: {line}");
            };
            assert!(["true", "false"].contains(&verdict), "{line}");
            assert!(!why.is_empty(), "{line}");
            Reviewed {
                rule: rule.to_owned(),
                level: level.to_owned(),
                place: place.to_owned(),
                is_true: verdict == "true",
                why: why.to_owned(),
            }
        })
        .collect()
}

impl Corpus {
    /// Runs podwright on each set, without configuration files and at level `info`.
    ///
    /// # Panics
    ///
    /// Panics if podwright cannot run or if a set does not exist.
    #[must_use]
    pub fn read(podwright: &Path, directory: &Path) -> Self {
        let mut corpus = Self::default();
        for (index, set) in SETS.iter().enumerate() {
            let output = Command::new(podwright)
                .args([
                    "check",
                    "--no-config",
                    "--level",
                    "info",
                    "--format",
                    "json",
                    "--today",
                    "2026-12-01",
                    set,
                ])
                .current_dir(directory)
                .output()
                .unwrap();
            let report: Value = serde_json::from_slice(&output.stdout).unwrap();
            let size = |name: &str| report["summary"][name].as_u64().unwrap();
            corpus
                .sizes
                .push(["files", "documents", "objects"].map(size));
            for finding in report["findings"].as_array().unwrap() {
                let text = |field: &str| finding[field].as_str().unwrap().to_owned();
                let counts = corpus
                    .findings
                    .entry((text("rule"), text("level")))
                    .or_default();
                counts[index] += 1;
                let start = &finding["start"];
                let place = format!("{}:{}:{}", text("path"), start["line"], start["column"]);
                corpus.places.insert((text("rule"), place));
            }
            corpus.reports.push(report);
        }
        corpus
    }

    /// Returns whether the reviewed finding is among these results.
    #[must_use]
    pub fn has(&self, finding: &Reviewed) -> bool {
        self.places
            .contains(&(finding.rule.clone(), finding.place.clone()))
    }
}
