//! `docs/accuracy.md` is what this computes: how far podwright is right. `tests/accuracy/run CORPUS` writes it.
//!
//! What needs no corpus is compared always, all of it where `PODWRIGHT_CORPUS` names the corpus.

#![allow(clippy::unwrap_used, clippy::print_stderr)]

mod conformance;
mod corpus;
mod page;

use std::fs;
use std::path::Path;

use corpus::Corpus;

const PAGE: &str = "docs/accuracy.md";

#[test]
fn the_page_says_what_is_true() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(PAGE);
    let written = fs::read_to_string(&path).unwrap_or_default();
    let Some(folder) = std::env::var_os("PODWRIGHT_CORPUS") else {
        eprintln!("PODWRIGHT_CORPUS is not set: the numbers of the corpus were not compared");
        for part in page::parts_without_corpus() {
            assert!(written.contains(&part), "{PAGE} lacks:\n{part}");
        }
        return;
    };
    let corpus = Corpus::read(Path::new(&folder));
    let page = page::page(&corpus);
    if std::env::var_os("PODWRIGHT_BLESS").is_some() {
        fs::write(&path, page).unwrap();
        return;
    }
    similar_asserts::assert_eq!(written, page, "tests/accuracy/run writes what is true now");
}

/// What was read is still found, so that the sample is of what podwright says today.
#[test]
fn what_was_read_is_still_found() {
    let Some(folder) = std::env::var_os("PODWRIGHT_CORPUS") else {
        return;
    };
    let corpus = Corpus::read(Path::new(&folder));
    for read in corpus::sample() {
        assert!(corpus.has(&read), "{} at {}", read.rule, read.place);
    }
}
