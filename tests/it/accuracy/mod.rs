//! Computes `docs/src/accuracy.md` and compares it with the file. `tests/it/accuracy/run CORPUS` writes it.
//!
//! Without `PODWRIGHT_CORPUS`, only the parts that need no corpus are compared.

#![allow(clippy::unwrap_used, clippy::print_stderr)]

mod corpus;
mod page;

use std::fs;
use std::path::Path;

use corpus::Corpus;

const PAGE: &str = "docs/src/accuracy.md";

#[test]
fn the_page_says_what_is_true() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(PAGE);
    let written = fs::read_to_string(&path).unwrap_or_default();
    let Some(directory) = std::env::var_os("PODWRIGHT_CORPUS") else {
        eprintln!("PODWRIGHT_CORPUS is not set: the results for the corpus were not compared");
        for part in page::parts_without_corpus() {
            assert!(written.contains(&part), "missing in {PAGE}:\n{part}");
        }
        return;
    };
    let corpus = Corpus::read(Path::new(&directory));
    let page = page::page(&corpus);
    if std::env::var_os("PODWRIGHT_BLESS").is_some() {
        fs::write(&path, page).unwrap();
        return;
    }
    similar_asserts::assert_eq!(
        written,
        page,
        "run tests/it/accuracy/run to update the page"
    );
}

/// Every reviewed finding is still reported, so that the sample describes the current version.
#[test]
fn what_was_read_is_still_found() {
    let Some(directory) = std::env::var_os("PODWRIGHT_CORPUS") else {
        return;
    };
    let corpus = Corpus::read(Path::new(&directory));
    for read in corpus::sample() {
        assert!(corpus.has(&read), "{} at {}", read.rule, read.place);
    }
}
