//! Folders as users have them: what the command prints for each is in its `expected.txt`.
//!
//! `PODWRIGHT_BLESS=1` writes what is printed now.

use std::path::Path;
use std::process::Command;

datatest_stable::harness! {
    { test = workspace, root = "fixtures/workspaces", pattern = r"expected\.txt$" },
}

fn workspace(expected: &Path) -> datatest_stable::Result<()> {
    let folder = expected.parent().ok_or("no folder")?;
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
