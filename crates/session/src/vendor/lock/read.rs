//! Reads lock files.

use podwright_render::vendor::{ChartAsk, Revision, is_commit};
use podwright_syntax::text::{LineIndex, Position};
use podwright_syntax::{NodeId, Scalar, SyntaxTree};

use super::{Lock, LockError, LockedChart, LockedTree, VERSION};

/// Reads the text of a lock file that is displayed as `path`.
pub(super) fn lock(text: &str, path: &str) -> Result<Lock, LockError> {
    let tree = podwright_syntax::parse(text.into());
    let reader = Reader {
        lines: LineIndex::new(text),
        tree: &tree,
        path,
    };
    reader.lock()
}

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
