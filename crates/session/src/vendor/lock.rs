//! The lock file: what was asked for, and what it was resolved to.

use std::fmt::{self, Write as _};
use std::fs;
use std::path::{Path, PathBuf};

use podwright_render::vendor::{ChartAsk, GitAsk, Revision, is_commit};
use podwright_syntax::text::{self, LineIndex, Position};
use podwright_syntax::{NodeId, Scalar, SyntaxTree};
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
        let tree = podwright_syntax::parse(text.into());
        let reader = Reader {
            lines: LineIndex::new(text),
            tree: &tree,
            path,
        };
        reader.lock()
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

/// Reads a lock file.
struct Reader<'t> {
    tree: &'t SyntaxTree,
    lines: LineIndex,
    path: &'t str,
}

impl Reader<'_> {
    fn lock(&self) -> Result<Lock, LockError> {
        if let Some(error) = self.tree.errors().first() {
            return Err(self.error_at(error.span.start, "malformed YAML"));
        }
        let Some(document) = self.tree.documents().first() else {
            return Err(self.error_at(0, "the lock file is not a mapping"));
        };
        let root = document.root;
        if !self.tree.kind(root).is_mapping() {
            return Err(self.error(root, "the lock file is not a mapping"));
        }
        let version = self.tree.get(root, "version");
        let is_known = version.is_some_and(|version| self.tree.decoded(version.value) == VERSION);
        if !is_known {
            let at = version.map_or(root, |version| version.value);
            return Err(self.error(at, "unknown version of the lock file"));
        }
        let mut lock = Lock::default();
        for entry in self.entries(root, "charts")? {
            lock.charts.push(self.chart(entry)?);
        }
        for entry in self.entries(root, "git")? {
            lock.trees.push(self.tree(entry)?);
        }
        Ok(lock)
    }

    fn chart(&self, entry: NodeId) -> Result<LockedChart, LockError> {
        let text = |key| self.text(entry, key);
        Ok(LockedChart {
            ask: ChartAsk::new(&text("repository")?, &text("name")?, &text("version")?),
            resolved: text("resolved")?,
            digest: self.digest(entry)?,
            position: Some(self.position(entry)),
        })
    }

    fn tree(&self, entry: NodeId) -> Result<LockedTree, LockError> {
        let commit = self.text(entry, "commit")?;
        if !is_commit(&commit) {
            return Err(self.error(entry, "`commit` is not a full commit hash"));
        }
        Ok(LockedTree {
            url: self.text(entry, "url")?,
            revision: Revision::named(&self.text(entry, "revision")?),
            commit,
            paths: self.texts(entry, "paths")?,
            digest: self.digest(entry)?,
            position: Some(self.position(entry)),
        })
    }

    fn digest(&self, entry: NodeId) -> Result<String, LockError> {
        let digest = self.text(entry, "digest")?;
        let hash = digest.strip_prefix("sha256:").unwrap_or_default();
        match hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            true => Ok(digest),
            false => Err(self.error(entry, "`digest` is not a SHA-256 digest")),
        }
    }

    fn entries(&self, root: NodeId, key: &str) -> Result<Vec<NodeId>, LockError> {
        let Some(list) = self.tree.get(root, key) else {
            return Ok(Vec::new());
        };
        if !self.tree.kind(list.value).is_sequence() {
            return Err(self.error(list.value, &format!("`{key}` is not a list")));
        }
        let items: Vec<NodeId> = self.tree.items(list.value).collect();
        match items
            .iter()
            .find(|item| !self.tree.kind(**item).is_mapping())
        {
            Some(item) => Err(self.error(*item, &format!("an item of `{key}` is not a mapping"))),
            None => Ok(items),
        }
    }

    fn value(&self, entry: NodeId, key: &str) -> Result<NodeId, LockError> {
        let value = self.tree.get(entry, key).map(|entry| entry.value);
        value.ok_or_else(|| self.error(entry, &format!("`{key}` is missing")))
    }

    fn text(&self, entry: NodeId, key: &str) -> Result<String, LockError> {
        self.string(self.value(entry, key)?, key)
    }

    fn texts(&self, entry: NodeId, key: &str) -> Result<Vec<String>, LockError> {
        let list = self.value(entry, key)?;
        match self.tree.kind(list).is_sequence() {
            true => self
                .tree
                .items(list)
                .map(|item| self.string(item, key))
                .collect(),
            false => Err(self.error(list, &format!("`{key}` is not a list"))),
        }
    }

    fn string(&self, value: NodeId, key: &str) -> Result<String, LockError> {
        match self.tree.scalar(value) {
            Scalar::Str(text) => Ok(text.into_owned()),
            _ => Err(self.error(value, &format!("`{key}` is not a string"))),
        }
    }

    fn position(&self, node: NodeId) -> Position {
        self.lines
            .position(self.tree.span(node).start, self.tree.text())
    }

    fn error(&self, node: NodeId, message: &str) -> LockError {
        self.error_at(self.tree.span(node).start, message)
    }

    fn error_at(&self, offset: u32, message: &str) -> LockError {
        LockError {
            path: self.path.to_owned(),
            position: Some(self.lines.position(offset, self.tree.text())),
            message: message.to_owned(),
        }
    }
}
