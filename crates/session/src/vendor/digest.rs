//! Digests of what is stored, to find changes.

use std::fs;
use std::io;
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::discover;

/// Most files of a stored repository.
pub const MAX_FILES: usize = 50_000;

/// Most bytes of all files of a stored repository. Public catalogs of definitions have half of it.
pub const MAX_TREE_SIZE: u64 = 512 << 20;

/// Most bytes of a file of a stored repository, and of a packed chart.
pub const MAX_SIZE: u64 = 64 << 20;

/// `sha256:` with the hash of a file.
///
/// # Errors
///
/// Returns the I/O error, also if it is not a regular file or is too large.
pub fn of_file(path: &Path) -> io::Result<String> {
    Ok(format!("sha256:{}", hash_of(path)?))
}

/// `sha256:` with the hash of a directory: of the names and contents of its files and symbolic links, sorted by name.
/// Permissions and times do not count, because git and archives change them.
///
/// # Errors
///
/// Returns the I/O error, also if the directory has more than [`MAX_FILES`] files or [`MAX_TREE_SIZE`] bytes.
pub fn of_tree(root: &Path) -> io::Result<String> {
    let mut files = Vec::new();
    let mut size = 0;
    collect(root, "", &mut files, &mut size)?;
    files.sort();
    let mut all = Sha256::new();
    for (name, hash) in files {
        all.update(format!("{hash}  {name}\n"));
    }
    Ok(format!("sha256:{}", hex(&all.finalize())))
}

fn collect(
    directory: &Path,
    prefix: &str,
    files: &mut Vec<(String, String)>,
    size: &mut u64,
) -> io::Result<()> {
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        let path = entry.path();
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        let metadata = path.symlink_metadata()?;
        if metadata.is_dir() {
            collect(&path, &format!("{name}/"), files, size)?;
            continue;
        }
        *size += metadata.len();
        if files.len() >= MAX_FILES || *size > MAX_TREE_SIZE {
            return Err(io::Error::other(format!(
                "more than {MAX_FILES} files or {MAX_TREE_SIZE} bytes"
            )));
        }
        let hash = match metadata.is_symlink() {
            true => {
                let target = fs::read_link(&path)?;
                let target = target.to_string_lossy().replace('\\', "/");
                format!("link:{}", hex(&Sha256::digest(target)))
            }
            false => hash_of(&path)?,
        };
        files.push((name, hash));
    }
    Ok(())
}

fn hash_of(path: &Path) -> io::Result<String> {
    let metadata = fs::metadata(path)?;
    // Reading a pipe would block forever.
    if !metadata.is_file() {
        return Err(io::Error::other("not a regular file"));
    }
    if metadata.len() > MAX_SIZE {
        return Err(io::Error::other(format!("more than {MAX_SIZE} bytes")));
    }
    Ok(hex(&Sha256::digest(discover::read_path(path)?)))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
