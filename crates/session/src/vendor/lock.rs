//! The lock file: what was asked for, and what it was resolved to.

mod read;

use std::fmt::{self, Write as _};
use std::fs;
use std::path::{Path, PathBuf};

use podwright_render::vendor::{ChartAsk, GitAsk, Revision};
use podwright_syntax::text::{self, Position};
use sha2::{Digest, Sha256};

use crate::discover;

/// Version of the format.
const VERSION: &str = "1";

/// Maximum size of a lock file in bytes.
const MAX_LOCK_SIZE: u64 = 16 << 20;

const HEADER: &str = "# Written by `podwright vendor`. Do not edit.\n";

/// Help for every error.
const AGAIN: &str = "restore it, or delete it and run `podwright vendor`";

/// Content of a lock file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lock {
    /// Packed charts, sorted by what was asked for.
    pub charts: Vec<LockedChart>,
    /// Repositories, sorted by URL and revision.
    pub trees: Vec<LockedTree>,
}

/// A packed chart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LockedChart {
    /// What was asked for, without credentials.
    pub ask: ChartAsk,
    /// Version of the chart.
    pub resolved: String,
    /// Digest of the file; see [`super::of_file`].
    pub digest: String,
    /// Its entry in the lock file.
    pub position: Option<Position>,
}

/// A git repository at a commit, or the parts of it that were asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LockedTree {
    /// URL without credentials.
    pub url: String,
    /// Revision that was asked for.
    pub revision: Revision,
    /// The commit that it was resolved to.
    pub commit: String,
    /// Directories that were asked for, sorted. An empty one is the whole repository.
    pub paths: Vec<String>,
    /// Digest of the directory; see [`super::of_tree`].
    pub digest: String,
    /// Its entry in the lock file.
    pub position: Option<Position>,
}

/// Error for a lock file that cannot be used. Displays as `path:line:column: message; help`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LockError {
    /// Path of the lock file, as displayed.
    pub path: String,
    /// Position in it; `None` if the error concerns the file as a whole.
    pub position: Option<Position>,
    /// What is wrong.
    pub message: String,
}

impl fmt::Display for LockError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path)?;
        if let Some(at) = self.position {
            write!(f, ":{}:{}", at.line, at.column)?;
        }
        write!(f, ": {}; {AGAIN}", self.message)
    }
}

impl std::error::Error for LockError {}

impl LockedChart {
    /// Path of the file below `.podwright/vendor`.
    #[must_use]
    pub fn path(&self) -> PathBuf {
        let name = segment(&format!("{}-{}", self.ask.name, self.resolved));
        let mut path = below("charts", &self.ask.repository);
        path.push(format!("{name}.tgz"));
        path
    }
}

impl LockedTree {
    /// Path of the directory below `.podwright/vendor`.
    #[must_use]
    pub fn path(&self) -> PathBuf {
        below("git", &self.url).join(segment(self.revision.as_str()))
    }

    /// Whether the directory of the repository was asked for, or one above it.
    #[must_use]
    pub fn has(&self, path: &str) -> bool {
        self.paths.iter().any(|own| {
            let rest = path.strip_prefix(own.as_str());
            own.is_empty() || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    }
}

impl Lock {
    /// The entry for a chart.
    #[must_use]
    pub fn chart(&self, ask: &ChartAsk) -> Option<&LockedChart> {
        let ask = ask.without_credentials();
        self.charts.iter().find(|locked| locked.ask == ask)
    }

    /// The entry for a directory of a repository.
    #[must_use]
    pub fn tree(&self, ask: &GitAsk) -> Option<&LockedTree> {
        let ask = ask.without_credentials();
        let mut trees = self.trees.iter();
        trees.find(|locked| {
            locked.url == ask.url && locked.revision == ask.revision && locked.has(&ask.path)
        })
    }

    /// Reads a lock file.
    ///
    /// # Errors
    ///
    /// Returns [`LockError`] if the file cannot be read or is invalid.
    pub fn read(file: &Path) -> Result<Self, LockError> {
        let path = discover::shown(file);
        let unreadable = |message: String| LockError {
            path: path.clone(),
            position: None,
            message: format!("cannot read the lock file: {message}"),
        };
        let metadata = fs::metadata(file).map_err(|error| unreadable(error.to_string()))?;
        // Reading a pipe would block forever.
        if !metadata.is_file() {
            return Err(unreadable("not a regular file".to_owned()));
        }
        if metadata.len() > MAX_LOCK_SIZE {
            return Err(unreadable(format!("larger than {MAX_LOCK_SIZE} bytes")));
        }
        let bytes = discover::read_path(file).map_err(|error| unreadable(error.to_string()))?;
        Self::parse(&text::decode(bytes).text, &path)
    }

    /// Parses the text of a lock file that is displayed as `path`.
    ///
    /// # Errors
    ///
    /// Returns [`LockError`] if it is invalid.
    pub fn parse(text: &str, path: &str) -> Result<Self, LockError> {
        read::lock(text, path)
    }

    /// The text of the lock file.
    #[must_use]
    pub fn to_yaml(&self) -> String {
        let mut out = format!("{HEADER}version: {VERSION}\n");
        let mut list = |name: &str, entries: Vec<Vec<(&str, String)>>| {
            if entries.is_empty() {
                return;
            }
            let _ = writeln!(out, "{name}:");
            for entry in entries {
                for (index, (key, value)) in entry.into_iter().enumerate() {
                    let mark = if index == 0 { "- " } else { "  " };
                    let _ = writeln!(out, "{mark}{key}: {value}");
                }
            }
        };
        let charts = self.charts.iter().map(|chart| {
            vec![
                ("repository", quoted(&chart.ask.repository)),
                ("name", quoted(&chart.ask.name)),
                ("version", quoted(&chart.ask.version)),
                ("resolved", quoted(&chart.resolved)),
                ("digest", quoted(&chart.digest)),
            ]
        });
        list("charts", charts.collect());
        let trees = self.trees.iter().map(|tree| {
            let paths: Vec<String> = tree.paths.iter().map(|path| quoted(path)).collect();
            vec![
                ("url", quoted(&tree.url)),
                ("revision", quoted(tree.revision.as_str())),
                ("commit", quoted(&tree.commit)),
                ("paths", format!("[{}]", paths.join(", "))),
                ("digest", quoted(&tree.digest)),
            ]
        });
        list("git", trees.collect());
        out
    }
}

/// A JSON string, which is also a YAML one.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            c if c.is_control() => _ = write!(out, "\\u{:04x}", u32::from(c)),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// A directory for a URL.
fn below(kind: &str, url: &str) -> PathBuf {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let mut path = PathBuf::from(kind);
    path.extend(rest.split('/').filter(|part| !part.is_empty()).map(segment));
    path
}

/// A name that every file system accepts. What has other characters gets a hash, so that two names stay different.
fn segment(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '+');
    let starts_plain = !text.starts_with(['.', '-']);
    if starts_plain && !text.is_empty() && text.len() <= 100 && text.chars().all(is_plain) {
        return text.to_owned();
    }
    let plain: String = text
        .trim_start_matches(['.', '-'])
        .chars()
        .map(|c| if is_plain(c) { c } else { '_' })
        .take(60)
        .collect();
    let hash = Sha256::digest(text);
    let hash: String = hash[..4].iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{plain}-{hash}")
}
