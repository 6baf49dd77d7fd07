//! Definitions of custom resources in the files that a configuration lists under `schemas`. A file is read when an object
//! first needs a definition in it. What the files define is found by reading all of them once; an index in the user's
//! cache directory keeps it for later runs.

mod cache;
mod contents;
mod file_name;
mod index;
mod part;
mod stamp;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use rustc_hash::FxHashMap;

use crate::discover::shown;
use crate::vendor::DIRECTORY;
use contents::{Contents, Defined, Form, Found};
use part::Part;
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
    /// Documents with several definitions, such as lists, by file and position. Others of them may be needed next.
    lists: Mutex<FxHashMap<(usize, u32), Arc<Part>>>,
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
            lists: Mutex::default(),
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
        for (number, defined) in &slot.definitions {
            let (place, file) = &self.known().files[*number];
            let inner = self.inner(*place, file);
            let failed = |why| Unusable {
                file: file.clone(),
                why,
            };
            if defined.form == Form::JsonSchema {
                let read = part::text_of(file)
                    .and_then(|text| defined.json_schema(&text, &slot.group).map_err(failed));
                match read {
                    Ok(own) => releases.push((own, Source::of_file(shown(file), &inner))),
                    Err(unusable) => self.report([unusable]),
                }
                continue;
            }
            match self.part(*number, defined) {
                Ok(part) => {
                    let own = part.definitions(&slot.group, &slot.kind);
                    releases.extend(own.map(|(object, own)| {
                        (own, Source::of_object(object, shown(file), &inner))
                    }));
                    self.report(part.trouble().map(failed));
                }
                Err(unusable) => self.report([unusable]),
            }
        }
        Kind::of_releases(releases)
    }

    /// The document of a definition.
    fn part(&self, number: usize, defined: &Defined) -> Result<Arc<Part>, Unusable> {
        let key = (number, defined.start);
        let lists = || self.lists.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(part) = lists().get(&key) {
            return Ok(Arc::clone(part));
        }
        let (_, file) = &self.known().files[number];
        let part = Arc::new(defined.part(file)?);
        if part.count() > 1 {
            lists().insert(key, Arc::clone(&part));
        }
        Ok(part)
    }

    /// The path of a file from the name of its place on, or below the directory of `podwright vendor`, which has the
    /// revision. It may name a release.
    fn inner(&self, place: usize, path: &std::path::Path) -> String {
        let place = &self.places[place].path;
        let stored = path.ancestors().find(|above| above.ends_with(DIRECTORY));
        let above = stored.or_else(|| place.parent());
        let inner = above.and_then(|above| path.strip_prefix(above).ok());
        inner.unwrap_or(path).to_string_lossy().into_owned()
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
