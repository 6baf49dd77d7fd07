use std::{
    fs::{self, File, Metadata, OpenOptions},
    io::{self, Write},
    path::Path,
};

use tempfile::NamedTempFile;

/// Beginning and end of the names of temporary files.
const PREFIX: &str = ".podwright-";
const SUFFIX: &str = ".tmp";

/// Maximum number of attempts to create a temporary file.
const MAX_ATTEMPTS: usize = 8;

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
    let there = match OpenOptions::new().append(true).open(&path) {
        // A user who may not write to the file may be able to replace it. That would bypass its permissions.
        Ok(file) => Some(file.metadata()?),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    let mut beside = new_file(directory_of(&path), there.as_ref())?;
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
    let mut beside = new_file(directory_of(path), None)?;
    beside.as_file_mut().write_all(text.as_bytes())?;
    beside.as_file().sync_all()?;
    beside
        .persist_noclobber(path)
        .map_err(|error| error.error)?;
    Ok(())
}

/// Removes the temporary files of runs that were killed. A file of a run that is still going on is locked.
pub(super) fn remove_remains(directory: &Path) {
    let entries = fs::read_dir(directory).into_iter().flatten().flatten();
    for entry in entries {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let inner = name.strip_prefix(PREFIX);
        let inner = inner.and_then(|name| name.strip_suffix(SUFFIX));
        let is_own = inner.is_some_and(|inner| inner.bytes().all(|c| c.is_ascii_alphanumeric()));
        if !is_own || !entry.file_type().is_ok_and(|kind| kind.is_file()) {
            continue;
        }
        // What cannot be removed is left for the next run.
        if let Ok(file) = File::open(entry.path())
            && file.try_lock().is_ok()
        {
            let _ = fs::remove_file(entry.path());
        }
    }
}

fn directory_of(path: &Path) -> &Path {
    let parent = path.parent();
    let parent = parent.filter(|directory| *directory != Path::new(""));
    parent.unwrap_or_else(|| Path::new("."))
}

/// Creates a temporary file and locks it, after those of killed runs are removed. It is private if it replaces a file;
/// otherwise the umask determines its permissions.
fn new_file(directory: &Path, there: Option<&Metadata>) -> io::Result<NamedTempFile> {
    remove_remains(directory);
    let mut builder = tempfile::Builder::new();
    builder.prefix(PREFIX).suffix(SUFFIX);
    #[cfg(unix)]
    if there.is_none() {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    #[cfg(not(unix))]
    let _ = there;
    for _ in 0..MAX_ATTEMPTS {
        let beside = builder.tempfile_in(directory)?;
        // Some file systems have no locks. Another run may then remove the file, which is an error here.
        let _ = beside.as_file().lock();
        // Another run may have removed the file before it was locked.
        if beside.path().exists() {
            return Ok(beside);
        }
    }
    Err(io::Error::other("another program removes temporary files"))
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
