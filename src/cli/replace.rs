use std::{
    fs::{self, File, Metadata, OpenOptions},
    io::{self, Write},
    path::Path,
};

use tempfile::NamedTempFile;

/// Writes a file beside `path` and moves it there, so that nobody ever reads half a file: `path` is as it was, or
/// as it is to be, whatever happens. Of a file that is there the permissions and the owner stay, and of a link the
/// link: its target is replaced.
///
/// # Errors
///
/// What the system says; if the file may not be written to.
pub(super) fn replace(
    path: &Path,
    write: impl FnOnce(&mut File) -> io::Result<()>,
) -> io::Result<()> {
    replace_if(path, write, || Ok(()))
}

/// The same, if `still` says at the very last that it may be done.
///
/// # Errors
///
/// What the system and `still` say; if the file may not be written to.
pub(super) fn replace_if(
    path: &Path,
    write: impl FnOnce(&mut File) -> io::Result<()>,
    still: impl FnOnce() -> io::Result<()>,
) -> io::Result<()> {
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let folder = path.parent().filter(|folder| *folder != Path::new(""));
    let there = match OpenOptions::new().append(true).open(&path) {
        // Who may not write a file may be able to replace it all the same: that is not what was asked for.
        Ok(file) => Some(file.metadata()?),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    let mut beside = new_file(folder.unwrap_or_else(|| Path::new(".")), there.as_ref())?;
    write(beside.as_file_mut())?;
    beside.as_file_mut().flush()?;
    if let Some(metadata) = &there {
        keep_owner(beside.as_file(), metadata)?;
        beside.as_file().set_permissions(metadata.permissions())?;
    }
    // A crash right after the move must not leave an empty file.
    beside.as_file().sync_all()?;
    still()?;
    beside.persist(&path).map_err(|error| error.error)?;
    Ok(())
}

/// Writes a file that is not there yet, whole or not at all.
///
/// # Errors
///
/// What the system says; [`io::ErrorKind::AlreadyExists`] if it is there.
pub(super) fn create(path: &Path, text: &str) -> io::Result<()> {
    let folder = path.parent().filter(|folder| *folder != Path::new(""));
    let mut beside = new_file(folder.unwrap_or_else(|| Path::new(".")), None)?;
    beside.as_file_mut().write_all(text.as_bytes())?;
    beside.as_file().sync_all()?;
    beside
        .persist_noclobber(path)
        .map_err(|error| error.error)?;
    Ok(())
}

/// Nobody else reads it before it is what it replaces; a file that replaces nothing is open to whom the umask allows.
fn new_file(folder: &Path, there: Option<&Metadata>) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".podwright-");
    #[cfg(unix)]
    if there.is_none() {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    #[cfg(not(unix))]
    let _ = there;
    builder.tempfile_in(folder)
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
