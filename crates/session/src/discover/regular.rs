//! Reads files so that nothing blocks and nothing is read without end.

use std::{
    fs::{self, File, FileType, OpenOptions},
    io::{self, Read},
    path::Path,
};

/// Maximum file size in bytes (exclusive). Larger files are rejected: no manifest is that large.
pub const TOO_LARGE: u64 = 512 << 20;

/// Reads the whole regular file at `path`.
///
/// `/dev/stdin`, `/dev/fd/N` and `/proc/self/fd/N` are read whatever they lead to: the shell has opened them, and
/// `<(command)` is such a path. `/dev/null` is an empty file.
///
/// # Errors
///
/// Returns the I/O error, or an error if the file is larger than [`TOO_LARGE`], or if it is a named pipe, a socket or a
/// device.
pub fn read_path(path: &Path) -> io::Result<Vec<u8>> {
    if is_open(path) {
        return read_limited(File::open(path)?);
    }
    read_regular(path, TOO_LARGE)
}

/// Reads a regular file smaller than `limit` bytes, at most [`TOO_LARGE`].
///
/// # Errors
///
/// Returns the I/O error, or an error if the file is not a regular file or is too large.
pub(crate) fn read_regular(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    // Opening a device can change its state.
    must_be_regular(fs::metadata(path)?.file_type())?;
    read_listed(path, limit)
}

/// Reads as [`read_regular`], but without looking at the file before it is opened: a listing of its directory says that
/// it is a regular file.
pub(super) fn read_listed(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.custom_flags(O_NONBLOCK);
    }
    let file = options.open(path)?;
    // The path may lead to another file by now.
    let metadata = file.metadata()?;
    must_be_regular(metadata.file_type())?;
    if metadata.len() >= limit {
        return Err(too_large(limit));
    }
    match metadata.len() {
        // Files of the kernel have no size.
        0 => read_limited(file),
        // What is appended meanwhile is for the next run.
        size => read_size(file, size),
    }
}

/// Reads `size` bytes, or fewer if there are fewer, without asking the system whether there are more.
fn read_size(file: File, size: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or(0));
    file.take(size).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Reads everything.
///
/// # Errors
///
/// Returns the I/O error, or an error if `source` has [`TOO_LARGE`] bytes or more.
pub(super) fn read_limited(source: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut source = source.take(TOO_LARGE);
    source
        .by_ref()
        .take(TOO_LARGE - 1)
        .read_to_end(&mut bytes)?;
    // Pushing one more byte would double the capacity.
    match source.read(&mut [0])? > 0 {
        true => Err(too_large(TOO_LARGE)),
        false => Ok(bytes),
    }
}

fn too_large(limit: u64) -> io::Error {
    io::Error::other(match limit >> 20 {
        0 => format!("larger than {} KiB", limit >> 10),
        mebibytes => format!("larger than {mebibytes} MiB"),
    })
}

fn must_be_regular(kind: FileType) -> io::Result<()> {
    match kind {
        // Reading it fails with a better error.
        kind if kind.is_file() || kind.is_dir() => Ok(()),
        kind => Err(io::Error::other(not_regular(kind))),
    }
}

/// Whether the path names a file that the process has opened already, or one that cannot block.
fn is_open(path: &Path) -> bool {
    cfg!(unix)
        && (["/dev/stdin", "/dev/null"]
            .iter()
            .any(|own| path == Path::new(own))
            || ["/dev/fd", "/proc/self/fd"]
                .iter()
                .any(|own| path.starts_with(own)))
}

/// Whether the path is a destination that is written in place: an open file, the terminal, or `/dev/null`.
#[must_use]
pub fn is_written_in_place(path: &Path) -> bool {
    let own = ["/dev/stdout", "/dev/stderr", "/dev/tty"];
    is_open(path) || (cfg!(unix) && own.iter().any(|own| path == Path::new(own)))
}

/// Says what a file is that is not a regular file.
#[must_use]
pub fn not_regular(kind: FileType) -> String {
    format!("{}, not a regular file", kind_name(kind))
}

fn kind_name(kind: FileType) -> &'static str {
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt;
        if kind.is_fifo() {
            return "a named pipe";
        }
        if kind.is_socket() {
            return "a socket";
        }
        if kind.is_block_device() || kind.is_char_device() {
            return "a device";
        }
    }
    if kind.is_symlink() {
        "a link"
    } else {
        "special"
    }
}

/// Flag with which opening a named pipe does not wait for a writer. Regular files ignore it.
#[cfg(unix)]
const O_NONBLOCK: i32 = if cfg!(any(target_os = "linux", target_os = "android")) {
    0o4000
} else {
    4
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn open_files_are_told_by_their_paths() {
        for path in ["/dev/stdin", "/dev/fd/63", "/proc/self/fd/0", "/dev/null"] {
            assert!(is_open(Path::new(path)) == cfg!(unix), "{path}");
        }
        for path in ["/dev/zero", "/dev/fdx", "dev/fd/0", "/proc/1/fd/0", "-"] {
            assert!(!is_open(Path::new(path)), "{path}");
        }
        assert!(!is_written_in_place(Path::new("/dev/full")));
    }

    #[test]
    fn a_file_below_the_limit_is_read() {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), "12345678").unwrap();
        assert_eq!(read_regular(file.path(), 9).unwrap(), b"12345678");
        let error = read_regular(file.path(), 8).unwrap_err();
        assert_eq!(error.to_string(), "larger than 0 KiB");
        assert_eq!(too_large(1 << 20).to_string(), "larger than 1 MiB");
    }
}
