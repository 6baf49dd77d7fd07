//! Objects that are defined twice.

use super::index::ObjectKey;
use super::{Namespace, ObjectId, Workspace};
use podwright_model::Object;

impl Workspace {
    /// An object before `id` that is the same one in the cluster: of the same kind, namespace and name, in the same file
    /// or in another file of the directory. `None` if the two may be alternatives, of which only one is applied.
    #[must_use]
    pub fn twin(&self, id: ObjectId) -> Option<ObjectId> {
        let object = self.object(id);
        let key = self.own_key(id, object)?;
        let is_whole = |id: ObjectId| {
            !self.is_partial(id)
                && !self.object(id).is_sparse
                && self.skipped(id.file).is_none()
                && self.links.standings.sample(id.file).is_none()
        };
        if !is_whole(id) {
            return None;
        }
        // Those of the same directory are the last ones before it.
        let all = self.links.index.find(&key);
        let before = &all[..all.partition_point(|other| *other < id)];
        let nearest = before.iter().rev().take(MAX_COMPARED).copied();
        let mut before: Vec<ObjectId> =
            nearest.filter(|&other| self.has_key(other, &key)).collect();
        before.reverse();
        let mut before = before.into_iter();
        before.find(|&other| is_whole(other) && self.is_beside(id, other))
    }

    fn own_key<'a>(&'a self, id: ObjectId, object: &'a Object) -> Option<ObjectKey<'a>> {
        let [namespace] = self.namespaces(id) else {
            return None;
        };
        if *namespace == Namespace::Unknown || object.is_program_configuration() {
            return None;
        }
        Some(ObjectKey {
            group: object.group()?,
            kind: object.kind.text()?,
            namespace,
            name: object
                .metadata
                .name
                .text()
                .filter(|name| !name.is_empty())?,
        })
    }

    /// Whether nothing suggests that only one of the files of two objects is applied.
    ///
    /// In one file, both are, and so is what two objects of one file ask for. Two files of a directory are too, unless their names have a word in common, as those of
    /// alternatives do (`web.yaml` and `web-tls.yaml`), or the objects are examples.
    fn is_beside(&self, one: ObjectId, other: ObjectId) -> bool {
        if one.file == other.file {
            return true;
        }
        let asking_file = |id: ObjectId| Some(self.render_of(id.file)?.asked_by?.file);
        if asking_file(one).is_some_and(|file| asking_file(other) == Some(file)) {
            return self.coexist(one, other);
        }
        let is_named = |id| matches!(self.namespaces(id), [Namespace::Known(_)]);
        if !is_named(one) {
            return false;
        }
        let (one, other) = (self.file(one.file), self.file(other.file));
        let mut directories = words(one.directory());
        let is_example = directories.any(|word| EXAMPLES.contains(&word.as_str()));
        let own: Vec<String> = words(stem(one.name())).collect();
        let is_alternative = words(stem(other.name())).any(|word| own.contains(&word));
        // Not standard input, and not an unsaved document of an editor.
        let is_file = [one, other].iter().all(|file| file.name().contains('.'));
        is_file && one.directory() == other.directory() && !is_example && !is_alternative
    }
}

/// Maximum number of objects that one is compared with.
const MAX_COMPARED: usize = 100;

/// Words in the names of directories whose files are examples or tests, each for itself.
const EXAMPLES: [&str; 14] = [
    "benchmark",
    "benchmarks",
    "demo",
    "demos",
    "doc",
    "docs",
    "e2e",
    "example",
    "examples",
    "sample",
    "samples",
    "test",
    "tests",
    "tutorial",
];

fn stem(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

fn words(text: &str) -> impl Iterator<Item = String> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric());
    words
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_lowercase)
}
