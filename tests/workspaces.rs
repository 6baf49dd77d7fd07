//! Directories as users have them, with the expected output of the command in `expected.txt`.
//!
//! `PODWRIGHT_BLESS=1` updates the output.

use std::path::Path;
use std::process::Command;

datatest_stable::harness! {
    { test = workspace, root = "fixtures/workspaces", pattern = r"expected\.txt$" },
}

fn workspace(expected: &Path) -> datatest_stable::Result<()> {
    let folder = expected.parent().ok_or("no directory")?;
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
        .current_dir(folder)
        .output()?;
    let printed = String::from_utf8(run.stdout)?;
    assert_eq!(String::from_utf8_lossy(&run.stderr), "");
    if std::env::var_os("PODWRIGHT_BLESS").is_some() {
        std::fs::write(expected, &printed)?;
    }
    similar_asserts::assert_eq!(std::fs::read_to_string(expected)?, printed);
    Ok(())
}
