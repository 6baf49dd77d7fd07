//! Reads `.gitignore` and `.ignore` files within limits. The library that matches them reads whatever it is given: a
//! device never ends, and each pattern takes some kilobytes of memory.

use std::io;
use std::path::{Path, PathBuf};

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

use crate::discover::{Names, read_regular};

/// Maximum size of an ignore file in bytes (exclusive).
pub(crate) const MAX_SIZE: u64 = 1 << 20;

/// Maximum line length in bytes. No one writes longer lines, and deeply nested braces in one overflow the stack of the
/// library.
const MAX_LINE_LENGTH: usize = 4_096;

/// Maximum number of patterns that apply to a directory, in all ignore files.
pub(crate) const MAX_PATTERNS: u64 = 10_000;

/// Ignore file that cannot be used.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Refused {
    /// Path of the file.
    pub(crate) file: PathBuf,
    /// Reason, and what happens.
    pub(crate) why: String,
}

/// Reads an ignore file; `None` if there is none. Its patterns match paths relative to its directory.
///
/// # Errors
///
/// Returns [`Refused`] if the file is not a regular file, or exceeds a limit.
pub(crate) fn read(file: &Path) -> Result<Option<Gitignore>, Refused> {
    let refused = |why: &str| Refused {
        file: file.to_owned(),
        why: format!("{why}, so nothing in its directory is checked"),
    };
    let bytes = match read_regular(file, MAX_SIZE) {
        Ok(bytes) => bytes,
        Err(error) => {
            use io::ErrorKind::{IsADirectory, NotADirectory, NotFound, PermissionDenied};
            return match error.kind() {
                NotFound | IsADirectory | NotADirectory => Ok(None),
                // The directory itself cannot be searched, which the walk reports.
                PermissionDenied if file.symlink_metadata().is_err() => Ok(None),
                _ => Err(refused(&error.to_string())),
            };
        }
    };
    let text = String::from_utf8_lossy(&bytes);
    parse(&text).map_err(|why| refused(&why))
}

/// Reads the text of an ignore file. `None` if it has no pattern.
///
/// # Errors
///
/// Returns the limit that the text exceeds.
pub fn parse(text: &str) -> Result<Option<Gitignore>, String> {
    let mut builder = GitignoreBuilder::new("");
    let mut patterns = 0;
    for line in text.trim_start_matches('\u{feff}').lines() {
        if line.len() > MAX_LINE_LENGTH {
            return Err("a line is longer than 4,096 characters".to_owned());
        }
        patterns += u64::from(!line.is_empty() && !line.starts_with('#'));
        if patterns > MAX_PATTERNS {
            return Err(TOO_MANY.to_owned());
        }
        // As in git, a pattern that is not valid matches nothing.
        let _ = builder.add_line(None, line);
    }
    if patterns == 0 {
        return Ok(None);
    }
    let built = builder.build();
    built
        .map(Some)
        .map_err(|_| "its patterns are too complex".to_owned())
}

const TOO_MANY: &str = "it has more than 10,000 patterns";

/// Ignore files of one directory.
#[derive(Debug, Default)]
struct Level {
    directory: PathBuf,
    /// `.ignore`, which applies with and without git.
    own: Option<Gitignore>,
    /// `.gitignore`.
    git: Option<Gitignore>,
    /// `.git/info/exclude`.
    exclude: Option<Gitignore>,
}

impl Level {
    /// Reads the ignore files of a directory that may have entries with certain names.
    fn read(
        directory: &Path,
        respects_git: bool,
        may_have: impl Fn(&str) -> bool,
    ) -> Result<Self, Refused> {
        let read_if = |name: &str| match may_have(name) {
            true => read(&directory.join(name)),
            false => Ok(None),
        };
        let mut level = Self {
            directory: directory.to_owned(),
            own: read_if(".ignore")?,
            ..Self::default()
        };
        if respects_git {
            level.git = read_if(".gitignore")?;
            let has_git = may_have(".git").then_some(directory);
            let exclude = has_git.and_then(crate::git_index::exclude_file);
            level.exclude = exclude.map(|file| read(&file)).transpose()?.flatten();
        }
        Ok(level)
    }

    fn patterns(&self) -> u64 {
        let files = [&self.own, &self.git, &self.exclude];
        let files = files.into_iter().flatten();
        files
            .map(|one| one.num_ignores() + one.num_whitelists())
            .sum()
    }
}

/// Ignore files that apply during a walk, with the precedence of the library: `.ignore` before `.gitignore` before
/// `.git/info/exclude`, and the file of the deeper directory first.
#[derive(Debug)]
pub(crate) struct IgnoreRules {
    respects_git: bool,
    /// Where the walk starts, as it names it, and its real path.
    start: PathBuf,
    real: PathBuf,
    /// Directories above the start, from the root on. Their paths are real.
    above: Vec<Level>,
    /// The start and the directories that lead to the current entry, as the walk names them.
    below: Vec<Level>,
}

impl IgnoreRules {
    /// Reads the ignore files above `start`.
    ///
    /// # Errors
    ///
    /// Returns [`Refused`] if one of them cannot be used.
    pub(crate) fn new(start: &Path, respects_git: bool) -> Result<Self, Refused> {
        let real = std::fs::canonicalize(start).unwrap_or_else(|_| start.to_owned());
        let mut rules = Self {
            respects_git,
            start: start.to_owned(),
            real: real.clone(),
            above: Vec::new(),
            below: Vec::new(),
        };
        let mut above: Vec<&Path> = real.ancestors().skip(1).collect();
        above.reverse();
        for directory in above {
            let level = Level::read(directory, respects_git, |_| true)?;
            if level.patterns() > 0 {
                rules.above.push(level);
                rules.limit()?;
            }
        }
        Ok(rules)
    }

    /// Real path of the start.
    pub(crate) fn real(&self) -> &Path {
        &self.real
    }

    /// Reads the ignore files of the start or of a directory below it, which has entries with these names. The entries
    /// follow.
    ///
    /// # Errors
    ///
    /// Returns [`Refused`] if one of them cannot be used.
    pub(crate) fn enter(&mut self, directory: &Path, names: &Names<'_>) -> Result<(), Refused> {
        self.leave(directory);
        let level = Level::read(directory, self.respects_git, |name| names.may_have(name))?;
        if level.patterns() > 0 {
            self.below.push(level);
            self.limit().inspect_err(|_| {
                self.below.pop();
            })?;
        }
        Ok(())
    }

    /// Whether the entry at `path` is ignored.
    pub(crate) fn ignores(&mut self, path: &Path, is_directory: bool) -> bool {
        self.leave(path);
        let real = path.strip_prefix(&self.start);
        let real = real.map_or_else(|_| self.real.clone(), |rest| self.real.join(rest));
        let files: [fn(&Level) -> &Option<Gitignore>; 3] = [
            |level| &level.own,
            |level| &level.git,
            |level| &level.exclude,
        ];
        for file in files {
            let below = self.below.iter().rev().map(|level| (level, path));
            let above = self.above.iter().rev().map(|level| (level, real.as_path()));
            for (level, path) in below.chain(above) {
                let rules = file(level).as_ref();
                let rest = path.strip_prefix(&level.directory);
                let (Some(rules), Ok(rest)) = (rules, rest) else {
                    continue;
                };
                match rules.matched(rest, is_directory) {
                    Match::Ignore(_) => return true,
                    Match::Whitelist(_) => return false,
                    Match::None => {}
                }
            }
        }
        false
    }

    /// Drops the directories that do not contain `path`.
    fn leave(&mut self, path: &Path) {
        while let Some(last) = self.below.last()
            && (last.directory == path || !path.starts_with(&last.directory))
        {
            self.below.pop();
        }
    }

    fn limit(&self) -> Result<(), Refused> {
        let levels = self.above.iter().chain(&self.below);
        let sum: u64 = levels.map(Level::patterns).sum();
        let last = self.below.last().or(self.above.last());
        match last.filter(|_| sum > MAX_PATTERNS) {
            Some(level) => Err(Refused {
                file: level.directory.join(".gitignore"),
                why: "the ignore files here and above have more than 10,000 patterns, so nothing in its directory is \
                      checked"
                    .to_owned(),
            }),
            None => Ok(()),
        }
    }
}
