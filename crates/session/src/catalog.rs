//! Definitions of custom resources in the files that a configuration lists under `schemas`. A file is read when an object
//! first needs a definition in it. What the files define is found by reading all of them once; an index in the user's
//! cache directory keeps it for later runs.

mod cache;
mod contents;
mod file_name;
mod index;
mod stamp;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use rustc_hash::FxHashMap;

use crate::discover::shown;
use contents::{Contents, Defined, Form, Found};
use podwright_schema::custom::{Catalog, Kind, Source};

pub use cache::Cache;

/// A file or directory with definitions.
#[derive(Debug)]
pub struct Place {
    /// The file or directory.
    pub path: PathBuf,
    /// All files in it, or the file itself. Sorted.
    pub files: Vec<PathBuf>,
}

/// A file of a catalog that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unusable {
    /// The file.
    pub file: PathBuf,
    /// The reason.
    pub why: String,
}

/// Definitions in several places. One that is in several of them counts as several releases of it.
#[derive(Debug)]
pub struct SchemaCatalog {
    places: Vec<Place>,
    cache: Cache,
    known: OnceLock<Known>,
    /// Text of the file that was read last. Others of its documents may be needed next.
    last: Mutex<Option<(usize, Arc<str>)>>,
    unusable: Mutex<Vec<Unusable>>,
}

/// What the files define.
#[derive(Debug, Default)]
struct Known {
    /// All files, and the place of each.
    files: Vec<(usize, PathBuf)>,
    slots: Vec<Slot>,
    /// Slots by form, and by kind in lower case.
    by_kind: FxHashMap<(Form, String), Vec<usize>>,
}

/// A kind, and where it is defined.
#[derive(Debug)]
struct Slot {
    group: String,
    kind: String,
    /// Index of the file, and what is in it.
    definitions: Vec<(usize, Defined)>,
    read: OnceLock<Kind>,
}

impl SchemaCatalog {
    /// The catalog of the definitions in these places. Reads nothing yet.
    #[must_use]
    pub fn new(places: Vec<Place>, cache: Cache) -> Self {
        Self {
            places,
            cache,
            known: OnceLock::new(),
            last: Mutex::default(),
            unusable: Mutex::default(),
        }
    }

    /// Files that could not be used so far.
    #[must_use]
    pub fn unusable(&self) -> Vec<Unusable> {
        let unusable = self.unusable.lock();
        let mut all = unusable.unwrap_or_else(PoisonError::into_inner).clone();
        all.sort_unstable();
        all.dedup();
        all
    }

    fn report(&self, unusable: impl IntoIterator<Item = Unusable>) {
        let all = self.unusable.lock();
        all.unwrap_or_else(PoisonError::into_inner).extend(unusable);
    }

    fn known(&self) -> &Known {
        self.known.get_or_init(|| {
            let mut known = Known::default();
            let mut slots = FxHashMap::default();
            for (at, place) in self.places.iter().enumerate() {
                let Contents { files, unusable } = Contents::of(place, &self.cache);
                self.report(unusable);
                for Found { file, definitions } in files {
                    let number = known.files.len();
                    for defined in definitions {
                        known.add(&mut slots, number, defined);
                    }
                    known.files.push((at, file));
                }
            }
            known
        })
    }

    /// Reads the definitions of a slot.
    fn read(&self, slot: &Slot) -> Kind {
        let mut releases = Vec::new();
        for (file, defined) in &slot.definitions {
            match self.text(*file) {
                Ok(text) => {
                    let (place, path) = &self.known().files[*file];
                    let inner = self.inner(*place, path);
                    let source = |object: Option<&podwright_model::Object>| match object {
                        Some(object) => Source::of_object(object, shown(path), &inner),
                        None => Source::of_file(shown(path), &inner),
                    };
                    let read = defined.read(&text, &slot.group, &slot.kind, source);
                    if let Some(why) = read.trouble {
                        let file = path.clone();
                        self.report([Unusable { file, why }]);
                    }
                    releases.extend(read.releases);
                }
                Err(unusable) => self.report([unusable]),
            }
        }
        Kind::of_releases(releases)
    }

    /// The path of a file from the name of its place on. It may name a release.
    fn inner(&self, place: usize, path: &std::path::Path) -> String {
        let above = self.places[place].path.parent();
        let inner = above.and_then(|above| path.strip_prefix(above).ok());
        inner.unwrap_or(path).to_string_lossy().into_owned()
    }

    fn text(&self, file: usize) -> Result<Arc<str>, Unusable> {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((own, text)) = &*last
            && *own == file
        {
            return Ok(Arc::clone(text));
        }
        let (_, path) = &self.known().files[file];
        let text: Arc<str> = contents::text_of(path)?.into();
        *last = Some((file, Arc::clone(&text)));
        Ok(text)
    }
}

impl Known {
    fn add(
        &mut self,
        slots: &mut FxHashMap<(Form, String, String), usize>,
        file: usize,
        defined: Defined,
    ) {
        let (group, kind) = (defined.group.clone(), defined.kind.clone());
        let lower = kind.to_ascii_lowercase();
        let slot = *slots
            .entry((defined.form, group.clone(), kind.clone()))
            .or_insert_with(|| {
                let own = self.by_kind.entry((defined.form, lower)).or_default();
                own.push(self.slots.len());
                self.slots.push(Slot {
                    group,
                    kind,
                    definitions: Vec::new(),
                    read: OnceLock::new(),
                });
                self.slots.len() - 1
            });
        self.slots[slot].definitions.push((file, defined));
    }

    fn slots(&self, form: Form, kind: &str) -> impl Iterator<Item = &Slot> {
        let own = self.by_kind.get(&(form, kind.to_ascii_lowercase()));
        let own = own.into_iter().flatten();
        own.map(|&slot| &self.slots[slot])
    }
}

impl Catalog for SchemaCatalog {
    /// A CustomResourceDefinition wins over a JSON Schema, which is made of one, and a JSON Schema whose file names the
    /// group over one whose file has only the first part of it.
    fn kind(&self, group: &str, kind: &str) -> Option<&Kind> {
        let known = self.known();
        let mut definitions = known.slots(Form::Definition, kind);
        let defined = definitions.find(|slot| slot.kind == kind && slot.group == group);
        let schema = |group: &str| {
            let mut schemas = known.slots(Form::JsonSchema, kind);
            schemas.find(|slot| slot.group == group)
        };
        let first = group.split('.').next().unwrap_or(group);
        let slot = defined
            .or_else(|| schema(group))
            .or_else(|| schema(first))?;
        Some(slot.read.get_or_init(|| self.read(slot)))
    }

    fn in_other_case(&self, group: &str, kind: &str) -> Option<(&str, &str)> {
        let mut all = self.known().slots(Form::Definition, kind);
        let slot = all.find(|slot| slot.group.eq_ignore_ascii_case(group))?;
        Some((&slot.group, &slot.kind))
    }
}

#[cfg(test)]
mod tests;
