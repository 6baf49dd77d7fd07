//! Finds the files of a run, and reads them.

use std::path::{Path, PathBuf};

use super::{arguments::Context, error::CliError, output::note, progress::Progress};
use podwright_cluster::workspace::{File, NodeDirectory, SizeLimits};
use podwright_lint::config::CommandLine;
use podwright_session::discover::{self, ConfigSource, Configurations, Discovery};
use podwright_session::inputs::{Input, Read, candidates, read_all};

/// Finds the files in `paths`. Prints a note if there are none.
pub(super) fn discover(paths: &[PathBuf]) -> Result<impl Iterator<Item = Input> + use<>, CliError> {
    let discovery = discover::files(paths).map_err(CliError::new)?;
    if let Some(empty) = nothing_found(paths, &discovery) {
        note(&empty);
    } else if let [link, more @ ..] = discovery.leading_out.as_slice() {
        let others = match more.len() {
            0 => String::new(),
            count => format!(" and {count} more"),
        };
        note(&format!(
            "{link}{others} not followed: a link that leads out of the given paths; name what it leads to"
        ));
    }
    Ok(candidates(discovery))
}

/// Finds the files in `paths`. If there are none, fails or, with `allow_empty`, prints a note.
///
/// kubectl fails too: `error reading [dir]: recognized file extensions are [.json .yaml .yml]`.
pub(super) fn discover_some(paths: &[PathBuf], allow_empty: bool) -> Result<Discovery, CliError> {
    let discovery = discover::files(paths).map_err(CliError::new)?;
    match nothing_found(paths, &discovery) {
        Some(empty) if allow_empty => note(&empty),
        Some(empty) => return Err(CliError(format!("{empty}; {ALLOW_EMPTY}"))),
        None => {}
    }
    Ok(discovery)
}

/// Help for an error about empty input.
pub(super) const ALLOW_EMPTY: &str = "use `--allow-empty` if that is intended";

fn nothing_found(paths: &[PathBuf], discovery: &Discovery) -> Option<String> {
    let is_empty = discovery.found.is_empty() && discovery.unreadable.is_empty();
    let paths = || {
        let shown = paths.iter().map(|path| path.display().to_string());
        shown.collect::<Vec<_>>().join(", ")
    };
    let links = match discovery.leading_out.as_slice() {
        [] => String::new(),
        [link, ..] => format!(
            ": links that lead out of it, such as {link}, are not followed; name what they lead to"
        ),
    };
    is_empty.then(|| format!("no manifests found in {}{links}", paths()))
}

/// Configurations of a run: those of the directories, overridden by the command line. `rules` contains the command
/// line options for rules and suppressions.
pub(super) fn configurations(context: Context, rules: CommandLine) -> Configurations {
    let source = match context.config {
        Some(file) => ConfigSource::Fixed(file),
        None if context.no_config => ConfigSource::Defaults,
        None => ConfigSource::nearest(),
    };
    let charts = context
        .values
        .for_charts(context.release, context.namespace.clone());
    let command_line = CommandLine {
        charts,
        kubernetes: context.kubernetes_version,
        containerd: context.containerd_version,
        crio: context.crio_version,
        namespace: context.namespace,
        complete: context.complete,
        pod_security: context.pod_security,
        nodes: context
            .node
            .iter()
            .map(|path| node_directory(path))
            .collect(),
        schemas: context
            .schemas
            .iter()
            .map(|path| discover::absolute(path))
            .collect(),
        directory: discover::absolute(Path::new("")),
        limits: SizeLimits {
            document: context.max_document_size.bytes(),
            ..SizeLimits::default()
        },
        ..rules
    };
    Configurations::new(source, command_line)
}

fn node_directory(path: &Path) -> NodeDirectory {
    NodeDirectory {
        name: path.display().to_string(),
        root: discover::absolute(path),
    }
}

/// Prints a note for each git repository with definitions that a configuration names and that is not stored.
pub(super) fn note_missing_schemas(configurations: &Configurations) {
    for repository in configurations.schema_repositories() {
        if repository.stored.is_none() {
            note(&format!(
                "{}: {} is not stored, so its definitions are not used; run `podwright vendor`",
                discover::shown(&repository.file),
                repository.ask
            ));
        }
    }
}

/// Maximum number of notes about files of a catalog.
const MAX_NOTES: usize = 10;

/// Prints a note for each file in `schemas` that was needed and could not be used.
pub(super) fn note_unusable_schemas(configurations: &Configurations) {
    let unusable = configurations.unusable_schemas();
    for one in unusable.iter().take(MAX_NOTES) {
        let file = discover::shown(&one.file);
        note(&format!(
            "{file}: {}; its definitions are not used",
            one.why
        ));
    }
    let more = unusable.len().saturating_sub(MAX_NOTES);
    if more > 0 {
        note(&format!("{more} more files in `schemas` could not be used"));
    }
}

/// Reads the files and shows the progress. Prints a note for each file that cannot be read.
pub(super) fn read_with_notes(inputs: &[Input], configurations: &Configurations) -> Vec<File> {
    let progress = Progress::start(inputs.len());
    let read = read_all(inputs, configurations, || progress.file_read());
    drop(progress);
    read.into_iter()
        .map(|Read { file, trouble }| {
            if let Some(trouble) = trouble {
                note(&format!("{}: {}", file.source.path, trouble.message));
            }
            file
        })
        .collect()
}
