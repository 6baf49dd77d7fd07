//! `--since`: only what stands on lines that were changed since a commit, or is found because of the change.
//!
//! The files as they were are judged too, with the configuration as it is: what was found already is left out.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use rustc_hash::{FxHashMap, FxHashSet};
use similar::{Algorithm, DiffTag, capture_diff_slices};

use super::{Failure, arguments::Check, inputs::Input, output::remark, panics::caught};
use crate::{
    baseline::Baseline,
    config::SettingsTable,
    discover::{self, Configurations},
    finding::Finding,
    git::{Before, Blob, Revision},
    lint::lint,
    report::{Counts, Summary},
    text::{FileId, Source},
    workspace::{File, Surroundings, Workspace},
};

/// What a run is compared with.
pub(super) struct Since {
    revision: Revision,
    /// The files and folders that were asked for, from the root.
    asked: Vec<PathBuf>,
}

impl Since {
    pub(super) fn new(check: &Check) -> Result<Option<Self>, Failure> {
        let Some(name) = &check.since else {
            return Ok(None);
        };
        if check.paths.iter().any(|path| discover::is_stdin(path)) {
            return Err(Failure::new("--since: standard input has no past"));
        }
        let here = discover::absolute(Path::new("."));
        let revision = Revision::since(&here, name)
            .map_err(|error| Failure(format!("--since {name}: {error}")))?;
        if !revision.is_branching_point {
            remark(&format!(
                "no common history with {name} is here: compared with {name} itself"
            ));
        }
        let asked = check.paths.iter().map(|path| discover::absolute(path));
        let asked = asked.collect();
        Ok(Some(Self { revision, asked }))
    }

    /// Takes out of `findings` what was there before, and counts anew.
    pub(super) fn apply(
        &self,
        findings: Vec<Finding>,
        workspace: &Workspace,
        inputs: &[Input],
        configurations: &mut Configurations,
        summary: &mut Summary,
    ) -> Result<Vec<Finding>, Failure> {
        let past = self.past(workspace, inputs, configurations)?;
        let sources: Vec<Source> = past
            .workspace
            .files
            .iter()
            .map(|f| f.source.clone())
            .collect();
        let before = Baseline::of(&lint(&past.workspace, &past.table).findings, &sources);
        let mut changed: FxHashMap<FileId, FxHashSet<usize>> = FxHashMap::default();
        for (id, was) in past.changed {
            let now = &workspace.file(id).source;
            changed.insert(id, changed_lines(was.as_deref(), now));
        }
        let is_on_changed_line = |finding: &Finding| {
            let place = finding.primary.place;
            let lines = &workspace.file(place.file).source.lines;
            let (first, last) = (place.span.start, place.span.end);
            // The end is behind the last character: the next line's begin, maybe.
            let mut lines = lines.line_of(first)..=lines.line_of(last.saturating_sub(1).max(first));
            let changed = changed.get(&place.file);
            changed.is_some_and(|changed| lines.any(|line| changed.contains(&line)))
        };
        let (on_changed, others): (Vec<Finding>, Vec<Finding>) =
            findings.into_iter().partition(is_on_changed_line);
        let now: Vec<Source> = workspace.files.iter().map(|f| f.source.clone()).collect();
        let compared = before.compare(others, &now);
        let mut left = compared.new;
        left.extend(on_changed);
        left.sort_by(|a, b| (a.primary.place, a.rule).cmp(&(b.primary.place, b.rule)));
        summary.older = compared.known;
        summary.findings = Counts::of(&left);
        Ok(left)
    }

    /// The workspace as it was: its files in their places, those that are gone behind them.
    fn past(
        &self,
        workspace: &Workspace,
        inputs: &[Input],
        configurations: &mut Configurations,
    ) -> Result<Past, Failure> {
        let mut files = workspace.files.clone();
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
                // A node's files are no part of the change.
                None if input.on_nodes.is_some() => {}
                None => {
                    return Err(Failure(format!(
                        "--since: {} is outside of the git repository of the current folder",
                        input.path
                    )));
                }
            }
        }
        for (path, blob) in self.revision.deleted() {
            if !self
                .asked
                .iter()
                .any(|asked| discover::would_find(asked, &path))
            {
                continue;
            }
            let folder = path.parent().unwrap_or(&path);
            let settings = configurations.index_for(folder).map_err(Failure::new)?;
            if configurations.settings()[settings].is_excluded(&path) {
                continue;
            }
            wanted.push((files.len(), blob));
            let surroundings = Arc::new(configurations.settings()[settings].surroundings());
            let shown = Source::new(discover::shown(&path), "");
            files.push(Arc::new(File::read(shown, &surroundings)));
            listed.push((path, settings));
        }
        let blobs: Vec<&Blob> = wanted.iter().map(|(_, blob)| blob).collect();
        let contents = self.revision.read(&blobs).map_err(Failure::new)?;
        for ((index, _), bytes) in wanted.into_iter().zip(contents) {
            let now = &files[index];
            let (path, surroundings) = (now.source.path.clone(), Arc::clone(&now.surroundings));
            let was = read(path, bytes, &surroundings, inputs.get(index));
            if index < inputs.len() {
                changed.push((id(index), Some(Arc::from(&*was.source.text))));
            }
            files[index] = Arc::new(was);
        }
        let listed: Vec<(&Path, usize)> = listed
            .iter()
            .map(|(path, settings)| (path.as_path(), *settings))
            .collect();
        Ok(Past {
            table: SettingsTable::new(configurations.settings(), &listed),
            workspace: Workspace::of(files),
            changed,
        })
    }
}

struct Past {
    workspace: Workspace,
    table: SettingsTable,
    /// The files of the run that are not as they were, and their texts then.
    changed: Vec<(FileId, Option<Arc<str>>)>,
}

/// The file as it was; an unreadable one if podwright failed to read it.
fn read(
    path: String,
    bytes: Vec<u8>,
    surroundings: &Arc<Surroundings>,
    input: Option<&Input>,
) -> File {
    let on_nodes = input.and_then(|input| input.on_nodes.clone());
    let read = caught(|| File::bytes_on_nodes(path.clone(), bytes, surroundings, on_nodes));
    let mut file = read.unwrap_or_else(|| File::unreadable(path));
    if input.is_some_and(Input::is_named) && file.resembles_manifest() {
        file.take_for_manifest();
    }
    file
}

/// The lines of `now`, from 0, that `was` did not have: all of them if there was no file.
fn changed_lines(was: Option<&str>, now: &Source) -> FxHashSet<usize> {
    let Some(was) = was else {
        return (0..=now.lines.len()).collect();
    };
    // What git stores may have other line ends.
    let old: Vec<&str> = was.lines().collect();
    let new: Vec<&str> = now.text.lines().collect();
    let operations = capture_diff_slices(Algorithm::Myers, &old, &new);
    let changed = operations
        .into_iter()
        .filter(|one| one.tag() != DiffTag::Equal);
    changed.flat_map(|one| one.new_range()).collect()
}

fn id(index: usize) -> FileId {
    FileId(u32::try_from(index).unwrap_or(u32::MAX))
}
