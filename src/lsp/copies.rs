//! Documents that the server makes for clients that only open files.

use std::fs;
use std::io;
use std::path::Path;

use lsp_types::Uri;
use tempfile::TempDir;

/// Read-only files in a temporary directory, which is removed when the server ends.
#[derive(Debug, Default)]
pub(super) struct Copies {
    directory: Option<TempDir>,
}

impl Copies {
    /// Writes a document and returns its URI. A later document of the same name replaces it.
    pub(super) fn write(&mut self, name: &str, text: &str) -> io::Result<Uri> {
        let directory = match self.directory.take() {
            Some(directory) => directory,
            None => tempfile::Builder::new().prefix("podwright-").tempdir()?,
        };
        let root = directory.path().canonicalize();
        self.directory = Some(directory);
        let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
        let plain = |c: char| if is_plain(c) { c } else { '-' };
        let name: String = name.chars().map(plain).collect();
        let path = root?.join(format!("{}.yaml", name.trim_matches(['-', '.'])));
        // An earlier document is read-only.
        if path.exists() {
            fs::remove_file(&path)?;
        }
        fs::write(&path, text)?;
        let mut permissions = fs::metadata(&path)?.permissions();
        permissions.set_readonly(true);
        fs::set_permissions(&path, permissions)?;
        Uri::from_file_path(&path).map_err(|()| io::Error::other("the path has no URI"))
    }

    /// Whether the server wrote the file.
    pub(super) fn has(&self, path: &Path) -> bool {
        let root = self.directory.as_ref();
        root.and_then(|root| root.path().canonicalize().ok())
            .is_some_and(|root| path.starts_with(root))
    }
}
