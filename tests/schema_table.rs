//! The table of the Kubernetes API matches the OpenAPI definitions from which it is generated. `PODWRIGHT_OPENAPI`
//! names the directory that contains them, or an archive of them.

#![allow(clippy::expect_used, clippy::print_stdout, clippy::unwrap_used)]

#[path = "../examples/schema_table/build.rs"]
mod build;
#[path = "../examples/schema_table/read.rs"]
mod read;

use std::path::{Path, PathBuf};
use std::process::Command;

#[test]
fn table_matches_the_definitions() {
    let unpacked = tempfile::tempdir().unwrap();
    let Some(folder) = definitions(unpacked.path()) else {
        println!("skipped: no OpenAPI definitions (PODWRIGHT_OPENAPI)");
        return;
    };
    let made = build::table(&read::releases(&folder).unwrap()).unwrap();
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/schema/table.bin");
    let is_same = std::fs::read(kept).unwrap() == made;
    assert!(
        is_same,
        "regenerate it with cargo run --example schema_table -- DIR"
    );
}

/// Directory with `v1.NN.0.json`; an archive is unpacked to `unpacked`.
fn definitions(unpacked: &Path) -> Option<PathBuf> {
    let given = std::env::var_os("PODWRIGHT_OPENAPI").map(PathBuf::from);
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/openapi");
    let given = given.unwrap_or(beside);
    let holds = |folder: &Path| folder.join("v1.36.0.json").is_file();
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
    let folder = unpacked.join("definitions");
    (tar.is_ok_and(|status| status.success()) && holds(&folder)).then_some(folder)
}
