//! What the files in a place define.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::SystemTime;

use rustc_hash::FxHashMap;

use super::cache::Cache;
use super::file_name::{Named, named};
use super::index::{Index, Indexed};
use super::stamp::Stamp;
use super::{Place, Unusable};
use crate::discover::read_path;
use podwright_model::Object;
use podwright_schema::custom::{Definition, Source};
use podwright_syntax::text::{self, Span};

/// How a kind is defined.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Form {
    /// By a CustomResourceDefinition.
    Definition,
    /// By a JSON Schema for each version.
    JsonSchema,
}

/// A kind that a file defines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Defined {
    pub(super) form: Form,
    /// Of a JSON Schema: the group, or its first part.
    pub(super) group: String,
    /// Of a JSON Schema: in lower case.
    pub(super) kind: String,
    /// Of a JSON Schema. Empty for a CustomResourceDefinition.
    pub(super) version: String,
    /// Where the part of the text of the file is that has its document, in bytes: at separators. Of a JSON Schema: 0.
    pub(super) start: u32,
    pub(super) end: u32,
}

/// A file, and what it defines.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) file: PathBuf,
    pub(super) definitions: Vec<Defined>,
}

/// What the files in a place define.
#[derive(Debug, Default)]
pub(super) struct Contents {
    /// In the order of the place.
    pub(super) files: Vec<Found>,
    pub(super) unusable: Vec<Unusable>,
}

/// Total size in bytes from which the definitions in a place are kept in an index. Reading less is as fast.
const LARGE: u64 = 1 << 20;

/// Word that each CustomResourceDefinition has.
const KIND: &[u8] = b"CustomResourceDefinition";

impl Contents {
    /// Reads the files that are not in the index as they are now, and writes the index again if there are any.
    pub(super) fn of(place: &Place, cache: &Cache) -> Self {
        let now = SystemTime::now();
        let stamps: Vec<Option<Stamp>> = (place.files.iter())
            .map(|file| fs::metadata(file).ok().map(|metadata| Stamp::of(&metadata)))
            .collect();
        let size: u64 = stamps.iter().flatten().map(|stamp| stamp.size).sum();
        let cache = cache.of(&place.path).filter(|_| size >= LARGE);
        let index = cache
            .as_ref()
            .and_then(|cache| Index::parse(&cache.read()?));
        let mut indexed = index.map(|index| index.files).unwrap_or_default();
        let names: FxHashMap<Vec<u8>, usize> = (indexed.iter_mut().enumerate())
            .map(|(at, file)| (std::mem::take(&mut file.name), at))
            .collect();
        let mut known: Vec<Option<Vec<Defined>>> = Vec::with_capacity(place.files.len());
        for (file, stamp) in place.files.iter().zip(&stamps) {
            let at = names.get(&name_in(place, file));
            let same = at.map(|&at| &mut indexed[at]);
            let same = same.filter(|own| Some(own.stamp) == *stamp);
            known.push(same.map(|own| std::mem::take(&mut own.definitions)));
        }
        let mut is_current = known.iter().flatten().count() == names.len();
        let mut contents = Self::default();
        let mut kept = Index::default();
        let read = read_all(&place.files, &known);
        for (((file, known), read), stamp) in place.files.iter().zip(known).zip(read).zip(&stamps) {
            let (definitions, is_kept) = match (known, read) {
                (Some(known), _) => (known, true),
                (None, Some(Ok(read))) => {
                    // What is wrong with a file must be reported in each run.
                    let is_kept =
                        read.trouble.is_none() && stamp.is_some_and(|stamp| stamp.is_settled(now));
                    is_current &= !is_kept;
                    let unusable = read.trouble.map(|why| Unusable {
                        file: file.clone(),
                        why,
                    });
                    contents.unusable.extend(unusable);
                    (read.definitions, is_kept)
                }
                (None, Some(Err(unusable))) => {
                    contents.unusable.push(unusable);
                    continue;
                }
                (None, None) => continue,
            };
            if let (true, true, Some(stamp)) = (cache.is_some(), is_kept, stamp) {
                kept.files.push(Indexed {
                    name: name_in(place, file),
                    stamp: *stamp,
                    definitions: definitions.clone(),
                });
            }
            contents.files.push(Found {
                file: file.clone(),
                definitions,
            });
        }
        if let (false, Some(cache)) = (is_current, cache) {
            cache.write(&kept.to_bytes());
        }
        contents
    }
}

/// The path of a file below its place.
fn name_in(place: &Place, file: &Path) -> Vec<u8> {
    let name = file.strip_prefix(&place.path).unwrap_or(file);
    name.as_os_str().as_encoded_bytes().to_owned()
}

/// What is in a file.
#[derive(Debug, Default)]
struct Scanned {
    definitions: Vec<Defined>,
    /// Why a part of it is not used.
    trouble: Option<String>,
}

/// Reads the files that are not known, on as many threads as the run has. `rayon` may not wait here: a thread that waits
/// could start other work of the run, which needs the result.
fn read_all(
    files: &[PathBuf],
    known: &[Option<Vec<Defined>>],
) -> Vec<Option<Result<Scanned, Unusable>>> {
    let mut found: Vec<Option<Result<Scanned, Unusable>>> = Vec::new();
    found.resize_with(files.len(), || None);
    let missing: Vec<usize> = (0..files.len()).filter(|&at| known[at].is_none()).collect();
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::new());
    let work = || {
        let mut own = Vec::new();
        while let Some(&at) = missing.get(next.fetch_add(1, Ordering::Relaxed)) {
            own.push((at, scan(&files[at])));
        }
        if let Ok(mut done) = done.lock() {
            done.append(&mut own);
        }
    };
    let threads = rayon::current_num_threads().min(missing.len() / 8 + 1);
    std::thread::scope(|scope| {
        for _ in 1..threads {
            // This thread does the work of one that cannot start.
            let _ = std::thread::Builder::new().spawn_scoped(scope, work);
        }
        work();
    });
    for (at, scanned) in done.into_inner().unwrap_or_default() {
        found[at] = Some(scanned);
    }
    found
}

/// The text of a file.
pub(super) fn text_of(file: &Path) -> Result<String, Unusable> {
    Ok(text::decode(bytes_of(file)?).text)
}

fn bytes_of(file: &Path) -> Result<Vec<u8>, Unusable> {
    read_path(file).map_err(|error| Unusable {
        file: file.to_owned(),
        why: error.to_string(),
    })
}

/// Finds out what a file defines.
fn scan(file: &Path) -> Result<Scanned, Unusable> {
    let bytes = bytes_of(file)?;
    let is_plain = bytes.is_ascii() || std::str::from_utf8(&bytes).is_ok();
    if is_plain && memchr::memmem::find(&bytes, KIND).is_none() {
        return Ok(Scanned {
            definitions: schema_named(file).into_iter().collect(),
            trouble: None,
        });
    }
    let text = text::decode(bytes).text;
    let tree = podwright_syntax::parse(text.as_str().into());
    let separators = match tree.documents().len() {
        1 => Vec::new(),
        _ => separators(&text),
    };
    let mut definitions = Vec::new();
    for object in podwright_model::decode(&tree, &[]) {
        let Some((group, kind)) = Definition::names(&tree, &object) else {
            continue;
        };
        let document = tree.documents()[object.document].span;
        let (start, end) = around(&separators, document, text.len());
        definitions.push(Defined {
            form: Form::Definition,
            group,
            kind,
            version: String::new(),
            start,
            end,
        });
    }
    let trouble = match definitions.is_empty() {
        true => syntax_error(&tree),
        false => None,
    };
    if definitions.is_empty() && trouble.is_none() {
        definitions.extend(schema_named(file));
    }
    Ok(Scanned {
        definitions,
        trouble,
    })
}

/// Where the lines that separate documents begin.
fn separators(text: &str) -> Vec<usize> {
    let found = memchr::memmem::find_iter(text.as_bytes(), b"\n---");
    found.map(|at| at + 1).collect()
}

/// The part of a text between two separators that has the document.
fn around(separators: &[usize], document: Span, length: usize) -> (u32, u32) {
    let (start, end) = (document.start as usize, document.end as usize);
    let before = separators.partition_point(|&at| at <= start);
    let after = separators.partition_point(|&at| at < end.max(start + 1));
    let start = before.checked_sub(1).map_or(0, |at| separators[at]);
    let end = separators.get(after).copied().unwrap_or(length);
    let at = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
    (at(start), at(end))
}

/// Whether a part of a text can begin or end here.
fn is_between_documents(text: &str, at: usize) -> bool {
    let is_separator = || {
        let (before, after) = (text.get(..at), text.get(at..));
        before.is_some_and(|before| before.ends_with('\n'))
            && after.is_some_and(|after| after.starts_with("---"))
    };
    at == 0 || at == text.len() || is_separator()
}

/// The JSON Schema that a file has by its name.
fn schema_named(file: &Path) -> Option<Defined> {
    let stem = file.file_name()?.to_str()?.strip_suffix(".json")?;
    let directory = file.parent().and_then(Path::file_name);
    let directory = directory.and_then(|name| name.to_str()).unwrap_or("");
    let Named {
        kind,
        group,
        version,
    } = named(directory, stem)?;
    Some(Defined {
        form: Form::JsonSchema,
        group: group.to_owned(),
        kind: kind.to_owned(),
        version: version.to_owned(),
        start: 0,
        end: 0,
    })
}

/// The first syntax error.
fn syntax_error(tree: &podwright_syntax::SyntaxTree) -> Option<String> {
    let error = tree.errors().first()?;
    let lines = text::LineIndex::new(tree.text());
    let at = lines.position(error.span.start, tree.text());
    Some(format!(
        "syntax error in line {}, column {}",
        at.line, at.column
    ))
}

/// What was read of a definition.
pub(super) struct Release {
    /// Several, if a document has several definitions of the kind.
    pub(super) releases: Vec<(Definition, Source)>,
    /// Why it is not used.
    pub(super) trouble: Option<String>,
}

impl Defined {
    /// Reads the definition from the text of its file. `source` says where an object, or the file, is from.
    pub(super) fn read(
        &self,
        text: &str,
        group: &str,
        kind: &str,
        source: impl Fn(Option<&Object>) -> Source,
    ) -> Release {
        if self.form == Form::JsonSchema {
            let tree = podwright_syntax::parse(text.into());
            let definition = Definition::of_json_schema(&tree, group, &self.version, kind);
            return Release {
                trouble: definition.is_none().then(|| {
                    let error = syntax_error(&tree);
                    error.unwrap_or_else(|| "not a JSON Schema of an object".to_owned())
                }),
                releases: definition
                    .into_iter()
                    .map(|own| (own, source(None)))
                    .collect(),
            };
        }
        let read = |part: &str| {
            let tree = podwright_syntax::parse(part.into());
            let objects = podwright_model::decode(&tree, &[]);
            let own = objects.iter().filter_map(|object| {
                let names = Definition::names(&tree, object)?;
                if (names.0.as_str(), names.1.as_str()) != (group, kind) {
                    return None;
                }
                Some((Definition::of_object(&tree, object)?, source(Some(object))))
            });
            let releases: Vec<_> = own.collect();
            let trouble = syntax_error(&tree);
            Release { releases, trouble }
        };
        let (start, end) = (self.start as usize, self.end as usize);
        let is_whole = is_between_documents(text, start) && is_between_documents(text, end);
        let part = text.get(start..end).filter(|_| is_whole);
        let found = part.map(read);
        // The file changed since its documents were counted, or the index is wrong.
        let found = found.filter(|found| !found.releases.is_empty());
        found.unwrap_or_else(|| read(text))
    }
}
