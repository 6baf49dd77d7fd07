//! The repository that an object is in.

use std::path::{Component, Path, PathBuf};

use podwright_render::argo::repository_name;
use podwright_render::{Files, Found};
use podwright_syntax::text::FileId;

use super::super::super::super::disk::RunFiles;

/// Most directories above a file that are searched.
const MAX_DIRECTORIES: usize = 64;

/// The directories above an object, one of which is the root of its repository.
pub(super) struct Repository<'r> {
    run: &'r RunFiles<'r>,
    /// Real paths: the one with `.git` first, the others from the object upward.
    roots: Vec<PathBuf>,
    /// Names of the remotes, if git knows some.
    remotes: Vec<String>,
}

impl<'r> Repository<'r> {
    /// The repository of a file.
    pub(super) fn of(run: &'r RunFiles<'r>, file: FileId) -> Self {
        let mut roots: Vec<PathBuf> = Vec::new();
        let mut remotes = Vec::new();
        let directory = run.directory_of(file);
        let above = || directory.ancestors().take(MAX_DIRECTORIES);
        let git = above().find(|above| run.find(&above.join(".git")).is_some());
        if let Some(git) = git {
            roots.push(git.to_owned());
            // Only what is checked as a whole has this name.
            if run.may_be_outside(git) {
                remotes = remotes_of(run, git);
            }
        }
        // Nothing is read that is neither of the run nor of its repository.
        let is_inside = |above: &Path| match git {
            Some(git) => above != git && above.starts_with(git),
            None => run.may_be_outside(above),
        };
        roots.extend(above().filter(|above| is_inside(above)).map(Path::to_owned));
        Self {
            run,
            roots,
            remotes,
        }
    }

    /// Directories that may be the root.
    pub(super) fn roots(&self) -> &[PathBuf] {
        &self.roots
    }

    /// Names of the remotes, if git knows some.
    pub(super) fn remotes(&self) -> &[String] {
        &self.remotes
    }

    /// Whether a URL is certainly of this repository.
    pub(super) fn is(&self, url: &str) -> bool {
        self.remotes.contains(&repository_name(url))
    }

    /// Whether a path is in this repository.
    pub(super) fn is_above(&self, path: &Path) -> bool {
        let is_stored = path
            .ancestors()
            .any(|part| part.ends_with(".podwright/vendor"));
        !is_stored && self.roots.iter().any(|root| path.starts_with(root))
    }

    /// What is at a path of the repository with this URL, and the root. `None` if it is another repository, or if
    /// nothing is there.
    pub(super) fn find(&self, url: &str, path: &str) -> Option<(PathBuf, Found)> {
        let name = repository_name(url);
        let may_be_this = self.remotes.is_empty() || self.remotes.contains(&name);
        let path = Path::new(path.trim_start_matches('/'));
        let is_inside = path
            .components()
            .all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
        if !may_be_this || !is_inside {
            return None;
        }
        let is_root = path.components().all(|part| part == Component::CurDir);
        self.roots.iter().find_map(|root| {
            // Every directory has itself.
            let is_known = !is_root || self.run.find(&root.join(".git")).is_some();
            let found = self.run.find(&root.join(path)).filter(|_| is_known)?;
            Some((root.clone(), found))
        })
    }
}

/// Names of the repositories that git has as remotes.
fn remotes_of(run: &RunFiles<'_>, root: &Path) -> Vec<String> {
    let Some(Found::File(config)) = run.find(&root.join(".git/config")) else {
        return Vec::new();
    };
    let Ok(config) = run.read(&config) else {
        return Vec::new();
    };
    let lines = config.text().map_or("", |text| text).lines();
    let urls = lines.filter_map(|line| {
        let (key, value) = line.split_once('=')?;
        (key.trim() == "url").then(|| repository_name(value.trim()))
    });
    urls.collect()
}
