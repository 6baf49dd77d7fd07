//! Reads the list of tracked files from the index of a git repository, without git.
//!
//! Format: `Documentation/gitformat-index.adoc` of git, versions 2 to 4. Of an entry only the path is of interest.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use crate::discover::read_regular;
use crate::ignore_file::Refused;

/// Maximum size of an index in bytes. That of the largest public repositories is a third of this.
const MAX_SIZE: u64 = 256 << 20;

/// Maximum size in bytes of `.git`, `commondir` and the configuration of a repository.
const MAX_SMALL_SIZE: u64 = 1 << 20;

/// Paths that git tracks in the work tree `top`, relative to it. Empty if it is not a work tree, or has no index.
///
/// # Errors
///
/// Returns [`Refused`] if the index is not a regular file, exceeds [`MAX_SIZE`], or has another format.
pub(crate) fn tracked_files(top: &Path) -> Result<Vec<PathBuf>, Refused> {
    let Some(directory) = git_directory(top) else {
        return Ok(Vec::new());
    };
    let hash = hash_length(&directory);
    let Some(index) = read_index(directory.join("index"), hash)? else {
        return Ok(Vec::new());
    };
    let mut paths = index.paths;
    if let Some(shared) = index.shared {
        // The index lists the difference to a shared one. A file that it removes is rarely still there.
        let shared = directory.join(format!("sharedindex.{shared}"));
        paths.extend(read_index(shared, hash)?.unwrap_or_default().paths);
    }
    Ok(paths.iter().filter_map(|path| to_path(path)).collect())
}

/// Reads an index; `None` if there is none.
fn read_index(file: PathBuf, hash: usize) -> Result<Option<Index>, Refused> {
    let why = match read_regular(&file, MAX_SIZE) {
        Ok(bytes) => match Index::parse(&bytes, hash) {
            Some(index) => return Ok(Some(index)),
            None => "not an index of git in version 2, 3, or 4".to_owned(),
        },
        Err(error) => match error.kind() {
            io::ErrorKind::NotFound
            | io::ErrorKind::IsADirectory
            | io::ErrorKind::NotADirectory => return Ok(None),
            _ => error.to_string(),
        },
    };
    let why = format!(
        "{why}, so files that an ignore file matches are not checked, even if git tracks them"
    );
    Err(Refused { file, why })
}

/// Directory with the index: `.git`, or the directory that the file `.git` of a worktree or submodule names.
fn git_directory(top: &Path) -> Option<PathBuf> {
    let git = top.join(".git");
    let metadata = fs::metadata(&git).ok()?;
    if metadata.is_dir() {
        return Some(git);
    }
    let text = read_text(&git)?;
    let named = text.strip_prefix("gitdir:")?.trim();
    Some(top.join(named))
}

/// Path of the file in which a repository lists what it ignores in addition to `.gitignore`.
pub(crate) fn exclude_file(top: &Path) -> Option<PathBuf> {
    let directory = git_directory(top)?;
    Some(common_directory(&directory).join("info/exclude"))
}

/// Directory that the work trees of a repository share.
fn common_directory(directory: &Path) -> PathBuf {
    let common = read_text(&directory.join("commondir"));
    common.map_or(directory.to_owned(), |path| directory.join(path.trim()))
}

/// Reads one of git's small files.
fn read_text(path: &Path) -> Option<String> {
    String::from_utf8(read_regular(path, MAX_SMALL_SIZE).ok()?).ok()
}

/// Length in bytes of an object name: SHA-1, or SHA-256 if the configuration of the repository says so.
fn hash_length(directory: &Path) -> usize {
    let config = read_text(&common_directory(directory).join("config")).unwrap_or_default();
    let is_sha256 = config.lines().any(|line| {
        let (key, value) = line.split_once('=').unwrap_or_default();
        key.trim().eq_ignore_ascii_case("objectformat") && value.trim() == "sha256"
    });
    if is_sha256 { 32 } else { 20 }
}

#[derive(Debug, Default)]
struct Index {
    paths: Vec<Vec<u8>>,
    /// Object name of the shared index that this one is based on.
    shared: Option<String>,
}

/// Bytes of an entry before the object name: times, device, inode, mode, owner, and size.
const STAT_LENGTH: usize = 40;
/// Type of a file and of a symbolic link in the mode; a submodule or a sparse directory has another.
const TYPE_MASK: u32 = 0o170_000;
const REGULAR_FILE: u32 = 0o100_000;
const SYMBOLIC_LINK: u32 = 0o120_000;
/// Flag of an entry that has two more bytes of flags, in version 3 and later.
const IS_EXTENDED: u16 = 0x4000;

impl Index {
    fn parse(bytes: &[u8], hash: usize) -> Option<Self> {
        let mut reader = Reader { bytes, at: 0 };
        if reader.take(4)? != b"DIRC" {
            return None;
        }
        let version = reader.number()?;
        if !(2..=4).contains(&version) {
            return None;
        }
        let count = reader.number()?;
        let mut index = Self::default();
        let mut path = Vec::new();
        for _ in 0..count {
            let start = reader.at;
            let stat = reader.take(STAT_LENGTH)?;
            let mode = u32::from_be_bytes(stat[24..28].try_into().ok()?);
            reader.take(hash)?;
            let flags = u16::from_be_bytes(reader.take(2)?.try_into().ok()?);
            if version >= 3 && flags & IS_EXTENDED != 0 {
                reader.take(2)?;
            }
            if version == 4 {
                let kept = path.len().checked_sub(reader.varint()?)?;
                path.truncate(kept);
                path.extend_from_slice(reader.until_zero()?);
            } else {
                path.clear();
                path.extend_from_slice(reader.until_zero()?);
                // One to eight zeros make the length of the entry a multiple of eight.
                let length = reader.at - 1 - start;
                reader.at = start + (length + 8) / 8 * 8;
            }
            let is_file = matches!(mode & TYPE_MASK, REGULAR_FILE | SYMBOLIC_LINK);
            // An entry of a split index that replaces one of the shared index has no name.
            if is_file && !path.is_empty() {
                index.paths.push(path.clone());
            }
        }
        index.shared = reader.shared_index(hash);
        Some(index)
    }
}

struct Reader<'b> {
    bytes: &'b [u8],
    at: usize,
}

impl<'b> Reader<'b> {
    fn take(&mut self, length: usize) -> Option<&'b [u8]> {
        let end = self.at.checked_add(length)?;
        let taken = self.bytes.get(self.at..end)?;
        self.at = end;
        Some(taken)
    }

    fn number(&mut self) -> Option<u32> {
        Some(u32::from_be_bytes(self.take(4)?.try_into().ok()?))
    }

    /// Bytes before the next zero, which is consumed.
    fn until_zero(&mut self) -> Option<&'b [u8]> {
        let length = memchr::memchr(0, self.bytes.get(self.at..)?)?;
        let taken = self.take(length)?;
        self.at += 1;
        Some(taken)
    }

    /// Number in the encoding of pack offsets: seven bits per byte, each further byte adds one.
    fn varint(&mut self) -> Option<usize> {
        let mut byte = *self.take(1)?.first()?;
        let mut value = usize::from(byte & 0x7f);
        while byte & 0x80 != 0 {
            byte = *self.take(1)?.first()?;
            value = value.checked_add(1)?.checked_mul(128)? + usize::from(byte & 0x7f);
        }
        Some(value)
    }

    /// Object name in the extension `link`, if there is one among the extensions after the entries.
    fn shared_index(&mut self, hash: usize) -> Option<String> {
        loop {
            let name = self.take(4)?;
            let length = usize::try_from(self.number()?).ok()?;
            let content = self.take(length)?;
            if name == b"link" {
                let object = content.get(..hash)?;
                let is_used = object.iter().any(|byte| *byte != 0);
                return is_used.then(|| object.iter().map(|byte| format!("{byte:02x}")).collect());
            }
        }
    }
}

#[cfg(unix)]
#[expect(
    clippy::unnecessary_wraps,
    reason = "not every path exists on other systems"
)]
fn to_path(bytes: &[u8]) -> Option<PathBuf> {
    use std::os::unix::ffi::OsStrExt;
    Some(PathBuf::from(std::ffi::OsStr::from_bytes(bytes)))
}

#[cfg(not(unix))]
fn to_path(bytes: &[u8]) -> Option<PathBuf> {
    std::str::from_utf8(bytes).ok().map(PathBuf::from)
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    /// Repository with some tracked files, and what git says of them after `commands`.
    fn compare(init: &[&str], commands: &[&[&str]]) {
        let directory = tempfile::TempDir::new().unwrap();
        let git = |arguments: &[&str]| {
            let output = Command::new("git")
                .arg("-C")
                .arg(directory.path())
                .args(["-c", "user.name=x", "-c", "user.email=x@example.com"])
                .args(arguments)
                .output()
                .unwrap();
            assert!(output.status.success(), "{output:?}");
            output.stdout
        };
        git(&[&["init", "-q"], init].concat());
        let names = [
            "a.yaml",
            "deep/er/b.yaml",
            "deep/er/bc.yaml",
            "deep/x",
            "z1234567",
        ];
        for name in names {
            let path = directory.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, name).unwrap();
        }
        git(&["add", "."]);
        for command in commands {
            git(command);
        }
        let listed = git(&["ls-files", "-z"]);
        let listed = listed
            .split(|byte| *byte == 0)
            .filter(|path| !path.is_empty());
        let listed: Vec<PathBuf> = listed.filter_map(to_path).collect();
        let mut tracked = tracked_files(directory.path()).unwrap();
        tracked.sort_unstable();
        assert_eq!(tracked, listed, "{commands:?}");
        assert!(!tracked.is_empty());
    }

    #[test]
    fn lists_what_git_lists() {
        compare(&[], &[]);
        compare(&["--object-format=sha256"], &[]);
        for version in ["2", "3", "4"] {
            compare(&[], &[&["update-index", "--index-version", version]]);
        }
        compare(
            &[],
            &[
                &["rm", "-q", "--cached", "deep/x"],
                &["add", "-N", "deep/x"],
            ],
        );
        compare(&[], &[&["update-index", "--split-index"]]);
    }

    #[test]
    fn a_broken_index_is_none() {
        let entry = [
            &[0; 24][..],
            &[0, 0, 0x81, 0xa4],
            &[0; 12 + 20],
            &[0, 1],
            b"a\0",
        ]
        .concat();
        let whole = [&b"DIRC\0\0\0\x02\0\0\0\x01"[..], &entry, &[0; 20]].concat();
        assert_eq!(Index::parse(&whole, 20).unwrap().paths, [b"a"]);
        for length in 0..12 + entry.len() {
            assert!(Index::parse(&whole[..length], 20).is_none(), "{length}");
        }
        assert!(Index::parse(b"DIRC\0\0\0\x05\0\0\0\0", 20).is_none());
        assert!(Index::parse(b"DIRC\0\0\0\x02\xff\xff\xff\xff", 20).is_none());
    }
}
