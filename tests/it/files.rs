//! Tests that are files: one check for each file, or each subdirectory, of a directory.

use std::error::Error;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::Command;

use podwright_syntax::text::SharedText;
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

/// Directories of the corpus that are a run each: the repositories of `manifests`, and `rendered`.
pub(crate) fn corpus_roots(corpus: &Path) -> Vec<PathBuf> {
    let manifests = std::fs::read_dir(corpus.join("manifests")).unwrap();
    let mut roots: Vec<PathBuf> = manifests.map(|entry| entry.unwrap().path()).collect();
    roots.push(corpus.join("rendered"));
    roots.sort();
    roots
}

/// Paths and texts of the YAML and JSON files below `root` that are valid UTF-8, sorted.
pub(crate) fn corpus_texts(root: &Path) -> Vec<(String, SharedText)> {
    let mut texts = Vec::new();
    let mut directories = vec![root.to_owned()];
    while let Some(directory) = directories.pop() {
        for entry in std::fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                directories.push(path);
            } else if path
                .extension()
                .is_some_and(|e| ["yaml", "yml", "json"].iter().any(|x| e == *x))
                && let Ok(text) = std::fs::read_to_string(&path)
            {
                texts.push((path.display().to_string(), text.into()));
            }
        }
    }
    texts.sort();
    texts
}
