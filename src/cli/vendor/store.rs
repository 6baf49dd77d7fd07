//! The directory `.podwright/vendor` and its lock file.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use podwright_cluster::workspace::{Ask, ChartAsk, GitAsk};
use podwright_session::discover;
use podwright_session::vendor::{
    DIRECTORY, LOCK_FILE, Lock, LockedChart, LockedTree, of_file, of_tree,
};
use tempfile::TempDir;

use super::chart::{self, Helm};
use super::git_tree::Kept;
use super::process::Failure;
use super::repository::Checkout;
use crate::cli::error::CliError;
use crate::cli::output::note;
use crate::cli::replace::replace;

/// Keeps git from changing line ends, which would change the digests.
const ATTRIBUTES: &str = "* -text linguist-vendored\n";

/// Whether something is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Stored,
    NotLocked,
    Missing,
    Changed,
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Stored => "is stored",
            Self::NotLocked => "is not in the lock file; run `podwright vendor`",
            Self::Missing => "is not stored; run `podwright vendor`",
            Self::Changed => "differs from the lock file; run `podwright vendor` to restore it",
        })
    }
}

/// What is stored for the files below a directory.
pub(super) struct Store {
    directory: PathBuf,
    lock: Lock,
    helm: Helm,
    /// Repositories that were fetched in this run.
    checkouts: BTreeMap<(String, String), Checkout>,
}

impl Store {
    /// Reads the lock file of a directory, if it has one.
    pub(super) fn open(root: &Path) -> Result<Self, CliError> {
        let directory = root.join(DIRECTORY);
        if let Ok(real) = fs::canonicalize(&directory) {
            let root = fs::canonicalize(root).map_err(CliError::new)?;
            if real != root.join(DIRECTORY) {
                let shown = discover::shown(&directory);
                return Err(CliError(format!(
                    "{shown} is a symbolic link; replace it by a directory"
                )));
            }
        }
        let file = directory.join(LOCK_FILE);
        let lock = match file.symlink_metadata() {
            Ok(_) => Lock::read(&file).map_err(CliError::new)?,
            Err(_) => Lock::default(),
        };
        Ok(Self {
            directory,
            lock,
            helm: Helm::default(),
            checkouts: BTreeMap::new(),
        })
    }

    /// Whether something is stored as the lock file says.
    pub(super) fn state(&self, ask: &Ask) -> State {
        let digests = match ask {
            Ask::Chart(ask) => self.lock.chart(ask).map(|locked| {
                let path = self.directory.join(locked.path());
                (of_file(&path), locked.digest.as_str())
            }),
            Ask::Git(ask) => self.lock.tree(ask).map(|locked| {
                let path = self.directory.join(locked.path());
                (of_tree(&path), locked.digest.as_str())
            }),
        };
        match digests {
            None => State::NotLocked,
            Some((Ok(own), locked)) if own == locked => State::Stored,
            Some((Err(error), _)) if error.kind() == io::ErrorKind::NotFound => State::Missing,
            Some(_) => State::Changed,
        }
    }

    /// Fetches something, if `is_pinned` in the version of the lock file. Returns what was done, for the user; `None`
    /// if that changed nothing.
    pub(super) fn fetch(&mut self, ask: &Ask, is_pinned: bool) -> Result<Option<String>, Failure> {
        let before = self.state(ask);
        let failed = |error: io::Error| Failure::io("cannot create a directory", &error);
        fs::create_dir_all(&self.directory).map_err(failed)?;
        let attributes = self.directory.join(".gitattributes");
        if !attributes.exists() {
            fs::write(&attributes, ATTRIBUTES).map_err(failed)?;
        }
        let lock = self.lock.to_yaml();
        let resolved = match ask {
            Ask::Chart(chart) => self.fetch_chart(&chart.clone(), is_pinned)?,
            Ask::Git(git) => self.fetch_tree(git, is_pinned)?,
        };
        let has_other_lock = self.lock.to_yaml() != lock;
        if has_other_lock {
            self.write_lock()
                .map_err(|error| Failure::io("cannot write the lock file", &error))?;
        }
        let has_changed = before != State::Stored || has_other_lock;
        Ok(has_changed.then(|| format!("fetched {ask} ({resolved})")))
    }

    fn fetch_chart(&mut self, ask: &ChartAsk, is_pinned: bool) -> Result<String, Failure> {
        let known = self.lock.chart(ask).cloned();
        let pinned = known.as_ref().filter(|_| is_pinned);
        let temporary = self.temporary()?;
        let version = pinned.map(|locked| locked.resolved.as_str());
        let pulled = chart::pull(&mut self.helm, ask, version, temporary.path())?;
        let failed = |error: io::Error| Failure::io("cannot store the chart", &error);
        let locked = LockedChart {
            ask: ask.without_credentials(),
            resolved: pulled.version,
            digest: of_file(&pulled.file).map_err(failed)?,
            position: None,
        };
        if let Some(pinned) = pinned
            && pinned.digest != locked.digest
        {
            return Err(Failure::new(
                format!(
                    "the repository has another content for version {}",
                    pinned.resolved
                ),
                "run `podwright vendor --update` if that is intended",
            ));
        }
        let target = self.place(&locked.path())?;
        let _ = fs::remove_file(&target);
        fs::rename(&pulled.file, &target).map_err(failed)?;
        let resolved = locked.resolved.clone();
        self.lock.charts.retain(|other| other.ask != locked.ask);
        self.lock.charts.push(locked);
        self.lock
            .charts
            .sort_by(|one, other| one.ask.cmp(&other.ask));
        let is_used = |path: &Path| self.lock.charts.iter().any(|chart| chart.path() == path);
        if let Some(old) = known.map(|known| known.path()).filter(|old| !is_used(old)) {
            let _ = fs::remove_file(self.place(&old)?);
        }
        Ok(resolved)
    }

    fn fetch_tree(&mut self, ask: &GitAsk, is_pinned: bool) -> Result<String, Failure> {
        let public = ask.without_credentials();
        let mut trees = self.lock.trees.iter();
        let known = trees.find(|tree| tree.url == public.url && tree.revision == public.revision);
        let known = known.cloned();
        let key = (public.url.clone(), public.revision.to_string());
        if !self.checkouts.contains_key(&key) {
            let pinned = known.as_ref().filter(|_| is_pinned);
            let pinned = pinned.map(|locked| locked.commit.as_str());
            self.checkouts
                .insert(key.clone(), Checkout::fetch(ask, pinned)?);
        }
        let checkout = &self.checkouts[&key];
        let tree = checkout.tree()?;
        let mut kept = Kept::default();
        let mut paths = known.map(|known| known.paths).unwrap_or_default();
        paths.push(public.path.clone());
        paths.sort();
        paths.dedup();
        // What others ask for fails when it is their turn.
        paths.retain(|path| tree.keep(path, &mut kept));
        if !paths.contains(&public.path) {
            return Err(Failure::new(
                format!("commit {} has no `{}`", &checkout.commit[..12], public.path),
                "correct the path",
            ));
        }
        let temporary = self.temporary()?;
        let made = temporary.path().join("tree");
        let failed = |error: io::Error| Failure::io("cannot store the repository", &error);
        fs::create_dir(&made).map_err(failed)?;
        tree.write(&kept, &made)?;
        for link in &kept.left_out {
            note(&format!(
                "{}: symbolic link {link} is not stored: it leads out of the repository",
                public.url
            ));
        }
        let locked = LockedTree {
            url: public.url,
            revision: public.revision,
            commit: checkout.commit.clone(),
            paths,
            digest: of_tree(&made).map_err(failed)?,
            position: None,
        };
        let target = self.place(&locked.path())?;
        match fs::remove_dir_all(&target) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed(error)),
            _ => fs::rename(&made, &target).map_err(failed)?,
        }
        let resolved = locked.commit[..12].to_owned();
        let is_same =
            |other: &LockedTree| other.url == locked.url && other.revision == locked.revision;
        self.lock.trees.retain(|other| !is_same(other));
        self.lock.trees.push(locked);
        let order = |tree: &LockedTree| (tree.url.clone(), tree.revision.clone());
        self.lock.trees.sort_by_key(order);
        Ok(resolved)
    }

    fn temporary(&self) -> Result<TempDir, Failure> {
        TempDir::with_prefix_in(".tmp-", &self.directory)
            .map_err(|error| Failure::io("cannot create a directory", &error))
    }

    /// Where something is stored, in a directory that is there. Links must not lead elsewhere.
    fn place(&self, path: &Path) -> Result<PathBuf, Failure> {
        let failed = |error: io::Error| Failure::io("cannot create a directory", &error);
        let target = self.directory.join(path);
        let parent = target.parent().unwrap_or(&self.directory);
        fs::create_dir_all(parent).map_err(failed)?;
        let real = fs::canonicalize(parent).map_err(failed)?;
        let own = fs::canonicalize(&self.directory).map_err(failed)?;
        match real == own.join(path.parent().unwrap_or(path)) {
            true => Ok(target),
            false => Err(Failure::new(
                "a symbolic link in `.podwright/vendor` leads elsewhere",
                "delete `.podwright/vendor`",
            )),
        }
    }

    fn write_lock(&self) -> io::Result<()> {
        let text = self.lock.to_yaml();
        replace(&self.directory.join(LOCK_FILE), |file| {
            io::Write::write_all(file, text.as_bytes())
        })
    }

    /// Unneeded entries: where they are in the lock file, and what they are.
    pub(super) fn unneeded(&self, asked: &[&Ask]) -> Vec<(String, String)> {
        let needed = Needed::new(asked);
        let shown = discover::shown(&self.directory.join(LOCK_FILE));
        let place = |at: Option<podwright_syntax::text::Position>| match at {
            Some(at) => format!("{shown}:{}:{}", at.line, at.column),
            None => shown.clone(),
        };
        let charts = self
            .lock
            .charts
            .iter()
            .filter(|chart| !needed.has_chart(chart));
        let charts = charts.map(|chart| (place(chart.position), chart.ask.to_string()));
        let trees = self.lock.trees.iter().flat_map(|tree| {
            let paths = tree
                .paths
                .iter()
                .filter(|path| !needed.has_path(tree, path));
            paths.map(|path| {
                let ask = GitAsk::new(&tree.url, tree.revision.clone(), path);
                (place(tree.position), ask.to_string())
            })
        });
        charts.chain(trees).collect()
    }

    /// Removes unneeded entries, and files that no entry has.
    pub(super) fn prune(&mut self, asked: &[&Ask]) -> Result<(), CliError> {
        let needed = Needed::new(asked);
        self.lock.charts.retain(|chart| needed.has_chart(chart));
        for tree in &mut self.lock.trees {
            let mut paths = std::mem::take(&mut tree.paths);
            paths.retain(|path| needed.has_path(tree, path));
            tree.paths = paths;
        }
        self.lock.trees.retain(|tree| !tree.paths.is_empty());
        let failed =
            |error: io::Error| CliError(format!("cannot remove what is not needed: {error}"));
        self.write_lock().map_err(failed)?;
        let charts = self.lock.charts.iter().map(LockedChart::path);
        let kept: BTreeSet<PathBuf> = charts
            .chain(self.lock.trees.iter().map(LockedTree::path))
            .collect();
        for kind in ["charts", "git"] {
            remove_others(&self.directory, Path::new(kind), &kept).map_err(failed)?;
        }
        Ok(())
    }
}

/// What is asked for.
struct Needed(BTreeSet<Ask>);

impl Needed {
    fn new(asked: &[&Ask]) -> Self {
        Self(asked.iter().map(|ask| ask.without_credentials()).collect())
    }

    fn has_chart(&self, chart: &LockedChart) -> bool {
        self.0.contains(&Ask::Chart(chart.ask.clone()))
    }

    fn has_path(&self, tree: &LockedTree, path: &str) -> bool {
        let is_same = |ask: &GitAsk| ask.url == tree.url && ask.revision == tree.revision;
        let mut all = self.0.iter();
        all.any(|ask| match ask {
            Ask::Git(ask) => is_same(ask) && (ask.path == path || below(&ask.path, path)),
            Ask::Chart(_) => false,
        })
    }
}

/// Whether a path is below another one.
fn below(path: &str, above: &str) -> bool {
    let rest = path.strip_prefix(above);
    above.is_empty() || rest.is_some_and(|rest| rest.starts_with('/'))
}

/// Removes everything below a path that is not among `kept` and not above one of them.
fn remove_others(directory: &Path, path: &Path, kept: &BTreeSet<PathBuf>) -> io::Result<()> {
    let full = directory.join(path);
    let Ok(metadata) = full.symlink_metadata() else {
        return Ok(());
    };
    if kept.contains(path) {
        return Ok(());
    }
    if !metadata.is_dir() {
        return fs::remove_file(full);
    }
    if !kept.iter().any(|kept| kept.starts_with(path)) {
        return fs::remove_dir_all(full);
    }
    for entry in fs::read_dir(&full)? {
        remove_others(directory, &path.join(entry?.file_name()), kept)?;
    }
    Ok(())
}
