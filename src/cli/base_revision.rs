//! Earlier versions of the files of a run: from a commit or from another directory.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{
    CliError,
    arguments::CheckArgs,
    inputs::{self, Input, Inputs, read_all},
    output::note,
    panic_hook::caught,
    progress::Progress,
};
use podwright_cluster::workspace::{ClusterContext, File, Workspace};
use podwright_lint::config::SettingsTable;
use podwright_session::discover::{self, Configurations};
use podwright_session::git::{Before, Blob, Revision};
use podwright_syntax::text::{FileId, Source};

/// Earlier versions of the files, at the same indices as the current files. Deleted files follow at the end.
pub(super) struct BaseRevision {
    pub(super) workspace: Arc<Workspace>,
    pub(super) table: SettingsTable,
    /// Files that have changed, with their previous text; `None` for new files.
    pub(super) changed: Vec<(FileId, Option<Arc<str>>)>,
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
        let mut listed: Vec<(PathBuf, usize)> = inputs
            .iter()
            .map(|input| (input.absolute.clone(), input.settings))
            .collect();
        let mut wanted: Vec<(usize, Blob)> = Vec::new();
        let mut changed: Vec<(FileId, Option<Arc<str>>)> = Vec::new();
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
            if !self
                .asked
                .iter()
                .any(|asked| discover::would_find(asked, &path))
            {
                continue;
            }
            let directory = path.parent().unwrap_or(&path);
            let settings = configurations.index_for(directory).map_err(CliError::new)?;
            if configurations.settings()[settings].is_excluded(&path) {
                continue;
            }
            wanted.push((files.len(), blob));
            let context = Arc::new(configurations.settings()[settings].context());
            let shown = Source::new(discover::shown(&path), "");
            files.push(Arc::new(File::read(shown, &context)));
            listed.push((path, settings));
        }
        let blobs: Vec<&Blob> = wanted.iter().map(|(_, blob)| blob).collect();
        let contents = self.revision.read(&blobs).map_err(CliError::new)?;
        for ((index, _), bytes) in wanted.into_iter().zip(contents) {
            let now = &files[index];
            let (path, context) = (now.source.path.clone(), Arc::clone(&now.context));
            let was = read(path, bytes, &context, inputs.get(index));
            if index < inputs.len() {
                changed.push((id(index), Some(Arc::from(&*was.source.text))));
            }
            files[index] = Arc::new(was);
        }
        let listed: Vec<(&Path, usize)> = listed
            .iter()
            .map(|(path, settings)| (path.as_path(), *settings))
            .collect();
        Ok(BaseRevision {
            table: SettingsTable::new(configurations.settings(), &listed),
            workspace: Arc::new(Workspace::of(files)),
            changed,
        })
    }
}

/// Manifests deployed before: `--baseline-ref`, `--baseline-dir`.
pub(super) enum Deployed {
    Commit(Commit),
    Directory(PathBuf),
}

impl Deployed {
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
    let discovery = inputs::discover(&[directory.to_owned()])?;
    let Inputs { inputs, .. } = Inputs::new(discovery, configurations)?;
    // Node files are added to every run.
    let inputs: Vec<Input> = inputs
        .into_iter()
        .filter(|input| input.on_nodes.is_none())
        .collect();
    let progress = Progress::start(inputs.len());
    let read = read_all(&inputs, configurations, &progress);
    drop(progress);
    let files = read.into_iter().map(|one| {
        if let Some(trouble) = one.trouble {
            note(&format!("{}: {}", one.file.source.path, trouble.message));
        }
        Arc::new(one.file)
    });
    Ok(Arc::new(Workspace::of(files.collect())))
}

/// Reads an earlier version of a file. Returns an unreadable file if podwright panics while reading it.
fn read(
    path: String,
    bytes: Vec<u8>,
    context: &Arc<ClusterContext>,
    input: Option<&Input>,
) -> File {
    let on_nodes = input.and_then(|input| input.on_nodes.clone());
    let read = caught(|| File::bytes_on_nodes(path.clone(), bytes, context, on_nodes));
    let mut file = read.unwrap_or_else(|| File::unreadable(path));
    if input.is_some_and(Input::is_named) && file.resembles_manifest() {
        file.take_for_manifest();
    }
    file
}

fn id(index: usize) -> FileId {
    FileId(u32::try_from(index).unwrap_or(u32::MAX))
}
