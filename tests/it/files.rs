//! Tests that are files: one check for each file of a directory.

use std::error::Error;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use rayon::prelude::*;
use regex::Regex;

pub(crate) type Result<T = ()> = std::result::Result<T, Box<dyn Error>>;

/// Runs `test` on every file below `root` whose path matches `pattern`, in parallel, and fails with the list of files
/// that failed. Paths are relative to the root of the repository, as is the current directory.
pub(crate) fn for_each_file(root: &str, pattern: &str, test: fn(&Path) -> Result) {
    let pattern = Regex::new(pattern).unwrap();
    let files: Vec<_> = ignore::Walk::new(root)
        .map(|entry| entry.unwrap().into_path())
        .filter(|path| path.is_file() && pattern.is_match(path.to_str().unwrap()))
        .collect();
    assert!(!files.is_empty(), "no file below {root} matches {pattern}");
    let failed: Vec<String> = files
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
