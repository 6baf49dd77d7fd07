//! What `podwright explain` prints: the first line of each `explain*.txt` below `fixtures/workspaces` is the command, the
//! rest what it prints.
//!
//! `PODWRIGHT_BLESS=1` writes what is printed now.

use std::path::Path;
use std::process::Command;

datatest_stable::harness! {
    { test = golden, root = "fixtures/workspaces", pattern = r"explain[^/]*\.txt$" },
}

/// What no output may hold: the fixtures have it in every password.
const SECRET: &str = "hunter2";

fn golden(path: &Path) -> datatest_stable::Result<()> {
    let folder = path.parent().ok_or("no folder")?;
    let written = std::fs::read_to_string(path)?;
    let command = written.lines().next().ok_or("no command")?;
    let arguments = command
        .strip_prefix("$ podwright ")
        .ok_or("no command in the first line")?;
    let run = |more: &[&str]| -> datatest_stable::Result<String> {
        let output = Command::new(env!("CARGO_BIN_EXE_podwright"))
            .args(arguments.split(' '))
            .args(more)
            .current_dir(folder)
            .output()?;
        assert!(
            !String::from_utf8_lossy(&output.stderr).contains(SECRET),
            "a credential is shown"
        );
        let printed = String::from_utf8(output.stdout)?;
        assert!(!printed.contains(SECRET), "a credential is shown");
        Ok(printed)
    };
    let printed = format!("{command}\n{}", run(&[])?);
    let json: serde_json::Value = serde_json::from_str(&run(&["--format", "json"])?)?;
    assert_eq!(json["version"], 1);
    if std::env::var_os("PODWRIGHT_BLESS").is_some() {
        std::fs::write(path, &printed)?;
    }
    similar_asserts::assert_eq!(written, printed);
    Ok(())
}
