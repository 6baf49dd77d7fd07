//! The files on the disk, as renders read them.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use podwright_render::{Files, Found, SourceFile};

use crate::discover;

/// The files on the disk.
#[derive(Clone, Copy, Debug, Default)]
pub struct Disk;

impl Files for Disk {
    fn find(&self, path: &Path) -> Option<Found> {
        let real = fs::canonicalize(path).ok()?;
        Some(match real.is_dir() {
            true => Found::Directory(real),
            false => Found::File(real),
        })
    }

    fn read(&self, path: &Path) -> Result<Arc<SourceFile>, String> {
        let found = discover::Found::at(path.to_owned(), String::new());
        let bytes = discover::read(&found).map_err(|error| error.to_string())?;
        Ok(Arc::new(SourceFile::new(path.to_owned(), bytes)))
    }
}
