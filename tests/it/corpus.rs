//! Real manifests: no panics, valid locations, the same findings for any number of threads, and no unintended changes.
//!
//! Runs on the directory that `PODWRIGHT_CORPUS` names; prints a message if it is skipped.

#![allow(clippy::unwrap_used, clippy::print_stderr)]

use crate::files::{corpus_roots, corpus_texts};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use podwright_cluster::workspace::{File, Workspace};
use podwright_lint::{DefaultRules, lint};
use podwright_rule::finding::Finding;
use podwright_syntax::text::{Location, SharedText, Source};
use serde_json::{Value, json};
use xtask::accuracy::SETS;

use crate::accuracy::CORPUS;
use crate::snapshot;

#[test]
fn findings_in_real_manifests_have_valid_locations() {
    let Some(corpus) = std::env::var_os("PODWRIGHT_CORPUS") else {
        eprintln!("skipped: PODWRIGHT_CORPUS is not set");
        return;
    };
    let mut checked = 0;
    for root in corpus_roots(Path::new(&corpus)) {
        let texts = corpus_texts(&root);
        checked += texts.len();
        let one = run(&texts, 1, false);
        let eight = run(&texts, 8, true);
        assert_eq!(
            one.1,
            eight.1,
            "findings depend on the number of threads, or on trees that are read again, in {}",
            root.display()
        );
        let (workspace, findings) = one;
        for finding in &findings {
            assert_ne!(finding.rule, "internal-error", "{finding:#?}");
            let labels = std::iter::once(&finding.primary).chain(&finding.related);
            for place in labels.map(|label| label.place) {
                assert!(is_real(&workspace, place), "{finding:#?}");
            }
            let edits = finding.fixes.iter().flat_map(|fix| &fix.edits);
            for edit in edits {
                assert!(is_real(&workspace, edit.place), "{finding:#?}");
            }
        }
    }
    assert!(
        checked > 1_000,
        "only {checked} files: is {} the corpus?",
        corpus.display()
    );
}

/// A change of a message changes nothing here. `tests/data/corpus-SET.snap` shows which rules changed; compare their JSON
/// reports before and after to see how.
#[test]
fn records_of_findings_are_unchanged() {
    let Some(corpus) = &*CORPUS else {
        return;
    };
    for (set, report) in SETS.iter().zip(&corpus.reports) {
        let mut rules: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for finding in report["findings"].as_array().unwrap() {
            let rule = finding["rule"].as_str().unwrap();
            rules.entry(rule).or_default().push(record(finding));
        }
        let mut digests = String::from("rule, findings, digest\n");
        for (rule, mut records) in rules {
            records.sort_unstable();
            let digest = fnv(records.join("\n").as_bytes());
            let _ = writeln!(digests, "{rule} {} {digest:016x}", records.len());
        }
        let command = format!("check --no-config --level info --format json {set}");
        let name = format!("corpus-{set}");
        snapshot::assert(Path::new("tests/data"), &name, &command, &digests);
    }
}

/// Everything about a finding but its wording: severity, location, object, field, and the edits of its fixes.
fn record(finding: &Value) -> String {
    let place = |at: &Value| json!([at["path"], at["start"]["offset"], at["end"]["offset"]]);
    let list = |values: &Value, one: &dyn Fn(&Value) -> Value| -> Value {
        values.as_array().into_iter().flatten().map(one).collect()
    };
    let fix = |fix: &Value| {
        let edit = |edit: &Value| json!([place(edit), edit["content"]]);
        json!([fix["safety"], list(&fix["edits"], &edit)])
    };
    json!([
        finding["level"],
        place(finding),
        finding["object"],
        finding["field"],
        list(&finding["fixes"], &fix),
        list(&finding["related"], &place),
    ])
    .to_string()
}

/// 64-bit FNV-1a: unlike the hashes of the standard library, the same in every version.
fn fnv(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// Returns whether the location is inside its file and on character boundaries.
fn is_real(workspace: &Workspace, place: Location) -> bool {
    workspace
        .file(place.file)
        .source
        .text
        .get(place.span.range())
        .is_some()
}

/// The files, and the findings in them. If `again`, the syntax tree of each is freed before it is linked, and once more
/// before it is judged, as in a run with many files.
fn run(texts: &[(String, SharedText)], threads: usize, again: bool) -> (Workspace, Vec<Finding>) {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .unwrap();
    pool.install(|| {
        let read = |(path, text): &(String, SharedText)| {
            let mut file = File::read(Source::new(path.clone(), text.clone()), &Arc::default());
            if again {
                file.release();
            }
            file
        };
        let mut workspace = Workspace::new(texts.iter().map(read).collect());
        if again {
            let files = workspace.files.iter_mut();
            files.filter_map(Arc::get_mut).for_each(File::release);
        }
        let findings = lint(&workspace, &DefaultRules::default()).findings;
        (workspace, findings)
    })
}
