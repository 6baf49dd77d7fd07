//! Directories as users have them, in `fixtures/workspaces`: `expected.snap` is what `podwright check` prints there.

use std::path::Path;

use crate::files::{Result, for_each_directory, podwright_in};
use crate::snapshot;

#[test]
fn check_prints_what_is_expected() {
    for_each_directory("fixtures/workspaces", workspace);
}

fn workspace(directory: &Path) -> Result {
    let command = "check --level info --format concise --ignore image-missing-digest";
    let output = podwright_in(directory, command)?;
    assert_eq!(output.stderr, "");
    snapshot::assert(directory, "expected", command, &output.stdout);
    Ok(())
}
