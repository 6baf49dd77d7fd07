//! Code generation. The tests call it too, to find out what is stale.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a developer tool may panic"
)]

pub mod accuracy;
pub mod api_table;
pub mod book;
pub mod conformance;
pub mod docs;
pub mod links;
pub mod operators;
pub mod picture;
pub mod resources;
pub mod rule_index;
pub mod rule_page;
pub mod statements;

use std::error::Error;
use std::path::{Path, PathBuf};
use std::{fs, io};

/// Result of a step of code generation.
pub type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// A file that is generated as a whole or in part.
pub struct Generated {
    /// Path relative to the root of the repository.
    pub path: PathBuf,
    /// The up-to-date content.
    pub content: String,
}

impl Generated {
    fn new(path: impl Into<PathBuf>, content: String) -> Self {
        Self {
            path: path.into(),
            content,
        }
    }

    /// Writes the file if its content differs, and returns whether it does.
    ///
    /// # Errors
    ///
    /// Returns an error if the file cannot be written.
    pub fn write(&self) -> io::Result<bool> {
        let path = root().join(&self.path);
        let is_stale = fs::read_to_string(&path).ok().as_ref() != Some(&self.content);
        if is_stale {
            fs::write(path, &self.content)?;
        }
        Ok(is_stale)
    }
}

/// Root of the repository.
#[must_use]
pub fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

/// JSON Schema of the configuration.
///
/// # Errors
///
/// Returns an error if the schema cannot be serialized.
pub fn configuration_schema() -> Result<Generated> {
    let schema = serde_json::to_string_pretty(&podwright_lint::config::schema())? + "\n";
    Ok(Generated::new(
        "editors/schema/podwright.schema.json",
        schema,
    ))
}
