//! Directories as users have them, with the expected output of the command in `expected.txt`.
//!
//! `PODWRIGHT_BLESS=1` updates the output.

use std::path::Path;
use std::process::Command;

use crate::files::{Result, for_each_file};

#[test]
fn check_prints_what_is_expected() {
    for_each_file("fixtures/workspaces", r"expected\.txt$", workspace);
}

fn workspace(expected: &Path) -> Result {
    let directory = expected.parent().ok_or("no directory")?;
    let run = Command::new(env!("CARGO_BIN_EXE_podwright"))
        .args([
            "check",
            "--level",
            "info",
            "--format",
            "concise",
            "--ignore",
            "image-missing-digest",
        ])
        .current_dir(directory)
        .output()?;
    let printed = String::from_utf8(run.stdout)?;
    assert_eq!(String::from_utf8_lossy(&run.stderr), "");
    if std::env::var_os("PODWRIGHT_BLESS").is_some() {
        std::fs::write(expected, &printed)?;
    }
    similar_asserts::assert_eq!(std::fs::read_to_string(expected)?, printed);
    Ok(())
}
