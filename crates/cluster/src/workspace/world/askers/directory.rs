//! Directories of the repository that an object is in.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use podwright_render::{Files, Found};
use podwright_syntax::text::FileId;
use rustc_hash::{FxHashMap, FxHashSet};

use super::super::super::File;
use super::super::super::disk::RunFiles;
use super::super::super::flux::Applier;

/// Most directories above a file that are searched.
const MAX_DIRECTORIES: usize = 64;

/// A directory or file of a repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Here {
    /// Real path.
    pub(super) path: PathBuf,
    /// Real path of the root of the repository.
    pub(super) root: PathBuf,
}

/// What the repository of a file has at a path, if `accepts` it. Paths start from the root of the repository: the
/// directory with `.git`, or else any directory from the one that contains all files of the run on. The one nearest to
/// the root counts.
pub(super) fn here(
    run: &RunFiles<'_>,
    file: FileId,
    path: &str,
    accepts: &dyn Fn(&Found) -> bool,
) -> Option<Here> {
    let directory = run.directory_of(file);
    let mut roots: Vec<&Path> = Vec::new();
    for ancestor in directory.ancestors().take(MAX_DIRECTORIES) {
        let is_root = run.find(&ancestor.join(".git")).is_some();
        if !is_root && !ancestor.starts_with(run.paths.common()) && !is_below_git(run, ancestor) {
            break;
        }
        roots.push(ancestor);
        if is_root {
            break;
        }
    }
    let path = clean(path)?;
    roots.into_iter().rev().find_map(|root| {
        let found = run.find(&root.join(&path)).filter(|found| accepts(found))?;
        let (Found::File(path) | Found::Directory(path)) = found;
        path.starts_with(root).then(|| Here {
            path,
            root: root.to_owned(),
        })
    })
}

fn is_below_git(run: &RunFiles<'_>, directory: &Path) -> bool {
    let mut above = directory.ancestors().take(MAX_DIRECTORIES);
    above.any(|ancestor| run.find(&ancestor.join(".git")).is_some())
}

/// The path without `.`; `None` if it leads out of the repository.
fn clean(path: &str) -> Option<PathBuf> {
    let parts = path.split('/').filter(|part| !matches!(*part, "" | "."));
    let mut clean = PathBuf::new();
    for part in parts {
        match part {
            ".." => clean.pop().then_some(())?,
            part => clean.push(part),
        }
    }
    Some(clean)
}

/// Whether a path is the root of its repository.
pub(super) fn is_root(path: &str) -> bool {
    clean(path).is_some_and(|path| path.as_os_str().is_empty())
}

/// The kustomizations that Flux may apply, or that are below a directory without one that it may apply. They are built
/// when it is known how.
pub(in super::super) fn left_to_flux(
    kustomizations: &[FileId],
    files: &[Arc<File>],
    applied: &FxHashMap<String, Applier>,
) -> FxHashSet<FileId> {
    if !applied.values().any(|applier| *applier == Applier::Flux) {
        return FxHashSet::default();
    }
    let with_kustomization: FxHashSet<&str> = files
        .iter()
        .filter(|file| file.kustomization.is_some())
        .map(|file| file.directory())
        .collect();
    let is_left = |directory: &str| {
        let is_applied = |directory: &str| applied.get(directory) == Some(&Applier::Flux);
        let mut above = std::iter::successors(Some(directory), |directory| {
            match directory.rsplit_once('/') {
                Some((parent, _)) => Some(parent),
                None => (!directory.is_empty()).then_some(""),
            }
        });
        above.next();
        is_applied(directory)
            || above
                .take_while(|ancestor| !with_kustomization.contains(ancestor))
                .any(is_applied)
    };
    let all = kustomizations.iter().copied();
    all.filter(|id| is_left(files[id.0 as usize].directory()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{clean, is_root};
    use std::path::Path;

    #[test]
    fn paths_stay_in_their_repository() {
        assert_eq!(
            clean("./apps/../infra/").as_deref(),
            Some(Path::new("infra"))
        );
        assert_eq!(clean("/apps").as_deref(), Some(Path::new("apps")));
        assert_eq!(clean("../apps"), None);
        assert!(is_root("./") && is_root("") && !is_root("./apps"));
    }
}
