//! Output of `podwright explain`: the first line of each `explain*.txt` below `fixtures/workspaces` is the command,
//! the rest is its output.
//!
//! `PODWRIGHT_BLESS=1` updates the output.

use std::path::Path;
use std::process::Command;

use crate::files::{Result, for_each_file};

#[test]
fn explain_prints_what_is_expected() {
    for_each_file("fixtures/workspaces", r"explain[^/]*\.txt$", golden);
}

#[test]
fn pictures_in_the_docs_are_up_to_date() {
    for_each_file("docs/src/images", r"shutdown\.svg$", picture);
}

#[test]
fn explanations_in_the_docs_are_up_to_date() {
    for_each_file("docs/src", r"\.md$", page);
}

/// `docs/src/images/NAME.svg` shows the shutdown of the Pods in `fixtures/workspaces/NAME`.
fn picture(path: &Path) -> Result {
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

/// The content of a fence `text explain=NAME` in a page is part of `fixtures/workspaces/NAME/explain.txt`.
fn page(path: &Path) -> Result {
    let page = std::fs::read_to_string(path)?;
    for part in page.split("```text explain=").skip(1) {
        let (name, rest) = part.split_once('\n').ok_or("no name")?;
        let (shown, _) = rest.split_once("\n```").ok_or("no end")?;
        let true_text = std::fs::read_to_string(format!("fixtures/workspaces/{name}/explain.txt"))?;
        assert!(
            true_text.contains(shown),
            "{} differs from the output of `explain`:\n{shown}",
            path.display()
        );
    }
    Ok(())
}

/// The password in all fixtures, which no output may contain.
const SECRET: &str = "hunter2";

fn golden(path: &Path) -> Result {
    let directory = path.parent().ok_or("no directory")?;
    let written = std::fs::read_to_string(path)?;
    let command = written.lines().next().ok_or("no command")?;
    let arguments = command
        .strip_prefix("$ podwright ")
        .ok_or("no command in the first line")?;
    let run = |more: &[&str]| -> Result<String> {
        let output = Command::new(env!("CARGO_BIN_EXE_podwright"))
            .args(arguments.split(' '))
            .args(more)
            .current_dir(directory)
            .output()?;
        assert!(
            !String::from_utf8_lossy(&output.stderr).contains(SECRET),
            "the output contains a credential"
        );
        let printed = String::from_utf8(output.stdout)?;
        assert!(
            !printed.contains(SECRET),
            "the output contains a credential"
        );
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
