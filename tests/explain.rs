//! What `podwright explain` prints: the first line of each `explain*.txt` below `fixtures/workspaces` is the command, the
//! rest what it prints.
//!
//! `PODWRIGHT_BLESS=1` writes what is printed now.

use std::path::Path;
use std::process::Command;

datatest_stable::harness! {
    { test = golden, root = "fixtures/workspaces", pattern = r"explain[^/]*\.txt$" },
    { test = picture, root = "docs", pattern = r"\.svg$" },
    { test = page, root = "docs", pattern = r"\.md$" },
}

/// `docs/NAME.svg` is how the Pods of `fixtures/workspaces/NAME` end.
fn picture(path: &Path) -> datatest_stable::Result<()> {
    let name = path
        .file_stem()
        .and_then(|name| name.to_str())
        .ok_or("no name")?;
    let output = Command::new(env!("CARGO_BIN_EXE_podwright"))
        .args(["explain", "--format", "svg"])
        .arg(format!("fixtures/workspaces/{name}"))
        .output()?;
    let drawn = String::from_utf8(output.stdout)?;
    if std::env::var_os("PODWRIGHT_BLESS").is_some() {
        std::fs::write(path, &drawn)?;
    }
    similar_asserts::assert_eq!(std::fs::read_to_string(path)?, drawn);
    Ok(())
}

/// What a page shows of `explain` in a fence `text explain=NAME` stands in `fixtures/workspaces/NAME/explain.txt`.
fn page(path: &Path) -> datatest_stable::Result<()> {
    let page = std::fs::read_to_string(path)?;
    for part in page.split("```text explain=").skip(1) {
        let (name, rest) = part.split_once('\n').ok_or("no name")?;
        let (shown, _) = rest.split_once("\n```").ok_or("no end")?;
        let true_text = std::fs::read_to_string(format!("fixtures/workspaces/{name}/explain.txt"))?;
        assert!(
            true_text.contains(shown),
            "{} is not what `explain` prints:\n{shown}",
            path.display()
        );
    }
    Ok(())
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
