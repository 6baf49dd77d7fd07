//! Tests that are files: one check for each file, or each subdirectory, of a directory.

use std::error::Error;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::Command;

use rayon::prelude::*;
use regex::Regex;

pub(crate) type Result<T = ()> = std::result::Result<T, Box<dyn Error>>;

/// What a run of the command printed.
pub(crate) struct Output {
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// Runs `podwright COMMAND` in a directory. The arguments contain no spaces.
pub(crate) fn podwright_in(directory: &Path, command: &str) -> Result<Output> {
    let output = Command::new(env!("CARGO_BIN_EXE_podwright"))
        .args(command.split(' '))
        .current_dir(directory)
        .output()?;
    Ok(Output {
        stdout: String::from_utf8(output.stdout)?,
        stderr: String::from_utf8(output.stderr)?,
    })
}

/// Runs `test` on every file below `root` whose path matches `pattern`, in parallel, and fails with the list of files
/// that failed. Paths are relative to the root of the repository, as is the current directory.
pub(crate) fn for_each_file(root: &str, pattern: &str, test: fn(&Path) -> Result) {
    let pattern = Regex::new(pattern).unwrap();
    let files: Vec<_> = ignore::Walk::new(root)
        .map(|entry| entry.unwrap().into_path())
        .filter(|path| path.is_file() && pattern.is_match(path.to_str().unwrap()))
        .collect();
    assert!(!files.is_empty(), "no file below {root} matches {pattern}");
    for_each(&files, test);
}

/// Runs `test` on every subdirectory of `root`, as [`for_each_file`] does on files.
pub(crate) fn for_each_directory(root: &str, test: fn(&Path) -> Result) {
    let entries = std::fs::read_dir(root).unwrap();
    let mut directories: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    directories.retain(|path| path.is_dir());
    assert!(!directories.is_empty(), "no directory in {root}");
    for_each(&directories, test);
}

fn for_each(paths: &[PathBuf], test: fn(&Path) -> Result) {
    let failed: Vec<String> = paths
        .par_iter()
        .filter_map(|path| {
            let why = match catch_unwind(AssertUnwindSafe(|| test(path))) {
                Ok(Ok(())) => return None,
                Ok(Err(error)) => error.to_string(),
                Err(panic) => panic
                    .downcast_ref::<String>()
                    .cloned()
                    .unwrap_or_else(|| "it panicked; see above".to_owned()),
            };
            Some(format!("{}: {why}", path.display()))
        })
        .collect();
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}
