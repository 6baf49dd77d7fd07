//! The accuracy page and the reviewed findings. What needs manifests is skipped without `PODWRIGHT_CORPUS`.

#![allow(clippy::unwrap_used, clippy::print_stderr)]

use std::path::Path;
use std::sync::LazyLock;

use xtask::accuracy::{self, Corpus, sample};

use crate::codegen::{assert_current, read};

/// Results for the directory that `PODWRIGHT_CORPUS` names.
pub(crate) static CORPUS: LazyLock<Option<Corpus>> = LazyLock::new(|| {
    let Some(directory) = std::env::var_os("PODWRIGHT_CORPUS") else {
        eprintln!("skipped: PODWRIGHT_CORPUS is not set");
        return None;
    };
    let podwright = Path::new(env!("CARGO_BIN_EXE_podwright"));
    Some(Corpus::read(podwright, Path::new(&directory)))
});

#[test]
fn page_is_up_to_date() {
    match &*CORPUS {
        Some(corpus) => assert_current(
            &[accuracy::page(corpus)],
            "cargo xtask codegen --corpus \"$PODWRIGHT_CORPUS\"",
        ),
        None => {
            let page = read(accuracy::PAGE);
            for part in accuracy::parts_without_corpus() {
                assert!(
                    page.contains(&part),
                    "run `cargo xtask codegen --corpus DIR`; missing:\n{part}"
                );
            }
        }
    }
}

/// The sample must describe the current version.
#[test]
fn reviewed_findings_are_still_reported() {
    let Some(corpus) = &*CORPUS else {
        return;
    };
    for finding in sample() {
        assert!(
            corpus.has(&finding),
            "{} at {}",
            finding.rule,
            finding.place
        );
    }
}
