//! Answers about values: who reads them, and who sets them.

use std::sync::Arc;

use podwright_syntax::text::{FileId, Location};
use rustc_hash::{FxHashMap, FxHashSet};

use super::charts::Lookup;
use super::entries::{Entry, Property, ValuesFile};
use super::evaluate::matches;
use super::facts::{Facts, UnknownReader, Use};
use super::path::{PathId, Paths};
use super::program::{Definition, Program, TemplateFile};
use super::template::each_call;
use super::{Call, DynamicCall, Symbols};

/// Who reads a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reads {
    /// These places, in order. None if helm itself reads it.
    Found(Vec<Location>),
    /// Perhaps something that cannot be followed, such as a template in a value, which is here.
    Unknown(Option<Location>),
    /// No template, under no values.
    Never,
}

/// A key in a template that names values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Read {
    /// The key, without point and quotes.
    pub place: Location,
    /// The values that it may name: more than one in a template that is called with several.
    pub paths: Vec<PathId>,
}

type Values = (Vec<ValuesFile>, Vec<Entry>, Vec<Property>, Vec<Definition>);

pub(super) fn collected(
    program: Program,
    mut facts: Facts,
    lookups: Vec<Lookup>,
    files: Vec<TemplateFile>,
    (values, entries, properties, definitions): Values,
) -> Symbols {
    let mut structural = FxHashSet::default();
    for lookup in lookups {
        structural.extend(facts.paths.ancestors(lookup.path));
        for (path, place) in lookup.keys {
            facts.names(path, place);
        }
        if let Some(place) = lookup.place {
            facts.uses(lookup.path, Use::Fallback, place);
        }
    }
    let Program {
        charts, is_partial, ..
    } = program;
    for chart in &charts {
        structural.insert(chart.root);
        for (name, place) in &chart.missing {
            let own = facts.paths.descend(chart.root, [&**name]);
            let global = facts.paths.descend(chart.root, ["global"]);
            structural.insert(own);
            facts.is_unknown(own, UnknownReader::Other(*place));
            facts.is_unknown(global, UnknownReader::Other(*place));
        }
    }
    // What another chart may import.
    let exports = facts.paths.descend(PathId::ROOT, ["exports"]);
    facts.is_unknown(exports, UnknownReader::Other(None));
    if charts.first().is_some_and(|chart| chart.is_library) {
        facts.is_unknown(PathId::ROOT, UnknownReader::Other(None));
    }
    let mut broken: Vec<FileId> = Vec::new();
    let mut calls: Vec<Call> = Vec::new();
    for file in &files {
        if file.parsed.is_partial {
            broken.push(file.file);
        }
        for tree in &file.parsed.trees {
            each_call(tree, &mut |name, place| {
                calls.extend(place.map(|place| Call {
                    name: name.clone(),
                    place,
                }));
            });
        }
    }
    let found = facts.calls.iter().map(|(name, place)| Call {
        name: Arc::from(name.as_str()),
        place: *place,
    });
    calls.extend(found);
    calls.sort_by(|a, b| (a.place, &a.name).cmp(&(b.place, &b.name)));
    calls.dedup();
    broken.sort_unstable();
    broken.dedup();
    if let Some(&file) = broken.first() {
        let start = podwright_syntax::text::Span::at(0);
        let place = Some(Location { file, span: start });
        facts.is_unknown(PathId::ROOT, UnknownReader::Other(place));
    }
    let mut dynamic_calls: Vec<DynamicCall> = facts
        .dynamic
        .iter()
        .map(|(pattern, place)| DynamicCall {
            place: *place,
            pattern: pattern.clone(),
        })
        .collect();
    dynamic_calls.sort_by(|a, b| (a.place, &a.pattern).cmp(&(b.place, &b.pattern)));
    let mut names: FxHashMap<PathId, Vec<Location>> = FxHashMap::default();
    let mut by_file: FxHashMap<FileId, Vec<(Location, PathId)>> = FxHashMap::default();
    for &(path, place) in &facts.names {
        names.entry(path).or_default().push(place);
        by_file.entry(place.file).or_default().push((place, path));
    }
    for places in by_file.values_mut() {
        places.sort_unstable();
    }
    let mut uses: FxHashMap<PathId, Vec<(Use, Location)>> = FxHashMap::default();
    for &(path, how, place) in &facts.uses {
        uses.entry(path).or_default().push((how, place));
    }
    let mut entries_at: FxHashMap<PathId, Vec<usize>> = FxHashMap::default();
    for (index, entry) in entries.iter().enumerate() {
        entries_at.entry(entry.path).or_default().push(index);
    }
    let used = definitions.iter().enumerate().rev();
    let used = used.filter(|(_, definition)| definition.is_used);
    Symbols {
        definition_of: used.map(|(index, one)| (one.name.clone(), index)).collect(),
        properties_at: properties.iter().map(|property| property.path).collect(),
        charts,
        values,
        entries,
        properties,
        definitions,
        calls,
        dynamic_calls,
        broken,
        is_partial,
        facts: Arc::new(facts),
        names,
        uses,
        by_file,
        entries_at,
        structural,
        with_read_children: std::sync::OnceLock::new(),
    }
}

impl Symbols {
    /// The paths of values.
    #[must_use]
    pub fn paths(&self) -> &Paths {
        &self.facts.paths
    }

    /// Who reads the value at a path.
    #[must_use]
    pub fn reads(&self, path: PathId) -> Reads {
        let paths = self.paths();
        let mut places = self.read_at(path);
        let mut is_structural = self.structural.contains(&path);
        for (distance, above) in paths.ancestors(path).skip(1).enumerate() {
            for general in paths.matching(above) {
                let uses = self.uses.get(&general).into_iter().flatten();
                places.extend(
                    uses.filter(|(how, _)| match how {
                        Use::Value => true,
                        Use::Keys => distance == 0,
                        Use::Step | Use::Test | Use::Fallback => false,
                    })
                    .map(|(_, place)| *place),
                );
            }
        }
        if places.is_empty() && !is_structural {
            // A map that is only tested is not empty because of what is in it.
            if let Some(parent) = paths.parent(path)
                && !self.with_read_children().contains(&parent)
            {
                places = self.used_at(parent);
            }
            is_structural |= !places.is_empty();
        }
        if !places.is_empty() || is_structural {
            places.sort_unstable();
            places.dedup();
            return Reads::Found(places);
        }
        match self.unknown_reader(path) {
            Some(reader) => Reads::Unknown(reader.place()),
            None => Reads::Never,
        }
    }

    /// The paths of maps with a value that is read or used itself.
    fn with_read_children(&self) -> &FxHashSet<PathId> {
        self.with_read_children.get_or_init(|| {
            let paths = self.paths();
            let read = paths.all().filter(|&path| !self.read_at(path).is_empty());
            read.filter_map(|path| paths.parent(path)).collect()
        })
    }

    /// Where the value itself is read or used.
    fn read_at(&self, path: PathId) -> Vec<Location> {
        let general = self.paths().matching(path);
        let names = general.iter().filter_map(|path| self.names.get(path));
        let mut places: Vec<Location> = names.flatten().copied().collect();
        places.extend(
            self.used_at(path)
                .into_iter()
                .filter(|place| {
                    // A key that is written there is used in the same place.
                    !places
                        .iter()
                        .any(|name| name.file == place.file && place.span.contains(name.span))
                })
                .collect::<Vec<_>>(),
        );
        places
    }

    fn used_at(&self, path: PathId) -> Vec<Location> {
        let general = self.paths().matching(path);
        let uses = general.iter().filter_map(|path| self.uses.get(path));
        uses.flatten().map(|(_, place)| *place).collect()
    }

    /// How the value at a path is used, and where.
    pub fn uses(&self, path: PathId) -> impl Iterator<Item = (Use, Location)> {
        let general = self.paths().matching(path);
        let uses = general.into_iter().filter_map(|path| self.uses.get(&path));
        uses.flatten().copied()
    }

    /// Where the last key of the path is written in templates and in `Chart.yaml`, in no order.
    #[must_use]
    pub fn names(&self, path: PathId) -> Vec<Location> {
        let general = self.paths().matching(path);
        let names = general.iter().filter_map(|path| self.names.get(path));
        names.flatten().copied().collect()
    }

    /// Something that may read the value at a path, or what is in it, and cannot be followed.
    #[must_use]
    pub fn unknown_reader(&self, path: PathId) -> Option<UnknownReader> {
        let paths = self.paths();
        let above = paths.ancestors(path);
        let general = above.flat_map(|above| paths.matching(above));
        let readers = general.filter_map(|path| self.facts.unknown.get(&path));
        readers.copied().max()
    }

    /// Whether helm reads the value: it belongs to a subchart, or `Chart.yaml` names it.
    #[must_use]
    pub fn is_structural(&self, path: PathId) -> bool {
        self.structural.contains(&path)
    }

    /// Whether a template sets the value, or an entry of it.
    #[must_use]
    pub fn is_assigned(&self, path: PathId) -> bool {
        self.facts.assigned.contains(&path)
    }

    /// Whether templates expect that the value is not set: they test it, or a map around it that is not set either, or
    /// have something else for it.
    #[must_use]
    pub fn is_guarded(&self, path: PathId) -> bool {
        let unset = self.paths().ancestors(path);
        let mut unset = unset.take_while(|&above| self.entries_of(above).is_empty());
        unset.any(|above| {
            self.uses(above)
                .any(|(how, _)| matches!(how, Use::Test | Use::Fallback))
        })
    }

    /// Chart of a file, as an index of [`Self::charts`]: the first one that has it.
    #[must_use]
    pub fn chart_of(&self, file: FileId) -> Option<usize> {
        let mut charts = self.charts.iter();
        charts.position(|chart| chart.files.iter().any(|one| one.id == file))
    }

    /// All keys in templates that name values, in order.
    #[must_use]
    pub fn keys(&self) -> Vec<Read> {
        let mut files: Vec<FileId> = self.by_file.keys().copied().collect();
        files.sort_unstable();
        files
            .into_iter()
            .flat_map(|file| self.keys_in(file))
            .collect()
    }

    /// The keys in a file that name values, in order.
    #[must_use]
    pub fn keys_in(&self, file: FileId) -> Vec<Read> {
        let places = self.by_file.get(&file).map_or(&[][..], Vec::as_slice);
        let groups = places.chunk_by(|(a, _), (b, _)| a == b);
        let read = |group: &[(Location, PathId)]| Read {
            place: group[0].0,
            paths: group.iter().map(|(_, path)| *path).collect(),
        };
        groups.map(read).collect()
    }

    /// The definition that a name calls.
    #[must_use]
    pub fn definition(&self, name: &str) -> Option<&Definition> {
        let index = self.definition_of.get(name)?;
        self.definitions.get(*index)
    }

    /// Whether a template of this name may be a file: `app/templates/config.yaml`.
    #[must_use]
    pub fn is_file(&self, name: &str) -> bool {
        self.charts.iter().any(|chart| {
            let inner = name.strip_prefix(&chart.prefix);
            let inner = inner.and_then(|inner| inner.strip_prefix('/'));
            inner.is_some_and(|inner| chart.files.iter().any(|file| file.name == inner))
        })
    }

    /// Calls of templates that nobody defines. Empty if charts are missing.
    #[must_use]
    pub fn undefined_calls(&self) -> Vec<&Call> {
        if self.is_partial || !self.broken.is_empty() {
            return Vec::new();
        }
        let calls = self.calls.iter();
        calls
            .filter(|call| self.definition(&call.name).is_none() && !self.is_file(&call.name))
            .collect()
    }
}

impl DynamicCall {
    /// Whether it may call a template of this name.
    #[must_use]
    pub fn may_call(&self, name: &str) -> bool {
        matches(&self.pattern, name)
    }
}
