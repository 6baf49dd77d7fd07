use std::{
    fs::{self, File, Metadata, OpenOptions},
    io::{self, Write},
    path::Path,
};

use tempfile::NamedTempFile;

/// Writes a temporary file next to `path` and renames it, so that readers never see a partial file: `path` has either
/// the old or the new content. Permissions and owner of an existing file are kept. If `path` is a symbolic link, its
/// target is replaced.
///
/// # Errors
///
/// Returns the I/O error of the system, also if the existing file is not writable.
pub(super) fn replace(
    path: &Path,
    write: impl FnOnce(&mut File) -> io::Result<()>,
) -> io::Result<()> {
    replace_if(path, write, || Ok(()))
}

/// Like [`replace`], but calls `still` immediately before the rename and stops if it fails.
///
/// # Errors
///
/// Returns the error of `still` or the I/O error of the system, also if the existing file is not writable.
pub(super) fn replace_if(
    path: &Path,
    write: impl FnOnce(&mut File) -> io::Result<()>,
    still: impl FnOnce() -> io::Result<()>,
) -> io::Result<()> {
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let directory = path
        .parent()
        .filter(|directory| *directory != Path::new(""));
    let there = match OpenOptions::new().append(true).open(&path) {
        // A user who may not write to the file may be able to replace it. That would bypass its permissions.
        Ok(file) => Some(file.metadata()?),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    let mut beside = new_file(directory.unwrap_or_else(|| Path::new(".")), there.as_ref())?;
    write(beside.as_file_mut())?;
    beside.as_file_mut().flush()?;
    if let Some(metadata) = &there {
        keep_owner(beside.as_file(), metadata)?;
        beside.as_file().set_permissions(metadata.permissions())?;
    }
    // A crash right after the rename must not leave an empty file.
    beside.as_file().sync_all()?;
    still()?;
    beside.persist(&path).map_err(|error| error.error)?;
    Ok(())
}

/// Creates a new file atomically.
///
/// # Errors
///
/// Returns [`io::ErrorKind::AlreadyExists`] if the file exists, or another I/O error of the system.
pub(super) fn create(path: &Path, text: &str) -> io::Result<()> {
    let directory = path
        .parent()
        .filter(|directory| *directory != Path::new(""));
    let mut beside = new_file(directory.unwrap_or_else(|| Path::new(".")), None)?;
    beside.as_file_mut().write_all(text.as_bytes())?;
    beside.as_file().sync_all()?;
    beside
        .persist_noclobber(path)
        .map_err(|error| error.error)?;
    Ok(())
}

/// Creates the temporary file. It is private if it replaces a file; otherwise the umask determines its permissions.
fn new_file(directory: &Path, there: Option<&Metadata>) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".podwright-");
    #[cfg(unix)]
    if there.is_none() {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    #[cfg(not(unix))]
    let _ = there;
    builder.tempfile_in(directory)
}

#[cfg(unix)]
fn keep_owner(file: &File, there: &Metadata) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, fchown};
    let own = file.metadata()?;
    if (own.uid(), own.gid()) == (there.uid(), there.gid()) {
        return Ok(());
    }
    fchown(file, Some(there.uid()), Some(there.gid()))
}

#[cfg(not(unix))]
fn keep_owner(_: &File, _: &Metadata) -> io::Result<()> {
    Ok(())
}
