//! What the author of a wrong field probably meant: another name, another place in the object, or another structure.
//!
//! Computed only for fields that are reported. The places are found in the schema of the object itself. What a schema
//! does not tell is in `advice/unknown.txt` and `advice/required.txt`.

mod fit;
mod level;
mod other_version;
mod quantity;
mod search;
mod table;

use fit::{fit, is_clean};
use level::{Level, levels};

use super::field::{Field, Values};
use super::problem::{Expected, Problem, ProblemKind};
use super::record::Found;
use super::releases::Releases;
use super::shape::{Record, Shape};
use super::walk::Subject;
use podwright_syntax::text::{did_you_mean, distance};
use podwright_syntax::{Entry, NodeId};

pub use quantity::quantities_meant;
pub use search::Place;
use table::{plain, usual_value};

pub use table::Usual;

/// What the author of an unknown field probably meant.
#[derive(Clone, Debug, PartialEq)]
pub enum Meaning {
    /// Another field of the same mapping.
    Name {
        /// Name of the field.
        name: String,
        /// Type of the field, if the value does not have it.
        instead: Option<Expected>,
        /// Whether everything in the value fits to the field.
        is_clean: bool,
    },
    /// A field of another mapping of the object.
    Place(Place),
    /// One of several fields of other mappings.
    Places(Vec<Place>),
    /// The fields in the value are fields of the mapping that contains the unknown one.
    Lift,
    /// Another structure: the text that replaces the field, with `$` for its value, and the advice.
    Text(&'static str, &'static str),
    /// Advice for a person.
    Advice(&'static str),
    /// A field of another API version of the kind.
    OtherVersion(String),
}

/// Returns what the author of the unknown field `entry` in `mapping` probably meant. `None` if nothing similar exists.
#[must_use]
pub fn meaning(subject: &Subject<'_>, mapping: NodeId, entry: Entry) -> Option<Meaning> {
    let levels = levels(subject, mapping)?;
    let meaning = of_entry(subject, &levels, entry)?;
    let Meaning::Places(places) = meaning else {
        return Some(meaning);
    };
    // Another unknown field of the mapping may belong to only one of them.
    let mut others = unknown_entries(subject, &levels)
        .filter(|other| *other != entry)
        .filter_map(|other| of_entry(subject, &levels, other));
    let same = others.find_map(|other| match other {
        Meaning::Place(other) => places.iter().find(|place| place.path == other.path),
        _ => None,
    });
    Some(match same {
        Some(place) => Meaning::Place(place.clone()),
        None => Meaning::Places(places),
    })
}

/// Entries of the innermost mapping that no release has as fields.
fn unknown_entries<'a>(subject: &Subject<'a>, levels: &[Level<'a>]) -> impl Iterator<Item = Entry> {
    let tree = subject.tree;
    let here = levels.last().map(|here| (here.mapping, here.record));
    here.into_iter().flat_map(move |(mapping, record)| {
        tree.entries(mapping).filter(move |entry| {
            let name = tree.key_text(entry.key);
            !tree.is_merge(entry.key) && matches!(record.find(&name, Releases::ALL), Found::Nowhere)
        })
    })
}

fn of_entry(subject: &Subject<'_>, levels: &[Level<'_>], entry: Entry) -> Option<Meaning> {
    let here = levels.last()?;
    let asking = Asking {
        subject,
        releases: releases(subject, levels),
        name: subject.tree.key_text(entry.key).into_owned(),
        value: subject.tree.resolve(entry.value),
    };
    if let Some(known) = asking.known(here, false) {
        return Some(known);
    }
    let is_selector = here
        .record
        .name()
        .is_some_and(|name| name.ends_with(".LabelSelector"));
    if is_selector && let Some(known) = asking.known(here, true) {
        return Some(known);
    }
    // A field that is set as well is hardly meant, unless the names are nearly equal.
    let named = asking.near(here.record).filter(|(name, nearness, _)| {
        !matches!(nearness, Nearness::Similar) || subject.tree.get(here.mapping, name).is_none()
    });
    if let Some((name, Nearness::Same, fits)) = &named {
        return Some(asking.named(here.record, name, *fits));
    }
    let is_lift = asking.is_lift(here.record);
    let found = search::search(&asking, levels);
    let is_around = found.as_ref().is_some_and(|found| found.is_around);
    match named {
        Some((name, Nearness::Close, true)) if !is_around => {
            Some(asking.named(here.record, &name, true))
        }
        _ if is_lift && !is_around => Some(Meaning::Lift),
        named => found
            .map(|found| found.meaning)
            .or_else(|| other_version::find(&asking, levels).map(Meaning::OtherVersion))
            .or_else(|| named.map(|(name, _, fits)| asking.named(here.record, &name, fits)))
            .or_else(|| asking.known(here, true)),
    }
}

/// Returns the entries of `mapping` that belong to the same place as the unknown field that was found to belong to
/// `place`, or to mappings that are missing there as well.
#[must_use]
pub fn moved_together(
    subject: &Subject<'_>,
    mapping: NodeId,
    place: &Place,
) -> Vec<(Entry, Place)> {
    let levels = levels(subject, mapping).unwrap_or_default();
    let moved = unknown_entries(subject, &levels).filter_map(|entry| {
        match meaning(subject, mapping, entry)? {
            Meaning::Place(other) => {
                let is_same = other.mapping == place.mapping
                    && other.missing.first() == place.missing.first();
                (is_same && other.taken.is_none() && !other.is_in_items).then_some((entry, other))
            }
            _ => None,
        }
    });
    moved.collect()
}

/// Type that the schema expects at `node`, and the name of the type that contains it, if Kubernetes defines it.
#[must_use]
pub fn expected_at<'a>(
    subject: &Subject<'a>,
    node: NodeId,
) -> Option<(Shape<'a>, Option<&'static str>)> {
    let (levels, shape) = level::down_to(subject, node)?;
    Some((shape, levels.last()?.record.name()))
}

/// Returns whether a value may be of this type.
#[must_use]
pub fn is_of(subject: &Subject<'_>, node: NodeId, shape: Shape<'_>) -> bool {
    let releases = Releases::of(subject.range);
    fit(subject.tree, node, shape, Values::Any, releases).is_some()
}

/// Returns the fields that are missing because they, or something in them, is in the wrong place: the mapping, and the
/// name of the field.
#[must_use]
pub fn misplaced(subject: &Subject<'_>, problems: &[Problem<'_>]) -> Vec<(NodeId, String)> {
    let is_missing = |problem: &Problem<'_>| matches!(problem.kind, ProblemKind::Missing(_));
    if !problems.iter().any(is_missing) {
        return Vec::new();
    }
    let places = problems.iter().filter_map(|problem| {
        let ProblemKind::UnknownField { mapping, .. } = problem.kind else {
            return None;
        };
        let mut entries = subject.tree.entries(mapping);
        let entry = entries.find(|entry| entry.key == problem.node)?;
        let Meaning::Place(place) = meaning(subject, mapping, entry)? else {
            return None;
        };
        let name = place.missing.into_iter().next().unwrap_or(place.name);
        Some((subject.tree.resolve(place.mapping), name))
    });
    places.collect()
}

/// Path of the mapping for `kubectl explain`: `deployment.spec.template`. `None` for a custom resource.
#[must_use]
pub fn explained_by(subject: &Subject<'_>, mapping: NodeId) -> Option<String> {
    let levels = levels(subject, mapping)?;
    let kind = subject.object.kind.text()?.to_ascii_lowercase();
    let mut path = vec![kind];
    path.extend(levels.last()?.names());
    Some(path.join("."))
}

/// Returns the usual value of the required field `name` that is missing in `mapping`.
#[must_use]
pub fn usual(subject: &Subject<'_>, mapping: NodeId, name: &str) -> Option<&'static Usual> {
    let levels = levels(subject, mapping)?;
    usual_value(levels.last()?.record.name()?, name)
}

fn releases(subject: &Subject<'_>, levels: &[Level<'_>]) -> Releases {
    let asked = Releases::of(subject.range);
    let Some(Record::Type(own)) = levels.first().map(|root| root.record) else {
        return asked;
    };
    let both = Releases(asked.0 & own.releases().0);
    if both.0 == 0 { own.releases() } else { both }
}

/// An unknown field.
struct Asking<'q, 'a> {
    subject: &'q Subject<'a>,
    releases: Releases,
    name: String,
    value: NodeId,
}

/// Maximum number of fields that an unknown name is compared with. No type of Kubernetes has as many.
const MAX_FIELDS: usize = 500;

/// How similar a field is to an unknown name.
enum Nearness {
    /// Only case, `_` and `-` differ.
    Same,
    /// One letter differs.
    Close,
    Similar,
}

impl<'a> Asking<'_, 'a> {
    /// What the table says; `any` for its rows about any field of the type.
    fn known(&self, here: &Level<'a>, any: bool) -> Option<Meaning> {
        let type_name = here.record.name()?;
        let name = if any { "*" } else { &self.name };
        let known = table::unknown(type_name, name, self.subject.tree, self.value)?;
        if let Some(path) = &known.path {
            let path: Vec<&str> = path.split('.').collect();
            let name = |step: &&str| match *step {
                "*" => self.name.clone(),
                step => step.to_owned(),
            };
            let steps: Vec<String> = path.iter().map(name).collect();
            if let [only] = steps.as_slice() {
                let fits = self.fits(here.record, only);
                return Some(self.named(here.record, only, fits));
            }
            let mut place = search::below(self.subject, here, &steps)?;
            let steps = steps.iter().map(String::as_str);
            place.is_clean = self
                .field_below(here.record, steps)
                .is_none_or(|field| self.is_clean(&field));
            return Some(Meaning::Place(place));
        }
        Some(match known.text {
            Some(text) => Meaning::Text(text, known.help),
            None => Meaning::Advice(known.help),
        })
    }

    /// The field with the nearest name, and whether the value fits to it.
    fn near(&self, record: Record<'a>) -> Option<(String, Nearness, bool)> {
        let fields = record.fields(self.releases).take(MAX_FIELDS);
        let names: Vec<&str> = fields.map(|field| field.name).collect();
        let wanted = plain(&self.name);
        if let Some(same) = names.iter().find(|name| plain(name) == wanted) {
            return Some(((*same).to_owned(), Nearness::Same, self.fits(record, same)));
        }
        let near = did_you_mean(&self.name, names.iter().copied())?;
        let is_close = self.name.len() > 3 && distance(&self.name, near) <= 1;
        let nearness = if is_close {
            Nearness::Close
        } else {
            Nearness::Similar
        };
        Some((near.to_owned(), nearness, self.fits(record, near)))
    }

    fn named(&self, record: Record<'a>, name: &str, fits: bool) -> Meaning {
        let field = self.field(record, name);
        Meaning::Name {
            name: name.to_owned(),
            instead: field
                .filter(|_| !fits)
                .and_then(|field| Expected::of(field.shape)),
            is_clean: field.is_some_and(|field| self.is_clean(&field)),
        }
    }

    fn fits(&self, record: Record<'a>, name: &str) -> bool {
        self.field(record, name)
            .is_some_and(|field| self.fit(&field).is_some())
    }

    fn field(&self, record: Record<'a>, name: &str) -> Option<Field<'a>> {
        match record.find(name, self.releases) {
            Found::Here(_, field) => Some(field),
            _ => None,
        }
    }

    /// The field at a path. `None` below a map.
    fn field_below<'s>(
        &self,
        record: Record<'a>,
        mut steps: impl Iterator<Item = &'s str>,
    ) -> Option<Field<'a>> {
        let first = self.field(record, steps.next()?)?;
        steps.try_fold(first, |field, step| match field.shape {
            Shape::Record(below) => self.field(below, step),
            _ => None,
        })
    }

    /// Whether the value fits to the field; `Some(true)` if it fits to few other fields.
    fn fit(&self, field: &Field<'a>) -> Option<bool> {
        fit(
            self.subject.tree,
            self.value,
            field.shape,
            field.values,
            self.releases,
        )
    }

    fn is_clean(&self, field: &Field<'a>) -> bool {
        let tree = self.subject.tree;
        is_clean(tree, self.value, field.shape, field.values, self.releases)
    }

    /// Whether everything in the value belongs into the mapping around it.
    fn is_lift(&self, record: Record<'a>) -> bool {
        let shape = Shape::Record(record);
        let tree = self.subject.tree;
        let is_filled = tree.entries(self.value).next().is_some();
        is_filled && fit(tree, self.value, shape, Values::Any, self.releases) == Some(true)
    }
}
