//! Real manifests: no panics, valid locations, and the same findings for any number of threads.
//!
//! Runs on the directory that `PODWRIGHT_CORPUS` names; prints a message if it is skipped.

#![allow(clippy::unwrap_used, clippy::print_stderr)]

use std::path::{Path, PathBuf};
use std::sync::Arc;

use podwright_cluster::workspace::{File, Workspace};
use podwright_lint::{DefaultRules, lint};
use podwright_rule::finding::Finding;
use podwright_syntax::text::{Location, Source};

#[test]
fn findings_in_real_manifests_have_valid_locations() {
    let Some(corpus) = std::env::var_os("PODWRIGHT_CORPUS") else {
        eprintln!("skipped: PODWRIGHT_CORPUS is not set");
        return;
    };
    let mut checked = 0;
    for root in roots(Path::new(&corpus)) {
        let texts = texts(&root);
        checked += texts.len();
        let one = run(&texts, 1);
        let eight = run(&texts, 8);
        assert_eq!(
            one.1,
            eight.1,
            "findings depend on the number of threads in {}",
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

/// Returns whether the location is inside its file and on character boundaries.
fn is_real(workspace: &Workspace, place: Location) -> bool {
    workspace
        .file(place.file)
        .source
        .text
        .get(place.span.range())
        .is_some()
}

fn run(texts: &[(String, Arc<str>)], threads: usize) -> (Workspace, Vec<Finding>) {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .unwrap();
    pool.install(|| {
        let read = |(path, text): &(String, Arc<str>)| {
            File::read(Source::new(path.clone(), Arc::clone(text)), &Arc::default())
        };
        let workspace = Workspace::new(texts.iter().map(read).collect());
        let findings = lint(&workspace, &DefaultRules::default()).findings;
        (workspace, findings)
    })
}

/// Each repository is a separate run.
fn roots(corpus: &Path) -> Vec<PathBuf> {
    let manifests = std::fs::read_dir(corpus.join("manifests")).unwrap();
    let mut roots: Vec<PathBuf> = manifests.map(|entry| entry.unwrap().path()).collect();
    roots.push(corpus.join("rendered"));
    roots.sort();
    roots
}

fn texts(root: &Path) -> Vec<(String, Arc<str>)> {
    let mut texts = Vec::new();
    let mut directories = vec![root.to_owned()];
    while let Some(directory) = directories.pop() {
        for entry in std::fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                directories.push(path);
            } else if path
                .extension()
                .is_some_and(|e| ["yaml", "yml", "json"].iter().any(|x| e == *x))
                && let Ok(text) = std::fs::read_to_string(&path)
            {
                texts.push((path.display().to_string(), Arc::from(text)));
            }
        }
    }
    texts.sort();
    texts
}
