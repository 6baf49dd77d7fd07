//! The git generator (`generators/git.go`): directories and files of the repository.

use std::path::{Path, PathBuf};

use super::super::super::directory::any_depth;
use super::super::super::{matches, repository_name};
use super::super::template::sanitized;
use super::{Generators, MAX_SETS, flat, name};
use crate::files::Found;
use crate::helm::glob::glob_match;
use crate::read::document;
use crate::{Node, Origin, Text, Value};

/// Most files and directories that a pattern is compared with.
const MAX_ENTRIES: usize = 50_000;

impl Generators<'_, '_> {
    /// `None` if the repository is not this one.
    pub(super) fn git(&mut self, generator: &Node) -> Option<Vec<Node>> {
        let url = generator.get("repoURL").and_then(Node::str)?;
        let own = repository_name(url);
        if !self.set.remotes.is_empty() && !self.set.remotes.contains(&own) {
            return None;
        }
        let items = |field: &str| {
            let items = generator.get(field).and_then(Node::list);
            items.unwrap_or_default().to_vec()
        };
        let (directories, files) = (items("directories"), items("files"));
        let prefix = generator.get("pathParamPrefix").and_then(Node::str);
        let prefix = prefix.unwrap_or_default().to_owned();
        let values = generator.get("values").cloned();
        let mut sets = Vec::new();
        if !directories.is_empty() {
            for (path, pattern) in self.directories(&directories)? {
                let parameters =
                    self.of_path(Node::empty_map(None), &path, None, &prefix, &pattern);
                sets.push(self.with_values(parameters, values.as_ref())?);
            }
            return Some(sets);
        }
        for (root, path, pattern) in self.files(&files)? {
            let id = self.sources.open(&root.join(&path)).ok()?;
            let text = self.sources.get(id).text()?.clone();
            let whole = podwright_syntax::text::Location {
                file: id,
                span: podwright_syntax::text::Span::new(0, u32::try_from(text.len()).ok()?),
            };
            let content = document(&Text::new(&*text, Origin::Copied(whole))).ok()?;
            let content = content.unwrap_or_else(|| Node::empty_map(None));
            let objects = match content.value {
                Value::List(items) => items,
                _ => vec![content],
            };
            for object in objects {
                let mut parameters = Node::empty_map(object.place);
                if self.language.is_go() {
                    parameters.value.clone_from(&object.value);
                    parameters.map()?;
                } else {
                    let mut all = Vec::new();
                    flat(&object, "", &mut all);
                    for (key, value) in all {
                        parameters.map_mut()?.set(name(&key), value);
                    }
                }
                let (directory, file) = path.rsplit_once('/').unwrap_or((".", &path));
                let parameters = self.of_path(parameters, directory, Some(file), &prefix, &pattern);
                sets.push(self.with_values(parameters, values.as_ref())?);
            }
        }
        Some(sets)
    }

    /// Adds the parameters of a path. They are made of the `pattern` that finds it.
    fn of_path(
        &self,
        mut parameters: Node,
        path: &str,
        file: Option<&str>,
        prefix: &str,
        pattern: &Text,
    ) -> Node {
        let origin = pattern.location().map_or(Origin::Nowhere, Origin::made_at);
        let string = |text: &str| Node::string(Text::new(text, origin.clone()));
        let base = path.rsplit('/').next().unwrap_or(path);
        let mut all = vec![
            ("path", string(path)),
            ("basename", string(base)),
            ("basenameNormalized", string(&sanitized(base))),
        ];
        if let Some(file) = file {
            all.push(("filename", string(file)));
            all.push(("filenameNormalized", string(&sanitized(file))));
        }
        let Some(map) = parameters.map_mut() else {
            return parameters;
        };
        if self.language.is_go() {
            let mut inner = Node::empty_map(None);
            let mut segments = Node::empty_list(None);
            segments.value = Value::List(path.split('/').map(string).collect());
            all.push(("segments", segments));
            if let Some(inner) = inner.map_mut() {
                for (key, value) in all {
                    inner.set(name(key), value);
                }
            }
            match prefix {
                "" => map.set(name("path"), inner),
                prefix => {
                    let mut outer = Node::empty_map(None);
                    if let Some(outer) = outer.map_mut() {
                        outer.set(name("path"), inner);
                    }
                    map.set(name(prefix), outer);
                }
            }
            return parameters;
        }
        let start = match prefix {
            "" => "path".to_owned(),
            prefix => format!("{prefix}.path"),
        };
        for (key, value) in all {
            let key = match key {
                "path" => start.clone(),
                key => format!("{start}.{key}"),
            };
            map.set(name(&key), value);
        }
        for (index, part) in path.split('/').enumerate() {
            if !part.is_empty() {
                map.set(name(&format!("{start}[{index}]")), string(part));
            }
        }
        parameters
    }

    /// Directories that one pattern matches and no pattern excludes (`filterApps`), with the pattern.
    fn directories(&self, items: &[Node]) -> Option<Vec<(String, Text)>> {
        let is_excluded = |item: &&Node| item.get("exclude").and_then(Node::str) == Some("true");
        let patterns = |excluded: bool| {
            let chosen = items
                .iter()
                .filter(move |item| is_excluded(item) == excluded);
            chosen.filter_map(|item| item.get("path")?.text().cloned())
        };
        for root in &self.set.roots {
            let mut found: Vec<(String, Text)> = Vec::new();
            for pattern in patterns(false) {
                let mut paths = Vec::new();
                let parts: Vec<&str> = pattern.as_str().split('/').collect();
                self.expand(root, "", &parts, &mut paths)?;
                found.extend(paths.into_iter().map(|path| (path, pattern.clone())));
            }
            if found.is_empty() {
                continue;
            }
            found
                .retain(|(path, _)| !patterns(true).any(|pattern| matches(pattern.as_str(), path)));
            found.sort_by(|(a, _), (b, _)| a.split('/').cmp(b.split('/')));
            found.dedup_by(|(a, _), (b, _)| a == b);
            found.truncate(MAX_SETS + 1);
            return Some(found);
        }
        None
    }

    /// Directories below `here` that the parts of a pattern match. Hidden ones are not found. `None` if a directory has
    /// too many entries.
    fn expand(
        &self,
        here: &Path,
        prefix: &str,
        parts: &[&str],
        out: &mut Vec<String>,
    ) -> Option<()> {
        let Some((part, rest)) = parts.split_first() else {
            out.push(prefix.trim_end_matches('/').to_owned());
            return Some(());
        };
        let names = match part.contains(['*', '?', '[', '\\']) {
            true => self.sources.entries(here).ok()?,
            false => vec![(*part).to_owned()],
        };
        for entry in names {
            if entry.starts_with('.') || out.len() > MAX_SETS || !matches(part, &entry) {
                continue;
            }
            let next = here.join(&entry);
            if let Some(Found::Directory(_)) = self.sources.find(&next) {
                self.expand(&next, &format!("{prefix}{entry}/"), rest, out)?;
            }
        }
        Some(())
    }

    /// Files that a pattern matches, where `*` matches `/`, too: the root, the path and the pattern.
    fn files(&self, items: &[Node]) -> Option<Vec<(PathBuf, String, Text)>> {
        let patterns: Vec<Text> = items
            .iter()
            .filter_map(|item| item.get("path")?.text().cloned())
            .collect();
        for root in &self.set.roots {
            let mut found = Vec::new();
            for pattern in &patterns {
                let string = pattern.as_str();
                let Some(first) = string.find(['*', '?', '[']) else {
                    if let Some(Found::File(_)) = self.sources.find(&root.join(string)) {
                        found.push((root.clone(), string.to_owned(), pattern.clone()));
                    }
                    continue;
                };
                let directory = string[..first]
                    .rsplit_once('/')
                    .map_or("", |(path, _)| path);
                let mut paths = Vec::new();
                let mut left = MAX_ENTRIES;
                self.walk(&root.join(directory), directory, &mut left, &mut paths);
                if left == 0 {
                    return None;
                }
                let glob = any_depth(string);
                paths.retain(|path| glob_match(&glob, path) == Some(true));
                found.extend(
                    paths
                        .into_iter()
                        .map(|path| (root.clone(), path, pattern.clone())),
                );
            }
            if !found.is_empty() {
                found.sort_by(|(_, a, _), (_, b, _)| a.cmp(b));
                found.dedup_by(|(_, a, _), (_, b, _)| a == b);
                found.truncate(MAX_SETS + 1);
                return Some(found);
            }
        }
        None
    }

    fn walk(&self, here: &Path, prefix: &str, left: &mut usize, out: &mut Vec<String>) {
        let Ok(entries) = self.sources.entries(here) else {
            *left = 0;
            return;
        };
        for entry in entries {
            if *left == 0 {
                return;
            }
            *left -= 1;
            let path = match prefix {
                "" => entry.clone(),
                prefix => format!("{prefix}/{entry}"),
            };
            match self.sources.find(&here.join(&entry)) {
                Some(Found::Directory(real)) if real.starts_with(here) && entry != ".git" => {
                    self.walk(&real, &path, left, out);
                }
                Some(Found::File(_)) => out.push(path),
                _ => {}
            }
        }
    }
}
