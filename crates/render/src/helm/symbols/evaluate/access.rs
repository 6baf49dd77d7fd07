//! Parts of values.

use std::sync::Arc;

use podwright_syntax::text::Location;

use super::super::abstract_value::{Atom, Set, UNKNOWN_PART};
use super::super::facts::{UnknownReader, Use};
use super::super::path::{PathId, Step};
use super::{Evaluator, Flow};

const GLOBAL: &str = "global";

impl Evaluator<'_> {
    /// The value of a key. `place` is where the key is written.
    pub(super) fn field(
        &mut self,
        set: &Set,
        key: &str,
        place: Option<Location>,
        fallback: Option<Location>,
    ) -> Set {
        self.steps += set.atoms().len();
        let mut all: Vec<Set> = Vec::with_capacity(set.atoms().len());
        for atom in set.atoms() {
            let found = match atom {
                Atom::Path(path) => self.value_of(*path, key, place, fallback),
                Atom::Context(chart) => {
                    let own = match key {
                        "Values" => self.values(*chart),
                        "Chart" => Set::one(Atom::About(*chart)),
                        "Template" => Set::one(Atom::Template(*chart)),
                        "Files" => Set::one(Atom::Files(*chart)),
                        "Subcharts" => Set::one(Atom::Subcharts(*chart)),
                        _ => Set::opaque(),
                    };
                    match self.context_fields.get(&(*chart, Arc::from(key))) {
                        Some(set) => own.union(set),
                        None => own,
                    }
                }
                Atom::Dict(known, rest) => match known.get(key) {
                    Some(value) => value.union(rest),
                    None if rest.is_empty() => Set::opaque(),
                    None => rest.clone(),
                },
                Atom::About(chart) if key == "Name" => {
                    Set::text(&*self.program.charts[*chart].name)
                }
                Atom::Template(chart) if key == "BasePath" => {
                    let prefix = &self.program.charts[*chart].prefix;
                    Set::text(format!("{prefix}/templates"))
                }
                Atom::Template(_) => Set::text(UNKNOWN_PART.to_string()),
                Atom::Files(chart) => match key {
                    "Glob" => Set::one(Atom::Files(*chart)),
                    "Get" | "GetBytes" | "Lines" | "AsConfig" | "AsSecrets" => {
                        Set::one(Atom::AnyFileText(*chart))
                    }
                    _ => Set::opaque(),
                },
                Atom::Subcharts(chart) => {
                    let mut charts = self.program.charts.iter();
                    let found =
                        charts.position(|one| one.parent == Some(*chart) && *one.name == *key);
                    found.map_or_else(Set::opaque, |found| Set::one(Atom::Context(found)))
                }
                _ => Set::opaque(),
            };
            all.push(found);
        }
        Set::union_of(all)
    }

    /// `.Values` of a chart.
    pub(super) fn values(&self, chart: usize) -> Set {
        let root = self.program.charts[chart].root;
        Set::of(self.with_imports(root).into_iter().map(Atom::Path))
    }

    /// A path, and those whose values are copied there.
    fn with_imports(&self, path: PathId) -> Vec<PathId> {
        let imports = self.program.imports.iter();
        let from = imports.filter(|(_, to)| *to == path).map(|(from, _)| *from);
        std::iter::once(path).chain(from).collect()
    }

    fn value_of(
        &mut self,
        path: PathId,
        key: &str,
        place: Option<Location>,
        fallback: Option<Location>,
    ) -> Set {
        let mut bases = vec![path];
        if key == GLOBAL {
            // The global values of a chart are those of the charts above it, and its own.
            let mut chart = self.program.chart_at(path);
            while let Some(parent) = chart.and_then(|chart| self.program.charts[chart].parent) {
                bases.push(self.program.charts[parent].root);
                chart = Some(parent);
            }
        }
        let mut all: Vec<Set> = Vec::new();
        // What is merged into the value, but not what is merged into that.
        let merged = bases.iter().filter_map(|base| self.merged.get(base));
        for atom in Set::union_of(merged.cloned()).atoms() {
            match atom {
                Atom::Path(path) if !bases.contains(path) => bases.push(*path),
                Atom::Dict(known, rest) => {
                    all.push(known.get(key).unwrap_or(rest).clone());
                }
                _ => {}
            }
        }
        for base in bases {
            let child = self.facts.paths.child(base, Step::Key(key.into()));
            for child in self.with_imports(child) {
                match (place, fallback) {
                    (Some(place), _) => self.facts.names(child, place),
                    (None, Some(place)) => self.facts.uses(child, Use::Step, place),
                    (None, None) => {}
                }
                all.push(Set::one(Atom::Path(child)));
            }
            for key in [Some(Arc::from(key)), None] {
                all.extend(self.assigned.get(&(base, key)).cloned());
            }
        }
        Set::union_of(all)
    }

    /// The value of a key that is not known, or an item of a list.
    pub(super) fn any(&mut self, set: &Set) -> Set {
        self.elements(set)
    }

    /// What `range` visits.
    pub(super) fn elements(&mut self, set: &Set) -> Set {
        let mut all = Set::default();
        for atom in set.atoms() {
            let found = match atom {
                Atom::Path(path) => {
                    let child = self.facts.paths.child(*path, Step::Any);
                    let assigned = self.assigned.iter();
                    let assigned = assigned
                        .filter(|((base, _), _)| base == path)
                        .map(|(_, set)| set.clone());
                    let assigned = Set::union_of(assigned);
                    let merged = self.merged.get(path).cloned().unwrap_or_default();
                    let mut all = Set::one(Atom::Path(child)).union(&assigned);
                    for atom in merged.atoms() {
                        all = all.union(&match atom {
                            Atom::Path(path) => {
                                Set::one(Atom::Path(self.facts.paths.child(*path, Step::Any)))
                            }
                            Atom::Dict(known, rest) => {
                                Set::union_of(known.values().chain([rest]).cloned())
                            }
                            _ => Set::default(),
                        });
                    }
                    all
                }
                Atom::List(items, rest) => Set::union_of(items.iter().chain([rest]).cloned()),
                Atom::Dict(known, rest) => Set::union_of(known.values().chain([rest]).cloned()),
                Atom::Files(chart) => Set::one(Atom::AnyFileText(*chart)),
                _ => Set::opaque(),
            };
            all = all.union(&found);
        }
        if all.is_empty() { Set::opaque() } else { all }
    }

    /// The keys that `range` visits.
    pub(super) fn keys(&self, set: &Set) -> Set {
        let mut keys = Vec::new();
        for atom in set.atoms() {
            match atom {
                Atom::Dict(known, rest) if rest.is_empty() => {
                    keys.extend(known.keys().map(|key| Atom::Text((**key).into())));
                }
                _ => keys.push(Atom::Opaque),
            }
        }
        Set::of(keys)
    }

    /// Remembers that a value is used.
    pub(super) fn consume(&mut self, flow: &Flow, how: Use) {
        if let Some(place) = flow.place {
            self.consume_set(&flow.set, how, place);
        }
    }

    pub(super) fn consume_set(&mut self, set: &Set, how: Use, place: Location) {
        for atom in set.atoms() {
            match atom {
                Atom::Path(path) => self.facts.uses(*path, how, place),
                Atom::Context(chart) if how == Use::Value => {
                    let root = self.program.charts[*chart].root;
                    self.facts.uses(root, how, place);
                }
                Atom::Dict(known, rest) if how == Use::Value => {
                    for set in known.values().chain([rest]) {
                        self.consume_set(set, how, place);
                    }
                }
                Atom::List(items, rest) if how == Use::Value => {
                    for set in items.iter().chain([rest]) {
                        self.consume_set(set, how, place);
                    }
                }
                _ => {}
            }
        }
    }

    /// Remembers that something that is not known may read all of a value.
    pub(super) fn escape(&mut self, set: &Set, place: Option<Location>) {
        self.escape_to(set, UnknownReader::Other(place));
    }

    /// Remembers that a reader may read all of a value.
    pub(super) fn escape_to(&mut self, set: &Set, reader: UnknownReader) {
        for atom in set.atoms() {
            match atom {
                Atom::Path(path) => self.facts.is_unknown(*path, reader),
                Atom::Context(chart) | Atom::Subcharts(chart) => {
                    self.facts
                        .is_unknown(self.program.charts[*chart].root, reader);
                    let mut parent = self.program.charts[*chart].parent;
                    while let Some(above) = parent {
                        let root = self.program.charts[above].root;
                        let global = self.facts.paths.descend(root, [GLOBAL]);
                        self.facts.is_unknown(global, reader);
                        parent = self.program.charts[above].parent;
                    }
                }
                Atom::Dict(known, rest) => {
                    for set in known.values().chain([rest]) {
                        self.escape_to(set, reader);
                    }
                }
                Atom::List(items, rest) => {
                    for set in items.iter().chain([rest]) {
                        self.escape_to(set, reader);
                    }
                }
                _ => {}
            }
        }
    }
}
