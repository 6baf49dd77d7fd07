//! Generated files are up to date.

use std::fs;
use std::path::Path;

use xtask::{Generated, Result, configuration_schema, picture, root, rule_page};

const COMMAND: &str = "cargo xtask codegen";

/// Returns the text of a file in the repository, or an empty string if there is none.
pub(crate) fn read(path: impl AsRef<Path>) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_default()
}

/// Asserts that files have the content that the command would write.
pub(crate) fn assert_current(files: &[Generated], command: &str) {
    for file in files {
        similar_asserts::assert_eq!(
            read(&file.path),
            file.content,
            "{} is stale: run `{command}`",
            file.path.display()
        );
    }
}

fn podwright() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_podwright"))
}

#[test]
fn configuration_schema_is_up_to_date() -> Result<()> {
    assert_current(&[configuration_schema()?], COMMAND);
    Ok(())
}

#[test]
fn rule_pages_are_up_to_date() -> Result<()> {
    assert_current(&rule_page::pages()?, COMMAND);
    Ok(())
}

#[cfg(unix)]
#[test]
fn documentation_is_up_to_date() -> Result<()> {
    assert_current(&xtask::docs::pages(podwright())?, COMMAND);
    Ok(())
}

#[test]
fn pictures_are_up_to_date() -> Result<()> {
    assert_current(&picture::pictures(podwright())?, COMMAND);
    Ok(())
}
