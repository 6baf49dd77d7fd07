//! Earlier versions of the files of a run: from a commit or from another directory.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{
    arguments::CheckArgs,
    error::CliError,
    inputs::{self, read_with_notes},
};
use podwright_cluster::workspace::{File, Workspace};
use podwright_lint::config::SettingsTable;
use podwright_session::discover::{self, Configurations};
use podwright_session::disk::OnDisk;
use podwright_session::git::{Before, Blob, Revision};
use podwright_session::inputs::{Input, Inputs, settings_table};
use podwright_syntax::text::{FileId, SharedText, Source};

/// Earlier versions of the files, at the same indices as the current files. Deleted files follow at the end.
pub(super) struct BaseRevision {
    pub(super) workspace: Arc<Workspace>,
    pub(super) table: SettingsTable,
    /// Files that have changed, with their previous text; `None` for new files.
    pub(super) changed: Vec<(FileId, Option<SharedText>)>,
}

/// A commit, and the paths of interest in it.
pub(super) struct Commit {
    pub(super) revision: Revision,
    /// Command line option that names the commit, for error messages.
    option: &'static str,
    /// Absolute paths of the files and directories given on the command line.
    asked: Vec<PathBuf>,
}

impl Commit {
    /// Finds the commit `name` of `option` with `find` in the git repository of the current directory.
    pub(super) fn new(
        check: &CheckArgs,
        option: &'static str,
        name: &str,
        find: fn(&Path, &str) -> Result<Revision, podwright_session::git::GitError>,
    ) -> Result<Self, CliError> {
        if check.paths.iter().any(|path| discover::is_stdin(path)) {
            return Err(CliError(format!(
                "`{option}` cannot be used with standard input"
            )));
        }
        let here = discover::absolute(Path::new("."));
        let revision =
            find(&here, name).map_err(|error| CliError(format!("{option} {name}: {error}")))?;
        let asked = check.paths.iter().map(|path| discover::absolute(path));
        let asked = asked.collect();
        Ok(Self {
            revision,
            option,
            asked,
        })
    }

    /// Returns the files as they were in the commit.
    pub(super) fn base(
        &self,
        now: &[Arc<File>],
        inputs: &[Input],
        configurations: &mut Configurations,
    ) -> Result<BaseRevision, CliError> {
        let mut files = now.to_vec();
        let mut all = inputs.to_vec();
        let mut wanted: Vec<(usize, Blob)> = Vec::new();
        let mut changed: Vec<(FileId, Option<SharedText>)> = Vec::new();
        for (index, input) in inputs.iter().enumerate() {
            match self.revision.before(&input.absolute) {
                Some(Before::Same) => {}
                Some(Before::Other(blob)) => wanted.push((index, blob)),
                Some(Before::Absent) => {
                    let nothing = Source::new(input.path.clone(), "");
                    files[index] = Arc::new(files[index].reread(nothing));
                    changed.push((id(index), None));
                }
                // Node files are not part of the change.
                None if input.on_nodes.is_some() => {}
                None => {
                    return Err(CliError(format!(
                        "{}: {} is outside the git repository of the current directory",
                        self.option, input.path
                    )));
                }
            }
        }
        for (path, blob) in self.revision.deleted() {
            // Deleted in git, but it exists again in the working tree.
            if path.exists() {
                continue;
            }
            let mut asked = self.asked.iter();
            if !asked.any(|asked| discover::would_find(asked, &path)) {
                continue;
            }
            let input = Input::new(discover::shown(&path), path, Err("deleted".to_owned()));
            let Some(input) = input.configured(configurations).map_err(CliError::new)? else {
                continue;
            };
            wanted.push((files.len(), blob));
            let context = Arc::new(configurations.settings()[input.settings].context());
            let nothing = Source::new(input.path.clone(), "");
            files.push(Arc::new(File::read(nothing, &context)));
            all.push(input);
        }
        let blobs: Vec<&Blob> = wanted.iter().map(|(_, blob)| blob).collect();
        let contents = self.revision.read(&blobs).map_err(CliError::new)?;
        for ((index, _), bytes) in wanted.into_iter().zip(contents) {
            let (input, context) = (&all[index], Arc::clone(&files[index].context));
            let was = input.decode(bytes, &context);
            let was = was.unwrap_or_else(|| File::unreadable(input.path.clone()));
            if index < inputs.len() {
                changed.push((id(index), Some(was.source.text.clone())));
            }
            files[index] = Arc::new(was);
        }
        Ok(BaseRevision {
            table: settings_table(&all, configurations),
            workspace: Arc::new(Workspace::with_disk(files, Arc::new(OnDisk::here()))),
            changed,
        })
    }
}

/// Manifests deployed before: `--baseline-ref`, `--baseline-dir`.
pub(super) enum PreviousSource {
    Commit(Commit),
    Directory(PathBuf),
}

impl PreviousSource {
    pub(super) fn new(check: &CheckArgs) -> Result<Option<Self>, CliError> {
        if let Some(name) = &check.baseline_ref {
            let commit = Commit::new(check, "--baseline-ref", name, Revision::at)?;
            return Ok(Some(Self::Commit(commit)));
        }
        let Some(directory) = &check.baseline_dir else {
            return Ok(None);
        };
        if !directory.is_dir() {
            return Err(CliError(format!(
                "`--baseline-dir`: {} is not a directory",
                directory.display()
            )));
        }
        Ok(Some(Self::Directory(directory.clone())))
    }

    /// Returns the deployed files.
    pub(super) fn workspace(
        &self,
        now: &[Arc<File>],
        inputs: &[Input],
        configurations: &mut Configurations,
    ) -> Result<Arc<Workspace>, CliError> {
        match self {
            Self::Commit(commit) => Ok(commit.base(now, inputs, configurations)?.workspace),
            Self::Directory(directory) => of_directory(directory, inputs, configurations),
        }
    }
}

fn of_directory(
    directory: &Path,
    now: &[Input],
    configurations: &mut Configurations,
) -> Result<Arc<Workspace>, CliError> {
    let shown = directory.display();
    let absolute = discover::absolute(directory);
    if let Some(both) = now.iter().find(|one| one.absolute.starts_with(&absolute)) {
        return Err(CliError(format!(
            "`--baseline-dir`: {} is also checked; exclude {shown} from the checked paths or move it",
            both.path
        )));
    }
    let candidates = inputs::discover(&[directory.to_owned()])?;
    let Inputs { mut inputs, .. } =
        Inputs::new(candidates, configurations).map_err(CliError::new)?;
    // Node files are added to every run.
    inputs.retain(|input| input.on_nodes.is_none());
    let files = read_with_notes(&inputs, configurations);
    let files = files.into_iter().map(Arc::new).collect();
    Ok(Arc::new(Workspace::with_disk(
        files,
        Arc::new(OnDisk::here()),
    )))
}

fn id(index: usize) -> FileId {
    FileId(u32::try_from(index).unwrap_or(u32::MAX))
}
