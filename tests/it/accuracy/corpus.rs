//! Findings in real manifests, and the reviewed sample of them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// Directories of the corpus: files as they are in repositories, rendered by kustomize, and for benchmarks.
pub(crate) const SETS: [&str; 3] = ["manifests", "rendered", "bench-10k"];

/// A finding that a person reviewed in its context.
pub(crate) struct Read {
    pub(crate) rule: String,
    pub(crate) level: String,
    /// Path, line, and column.
    pub(crate) place: String,
    pub(crate) is_true: bool,
    pub(crate) why: String,
}

/// Results of podwright for the corpus.
pub(crate) struct Corpus {
    /// Number of files, documents, and objects of each set.
    pub(crate) sizes: Vec<[u64; 3]>,
    /// Number of findings by rule and level, in each set.
    pub(crate) findings: BTreeMap<(String, String), [usize; 3]>,
    places: BTreeSet<(String, String)>,
}

/// Returns the reviewed findings.
pub(crate) fn sample() -> Vec<Read> {
    let lines = include_str!("read.tsv")
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
            Read {
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
    pub(crate) fn read(directory: &Path) -> Self {
        let mut corpus = Self {
            sizes: Vec::new(),
            findings: BTreeMap::new(),
            places: BTreeSet::new(),
        };
        for (index, set) in SETS.iter().enumerate() {
            let output = Command::new(env!("CARGO_BIN_EXE_podwright"))
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
        }
        corpus
    }

    /// Whether the reviewed finding is among these results.
    pub(crate) fn has(&self, read: &Read) -> bool {
        self.places
            .contains(&(read.rule.clone(), read.place.clone()))
    }
}
