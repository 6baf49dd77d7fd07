//! The table of the Kubernetes API, made of the OpenAPI definitions.

mod build;
mod read;

use std::error::Error;
use std::path::Path;

/// Makes the bytes of the table from a directory of definitions, one `v1.NN.0.json` for each release.
///
/// # Errors
///
/// If a definition cannot be read, or is of an unknown format.
pub fn table(directory: &Path) -> Result<Vec<u8>, Box<dyn Error>> {
    build::table(&read::releases(directory)?)
}
