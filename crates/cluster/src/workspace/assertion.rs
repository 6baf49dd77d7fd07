//! Files that tests compare with the cluster, and that are never applied.
//!
//! Chainsaw and kuttl compare the objects in an assertion with those in the cluster, as far as the assertion has
//! fields. An assertion therefore lacks fields, and has some that only the API server sets. In Chainsaw, values and
//! keys may also be expressions.
//!
//! Sources: `TryFindStepFiles` and `fileRefOrCheck` of Chainsaw, `internal/file/name.go` and `ObjectsFromPath` of kuttl.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::File;
use super::kustomize::join;
use crate::glob;
use podwright_model::{Field, MappingReader, Object};
use podwright_syntax::text::FileId;

/// API groups of kuttl: `kudo.dev` is the former one.
const KUTTL: [&str; 2] = ["kuttl.dev", "kudo.dev"];

/// API group of Chainsaw.
const CHAINSAW: &str = "chainsaw.kyverno.io";

/// Whether the file has a document of Chainsaw or kuttl, which may name other files.
pub(super) fn is_test(file: &File) -> bool {
    file.objects.iter().any(|object| {
        object
            .group()
            .is_some_and(|group| group == CHAINSAW || KUTTL.contains(&group))
    })
}

/// Directories with tests.
fn test_directories(files: &[Arc<File>]) -> FxHashSet<&str> {
    let has_tests = |file: &&Arc<File>| {
        is_test(file) || (is_manifest(file) && numbered_word(file.name()) == Some("assert"))
    };
    files
        .iter()
        .filter(has_tests)
        .map(|file| file.directory())
        .collect()
}

/// Files with a number in directories of tests: the steps of kuttl, which creates their objects or merges them into
/// existing ones (`Create` and `Patch` in `internal/step`).
pub(super) fn steps(files: &[Arc<File>]) -> FxHashSet<FileId> {
    let directories = test_directories(files);
    let all = files.iter().zip(0..).filter(|(file, _)| {
        directories.contains(file.directory()) && numbered_word(file.name()).is_some()
    });
    all.map(|(_, id)| FileId(id)).collect()
}

/// Files that a test compares with the cluster and none applies.
pub(super) fn assertions(files: &[Arc<File>]) -> FxHashSet<FileId> {
    let test_directories = test_directories(files);
    let mut found: FxHashSet<FileId> = FxHashSet::default();
    for (file, id) in files.iter().zip(0..).filter(|(file, _)| is_manifest(file)) {
        let is_among_tests = test_directories.contains(file.directory());
        let has_settings = file
            .objects
            .iter()
            .any(|object| KUTTL.iter().any(|group| object.is(group, "TestAssert")));
        if has_settings || is_assertion_name(file.name(), is_among_tests) {
            found.insert(FileId(id));
        }
    }
    let (compared, applied) = named_by_tests(files);
    found.extend(compared);
    // Chainsaw tests often compare the cluster with the file that they applied.
    found.retain(|id| !applied.contains(id) && !is_test_case(&files[id.0 as usize]));
    found
}

fn is_manifest(file: &File) -> bool {
    !file.objects.is_empty() && file.kustomization.is_none()
}

/// A `Test` or `TestStep` names files and is none of them.
fn is_test_case(file: &File) -> bool {
    file.objects.iter().any(|object| {
        object.is(CHAINSAW, "Test") || KUTTL.iter().any(|group| object.is(group, "TestStep"))
    })
}

/// Whether a file of that name is an assertion. Names that have other uses count only in a directory of tests.
fn is_assertion_name(name: &str, is_among_tests: bool) -> bool {
    let Some(stem) = stem(name) else {
        return false;
    };
    let first = numbered_word(name).or_else(|| word(stem));
    let has_number = numbered_word(name).is_some();
    let last = stem.rsplit(['-', '_']).next().unwrap_or(stem);
    let is = |word: &str, wanted: &[&str]| wanted.iter().any(|own| own.eq_ignore_ascii_case(word));
    let is_first = |wanted: &[&str]| first.is_some_and(|first| is(first, wanted));
    is_first(&["assert"])
        || is(last, &["assert", "asserts"])
        || (is_first(&["errors"]) && (has_number || is_among_tests))
        || (is(last, &["error", "errors"]) && is_among_tests)
}

/// Name without its extension, if it is one of YAML; kuttl also fills in `.gotmpl.yaml`.
fn stem(name: &str) -> Option<&str> {
    let stem = name
        .strip_suffix(".yaml")
        .or_else(|| name.strip_suffix(".yml"))?;
    Some(stem.strip_suffix(".gotmpl").unwrap_or(stem))
}

/// First word after the number of the step: `assert` in `01-assert.yaml` and `01-assert-pods.yaml`.
fn numbered_word(name: &str) -> Option<&str> {
    let (number, rest) = stem(name)?.split_once('-')?;
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| word(rest)).flatten()
}

fn word(stem: &str) -> Option<&str> {
    stem.split('-').next().filter(|word| !word.is_empty())
}

/// Files that tests compare with the cluster, and files that they apply.
fn named_by_tests(files: &[Arc<File>]) -> (FxHashSet<FileId>, FxHashSet<FileId>) {
    let mut named = Named {
        files: Directories::default(),
        compared: FxHashSet::default(),
        applied: FxHashSet::default(),
    };
    let tests: Vec<&Arc<File>> = files.iter().filter(|file| is_test(file)).collect();
    if tests.is_empty() {
        return (named.compared, named.applied);
    }
    named.files = Directories::new(files);
    for file in tests {
        for object in &file.objects {
            let Some(record) = MappingReader::new(&file.tree, object.node) else {
                continue;
            };
            if object.is(CHAINSAW, "Test") {
                named.chainsaw_test(files, file.directory(), record);
            } else if is_kuttl_step(object) {
                named.kuttl_step(file.directory(), record);
            }
        }
    }
    (named.compared, named.applied)
}

fn is_kuttl_step(object: &Object) -> bool {
    KUTTL.iter().any(|group| object.is(group, "TestStep"))
}

struct Named<'f> {
    files: Directories<'f>,
    compared: FxHashSet<FileId>,
    applied: FxHashSet<FileId>,
}

impl Named<'_> {
    /// Reads `spec.steps`. Paths are relative to the directory of the test, also those in a step template.
    fn chainsaw_test(&mut self, files: &[Arc<File>], directory: &str, test: MappingReader<'_>) {
        let Some(spec) = test.child("spec") else {
            return;
        };
        for step in readers(spec, "steps") {
            self.chainsaw_step(directory, step);
            let template = step.child("use").and_then(|used| path(used, "template"));
            let template = template.map(|path| self.files.at(directory, &path));
            for id in template.unwrap_or_default() {
                let file = &files[id.0 as usize];
                let of_template = |object: &&Object| object.is(CHAINSAW, "StepTemplate");
                for object in file.objects.iter().filter(of_template) {
                    let record = MappingReader::new(&file.tree, object.node);
                    if let Some(spec) = record.and_then(|record| record.child("spec")) {
                        self.chainsaw_step(directory, spec);
                    }
                }
            }
        }
    }

    fn chainsaw_step(&mut self, directory: &str, step: MappingReader<'_>) {
        for operation in readers(step, "try") {
            let named = |key: &str| operation.child(key).and_then(|own| path(own, "file"));
            for key in ["assert", "error", "patch"] {
                let found = named(key).map(|path| self.files.at(directory, &path));
                self.compared.extend(found.into_iter().flatten());
            }
            for key in ["apply", "create", "update"] {
                let found = named(key).map(|path| self.files.at(directory, &path));
                self.applied.extend(found.into_iter().flatten());
            }
        }
    }

    /// Reads `apply`, `assert` and `error`: files, or directories whose `.yaml` files are meant.
    fn kuttl_step(&mut self, directory: &str, step: MappingReader<'_>) {
        let named = |key: &str| -> Vec<FileId> {
            let list = step.template_strings(key);
            let paths = list.items().iter().filter_map(Field::text);
            let found = paths.flat_map(|path| match self.files.at(directory, path) {
                found if found.is_empty() => self.files.at(directory, &format!("{path}/*.yaml")),
                found => found,
            });
            found.collect()
        };
        let (compared, applied) = ([named("assert"), named("error")].concat(), named("apply"));
        self.compared.extend(compared);
        self.applied.extend(applied);
    }
}

fn readers<'t>(record: MappingReader<'t>, key: &str) -> Vec<MappingReader<'t>> {
    let list = record.list(key).into_value().unwrap_or_default();
    let tree = record.tree();
    list.into_iter()
        .filter_map(|node| MappingReader::new(tree, node))
        .collect()
}

/// The path in `key`, unless it is an expression.
fn path(record: MappingReader<'_>, key: &str) -> Option<String> {
    let path = record.template_string(key).into_value()?;
    (!path.starts_with('(')).then_some(path)
}

/// Files of the run by directory, sorted by name.
#[derive(Default)]
struct Directories<'f> {
    by_directory: FxHashMap<&'f str, Vec<(&'f str, FileId)>>,
}

impl<'f> Directories<'f> {
    fn new(files: &'f [Arc<File>]) -> Self {
        let mut by_directory: FxHashMap<&str, Vec<(&str, FileId)>> = FxHashMap::default();
        for (file, id) in files.iter().zip(0..) {
            let own = by_directory.entry(file.directory()).or_default();
            own.push((file.name(), FileId(id)));
        }
        by_directory
            .values_mut()
            .for_each(|files| files.sort_unstable());
        Self { by_directory }
    }

    /// Files at `path`, relative to `directory`. Its last part may be a pattern of Go's `filepath.Match`.
    fn at(&self, directory: &str, path: &str) -> Vec<FileId> {
        let whole = join(directory, path);
        let (directory, pattern) = whole.rsplit_once('/').unwrap_or(("", &whole));
        let Some(own) = self.by_directory.get(directory) else {
            return Vec::new();
        };
        if !pattern.contains(['*', '?', '[', '\\']) {
            let at = own.binary_search_by(|&(name, _)| name.cmp(pattern));
            return at.map(|at| own[at].1).into_iter().collect();
        }
        let fits = |name: &str| glob::matches(pattern.as_bytes(), name.as_bytes()).unwrap_or(false);
        own.iter()
            .filter(|(name, _)| fits(name))
            .map(|&(_, id)| id)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::is_assertion_name;

    #[test]
    fn names_as_kuttl_and_chainsaw_read_them() {
        for name in [
            "01-assert.yaml",
            "00-assert.yml",
            "01-assert-pods.yaml",
            "01-Assert.yaml",
            "01-errors.yaml",
            "assert.yaml",
            "assert-pods.yaml",
            "pods-assert.yaml",
            "pods_assert.yaml",
            "02-assert.gotmpl.yaml",
        ] {
            assert!(is_assertion_name(name, false), "{name}");
        }
        for name in ["errors.yaml", "pods-errors.yaml", "chainsaw-error.yaml"] {
            assert!(is_assertion_name(name, true), "{name}");
            assert!(!is_assertion_name(name, false), "{name}");
        }
        for name in [
            "01-install.yaml",
            "01-errors-of-users.txt",
            "asserted.yaml",
            "http-5xx.yaml",
            "assert.json",
        ] {
            assert!(!is_assertion_name(name, true), "{name}");
        }
    }
}
