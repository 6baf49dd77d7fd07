//! Reads files so that nothing blocks and nothing is read without end.

use std::{
    fs::{self, File, FileType, OpenOptions},
    io::{self, Read, Seek},
    path::Path,
};

/// Maximum file size in bytes (exclusive). Larger files are rejected, except for dumps of clusters.
pub const TOO_LARGE: u64 = 512 << 20;

/// Maximum size of a dump in bytes (exclusive). Offsets have 32 bits.
const TOO_LARGE_DUMP: u64 = u32::MAX as u64;

/// Number of bytes in which a dump says that it is one.
const HEAD: usize = 64 << 10;

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
        return read_stream(File::open(path)?, false);
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
    let (file, size) = open(path)?;
    match size >= limit {
        true => Err(too_large(limit)),
        false => read_size(file, size),
    }
}

/// Reads a file that the user named: as [`read_path`], but a dump of a cluster may be larger.
pub(super) fn read_named(path: &Path) -> io::Result<Vec<u8>> {
    if is_open(path) {
        return read_stream(File::open(path)?, true);
    }
    must_be_regular(fs::metadata(path)?.file_type())?;
    read_listed(path)
}

/// Reads a file that a listing of its directory calls a regular file, so it is not looked at before it is opened.
pub(super) fn read_listed(path: &Path) -> io::Result<Vec<u8>> {
    let (mut file, size) = open(path)?;
    if size >= TOO_LARGE {
        let mut head = vec![0; HEAD];
        file.read_exact(&mut head)?;
        if !is_dump(&head) {
            return Err(too_large(TOO_LARGE));
        }
        file.rewind()?;
    }
    match size >= TOO_LARGE_DUMP {
        true => Err(too_large(TOO_LARGE_DUMP)),
        false => read_size(file, size),
    }
}

/// Opens a regular file. Returns its size, too.
fn open(path: &Path) -> io::Result<(File, u64)> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.custom_flags(O_NONBLOCK);
    }
    let file = options.open(path)?;
    let metadata = file.metadata()?;
    must_be_regular(metadata.file_type())?;
    Ok((file, metadata.len()))
}

/// Reads `size` bytes, or fewer if there are fewer, without asking the system whether there are more: what is appended
/// meanwhile is for the next run.
fn read_size(file: File, size: u64) -> io::Result<Vec<u8>> {
    if size == 0 {
        // Files of the kernel have no size.
        return read_stream(file, false);
    }
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or(0));
    file.take(size).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Reads everything.
///
/// # Errors
///
/// Returns the I/O error, or an error if `source` has [`TOO_LARGE`] bytes or more and is not a dump of a cluster, or if
/// `may_be_dump` is not set.
pub(super) fn read_stream(source: impl Read, may_be_dump: bool) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut source = source.take(TOO_LARGE_DUMP);
    let mut limit = TOO_LARGE;
    let mut read = source.by_ref().take(limit - 1).read_to_end(&mut bytes)?;
    // Pushing one more byte would double the capacity.
    let mut next = [0];
    let mut has_more = source.read(&mut next)? > 0;
    if has_more && may_be_dump && is_dump(&bytes[..read.min(HEAD)]) {
        limit = TOO_LARGE_DUMP;
        bytes.push(next[0]);
        read = source
            .by_ref()
            .take(limit - 1 - bytes.len() as u64)
            .read_to_end(&mut bytes)?;
        has_more = read > 0 && source.read(&mut next)? > 0;
    }
    match has_more {
        true => Err(too_large(limit)),
        false => Ok(bytes),
    }
}

/// Whether a large file starts like one with many objects.
fn is_dump(head: &[u8]) -> bool {
    memchr::memmem::find(head, b"apiVersion").is_some()
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
