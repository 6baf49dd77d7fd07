//! Snapshots next to the input that they belong to. `cargo insta review` accepts changes.

use std::path::Path;

/// Compares the output of `podwright COMMAND` with `NAME.snap` in `directory`, a path in the repository.
pub(crate) fn assert(directory: &Path, name: &str, command: &str, output: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(Path::new(env!("CARGO_MANIFEST_DIR")).join(directory));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.set_description(format!("podwright {command}"));
    settings.bind(|| insta::assert_snapshot!(name, output));
}
