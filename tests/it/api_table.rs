//! The table of the Kubernetes API matches the OpenAPI definitions from which it is generated. `PODWRIGHT_OPENAPI`
//! names the directory that contains them, or an archive of them. `PODWRIGHT_OPERATORS` names the directory of the npm
//! packages from which the table of operators is generated.

#![allow(clippy::expect_used, clippy::print_stdout, clippy::unwrap_used)]

use xtask::api_table::table;

use std::path::{Path, PathBuf};
use std::process::Command;

#[test]
fn table_matches_the_definitions() {
    let unpacked = tempfile::tempdir().unwrap();
    let Some(directory) = definitions(unpacked.path()) else {
        println!("skipped: no OpenAPI definitions (PODWRIGHT_OPENAPI)");
        return;
    };
    let made = table(&directory).unwrap();
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("crates/schema/src/table.bin");
    let is_same = std::fs::read(kept).unwrap() == made;
    assert!(
        is_same,
        "the table is stale: run `cargo xtask codegen --openapi DIR`"
    );
}

#[test]
fn operators_match_the_packages() {
    let Some(archives) = std::env::var_os("PODWRIGHT_OPERATORS") else {
        println!("skipped: no packages (PODWRIGHT_OPERATORS)");
        return;
    };
    let made = xtask::operators::table(Path::new(&archives)).unwrap();
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("crates/schema/src/operators.bin");
    let is_same = std::fs::read(kept).unwrap() == made;
    assert!(is_same, "the table is stale: run `cargo xtask operators`");
}

/// Directory with `v1.NN.0.json`; an archive is unpacked to `unpacked`.
fn definitions(unpacked: &Path) -> Option<PathBuf> {
    let given = std::env::var_os("PODWRIGHT_OPENAPI").map(PathBuf::from);
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/openapi");
    let given = given.unwrap_or(beside);
    let holds = |directory: &Path| directory.join("v1.36.0.json").is_file();
    let archive = given.join("definitions.tar.xz");
    if holds(&given) {
        return Some(given);
    }
    let tar = Command::new("tar")
        .arg("xJf")
        .arg(archive)
        .arg("-C")
        .arg(unpacked)
        .status();
    let directory = unpacked.join("definitions");
    (tar.is_ok_and(|status| status.success()) && holds(&directory)).then_some(directory)
}
