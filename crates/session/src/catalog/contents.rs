//! What the files in a place define.

use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::SystemTime;

use rustc_hash::FxHashMap;

use super::cache::Cache;
use super::file_name::{Named, named};
use super::index::{Index, Indexed};
use super::part::{parts, syntax_error};
use super::stamp::Stamp;
use super::{Place, Unusable};
use crate::discover::read_path;
use podwright_schema::custom::Definition;
use podwright_syntax::text;

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
    /// Whether the text of the file is what the file has, so that a part of it can be read.
    pub(super) is_exact: bool,
    /// Where its document is in the text of the file, in bytes: from separator to separator. Of a JSON Schema: 0.
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

pub(super) fn bytes_of(file: &Path) -> Result<Vec<u8>, Unusable> {
    read_path(file).map_err(|error| Unusable {
        file: file.to_owned(),
        why: error.to_string(),
    })
}

/// Finds out what a file defines.
fn scan(file: &Path) -> Result<Scanned, Unusable> {
    let bytes = bytes_of(file)?;
    let (size, is_utf8) = (bytes.len(), std::str::from_utf8(&bytes).is_ok());
    let mut scanned = Scanned::default();
    if !is_utf8 || memchr::memmem::find(&bytes, KIND).is_some() {
        let text = text::decode(bytes).text;
        // Nothing was left out or converted.
        let is_exact = is_utf8 && text.len() == size;
        for part in parts(&text) {
            let own = &text[part.clone()];
            if memchr::memmem::find(own.as_bytes(), KIND).is_some() {
                scanned.add_part(&text, part, is_exact);
            }
        }
    }
    if scanned.definitions.is_empty() {
        // A schema may mention the kind.
        let schema = schema_named(file);
        scanned.trouble = scanned.trouble.filter(|_| schema.is_none());
        scanned.definitions.extend(schema);
    } else {
        scanned.trouble = None;
    }
    Ok(scanned)
}

impl Scanned {
    fn add_part(&mut self, text: &str, part: Range<usize>, is_exact: bool) {
        let tree = podwright_syntax::parse(text[part.clone()].into());
        let at = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
        for object in podwright_model::decode(&tree, &[]) {
            let Some((group, kind)) = Definition::names(&tree, &object) else {
                continue;
            };
            self.definitions.push(Defined {
                form: Form::Definition,
                group,
                kind,
                version: String::new(),
                is_exact,
                start: at(part.start),
                end: at(part.end),
            });
        }
        if self.trouble.is_none() && !tree.errors().is_empty() {
            let before = &text.as_bytes()[..part.start];
            let lines_before = memchr::memchr_iter(b'\n', before).count();
            self.trouble = syntax_error(&tree, lines_before);
        }
    }
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
        is_exact: false,
        start: 0,
        end: 0,
    })
}
