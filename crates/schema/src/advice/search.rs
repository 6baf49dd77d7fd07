//! Search for a field in the other records of an object.

use super::level::Level;
use super::{Asking, Meaning};
use crate::shape::{Record, Shape};
use crate::walk::Subject;
use podwright_syntax::{NodeId, NodeKind, Scalar, notation};

/// A mapping of the object to which a field belongs.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    /// The mapping, or the innermost one on the way to it that exists. May be the empty value of a key.
    pub mapping: NodeId,
    /// Keys of the mappings between it and the field that do not exist.
    pub missing: Vec<String>,
    /// Name of the field.
    pub name: String,
    /// Path from the object to the mapping. Empty for the object itself.
    pub path: String,
    /// Value that the field has there.
    pub taken: Option<NodeId>,
    /// Whether the field belongs to the items of a list that does not have exactly one.
    pub is_in_items: bool,
    /// Whether everything in the value fits there.
    pub is_clean: bool,
}

/// Result of a search.
pub(super) struct Located {
    pub(super) meaning: Meaning,
    /// Whether the place is a mapping around the unknown field.
    pub(super) is_around: bool,
}

/// Maximum number of steps from the mapping of the unknown field, up and down.
const MAX_STEPS: usize = 7;

/// Maximum number of records to look at.
const MAX_RECORDS: usize = 5_000;

/// Names that many records have, so that a distant field with the same name says nothing.
const COMMON: [&str; 12] = [
    "name",
    "type",
    "key",
    "value",
    "path",
    "kind",
    "namespace",
    "mode",
    "items",
    "driver",
    "group",
    "version",
];

/// Types that have one of several fields.
const UNIONS: [&str; 7] = [
    "autoscaling.v2.MetricSpec",
    "core.v1.EnvVarSource",
    "core.v1.LifecycleHandler",
    "core.v1.PersistentVolumeSpec",
    "core.v1.Probe",
    "core.v1.Volume",
    "core.v1.VolumeProjection",
];

/// A record that may have the field.
#[derive(Clone)]
struct Spot<'a> {
    record: Record<'a>,
    /// The mapping, if it exists.
    node: Option<NodeId>,
    place: Place,
    steps_down: usize,
    /// Whether a list is on the way down.
    is_through_list: bool,
}

/// Finds the nearest records with the field, to whose type the value fits.
pub(super) fn search(asking: &Asking<'_, '_>, levels: &[Level<'_>]) -> Option<Located> {
    let depth = levels.len() - 1;
    let mut frontiers: Vec<Vec<Vec<Spot<'_>>>> = levels
        .iter()
        .map(|level| vec![vec![Spot::of(level, &asking.name)]])
        .collect();
    let mut left = MAX_RECORDS;
    for steps in 1..=MAX_STEPS {
        let mut found: Vec<(Spot<'_>, bool)> = Vec::new();
        for at in (0..levels.len()).rev() {
            let Some(down) = steps.checked_sub(depth - at) else {
                continue;
            };
            while frontiers[at].len() <= down {
                let last = frontiers[at].last().into_iter().flatten();
                let next: Vec<Spot<'_>> = last
                    .flat_map(|spot| spot.below(asking, at == depth))
                    .take(left)
                    .collect();
                left -= next.len();
                frontiers[at].push(next);
            }
            if (at, down) == (depth, 0) {
                continue;
            }
            found.extend(
                frontiers[at][down]
                    .iter()
                    .filter_map(|spot| spot.holding(asking, levels, steps)),
            );
        }
        if let Some(located) = best(found) {
            return Some(located);
        }
        if left == 0 {
            break;
        }
    }
    None
}

/// Place at this path below a level.
pub(super) fn below(subject: &Subject<'_>, level: &Level<'_>, path: &[String]) -> Option<Place> {
    let (name, around) = path.split_last()?;
    let mut spot = Spot::of(level, name);
    for step in around {
        spot.enter(subject, step)?;
    }
    let mut place = spot.place;
    let entry = spot.node.and_then(|node| subject.tree.get(node, name));
    place.taken = entry.map(|entry| entry.value);
    Some(place)
}

/// The best of the places with the same number of steps. Several if none is better.
fn best(mut found: Vec<(Spot<'_>, bool)>) -> Option<Located> {
    let rank = |(spot, is_strong): &(Spot<'_>, bool)| {
        let path = &spot.place.path;
        (
            spot.place.taken.is_some(),
            !is_strong,
            spot.node.is_none() || spot.place.is_in_items,
            spot.place.is_in_items,
            path.contains("initContainers") || path.contains("ephemeralContainers"),
            spot.steps_down,
        )
    };
    let first = found.iter().map(rank).min()?;
    found.retain(|spot| rank(spot) == first);
    let is_around = found.len() == 1 && found[0].0.steps_down == 0;
    let mut places = found.into_iter().map(|(spot, _)| spot.place);
    let meaning = match places.len() {
        1 => Meaning::Place(places.next()?),
        2..=4 => Meaning::Places(places.collect()),
        _ => return None,
    };
    Some(Located { meaning, is_around })
}

impl<'a> Spot<'a> {
    fn of(level: &Level<'a>, name: &str) -> Self {
        Self {
            record: level.record,
            node: Some(level.mapping),
            place: Place {
                mapping: level.mapping,
                missing: Vec::new(),
                name: name.to_owned(),
                path: notation(level.path.iter().cloned()),
                taken: None,
                is_in_items: false,
                is_clean: true,
            },
            steps_down: 0,
            is_through_list: false,
        }
    }

    /// The records directly below this one.
    fn below(&self, asking: &Asking<'_, 'a>, is_own: bool) -> Vec<Self> {
        let is_root = self.place.path.is_empty();
        let fields = self.record.fields(asking.releases);
        let spots = fields.filter_map(|field| {
            let (record, is_list) = match field.shape {
                Shape::Record(record) => (record, false),
                Shape::List(inner) => match inner.shape() {
                    Shape::Record(record) => (record, true),
                    _ => return None,
                },
                _ => return None,
            };
            if is_root && field.name == "status" || record.is_open() {
                return None;
            }
            // Another member of a union is not what the author has chosen.
            let is_other = self.steps_down > 0 || !is_own;
            if is_other && self.is_union() && self.lacks(asking.subject, field.name) {
                return None;
            }
            let mut spot = self.clone();
            spot.steps_down += 1;
            spot.enter(asking.subject, field.name)?;
            spot.record = record;
            if is_list {
                spot.enter_items(asking.subject)?;
                spot.is_through_list = true;
            }
            Some(spot)
        });
        spots.collect()
    }

    /// Whether the record takes one of several fields, which the author has chosen.
    fn is_union(&self) -> bool {
        self.record
            .name()
            .is_some_and(|name| UNIONS.contains(&name))
    }

    fn lacks(&self, subject: &Subject<'_>, name: &str) -> bool {
        self.node
            .is_none_or(|node| subject.tree.get(node, name).is_none())
    }

    /// Goes to the value of a field. `None` if the value is not a mapping or list.
    fn enter(&mut self, subject: &Subject<'_>, name: &str) -> Option<()> {
        let tree = subject.tree;
        let place = &mut self.place;
        if !place.path.is_empty() {
            place.path.push('.');
        }
        place.path.push_str(name);
        let Some(entry) = self.node.and_then(|node| tree.get(node, name)) else {
            self.node = None;
            place.missing.push(name.to_owned());
            return Some(());
        };
        let kind = tree.kind(entry.value);
        let is_empty = kind == NodeKind::Empty
            || kind == NodeKind::Plain && tree.scalar(entry.value) == Scalar::Null;
        if !kind.is_mapping() && !kind.is_sequence() && !is_empty {
            return None;
        }
        place.mapping = entry.value;
        self.node = (!is_empty).then_some(entry.value);
        Some(())
    }

    /// Goes from a list to its only item.
    fn enter_items(&mut self, subject: &Subject<'_>) -> Option<()> {
        let list = self.node.take();
        let mut items = list.into_iter().flat_map(|list| subject.tree.items(list));
        match (items.next(), items.next()) {
            (Some(item), None) if subject.tree.kind(item).is_mapping() => {
                self.place.path.push_str("[0]");
                self.place.mapping = item;
                self.node = Some(item);
            }
            (first, _) => {
                self.place.path.push_str("[]");
                self.place.is_in_items = true;
                self.node = first;
            }
        }
        Some(())
    }

    /// Returns the spot if its record has the field and the value fits to it.
    fn holding(
        &self,
        asking: &Asking<'_, 'a>,
        levels: &[Level<'a>],
        steps: usize,
    ) -> Option<(Self, bool)> {
        let field = asking.field(self.record, &asking.name)?;
        let is_strong = asking.fit(&field)?;
        let is_common = COMMON.contains(&asking.name.as_str());
        let is_far =
            self.steps_down > 1 || !self.place.missing.is_empty() || self.place.is_in_items;
        if is_common && self.steps_down > 0 && is_far {
            return None;
        }
        // The items of a distant list have little to do with the field.
        let is_distant = self.is_through_list && steps - self.steps_down > 2;
        if is_common && steps > 2 || is_distant {
            return None;
        }
        let mut spot = self.clone();
        spot.place.is_clean = asking.is_clean(&field);
        if let Some(entry) = self
            .node
            .and_then(|node| asking.subject.tree.get(node, field.name))
        {
            // The field may be the one that contains the unknown field.
            if levels.iter().any(|level| level.mapping == entry.value) {
                return None;
            }
            let is_null = asking.subject.tree.scalar(entry.value) == Scalar::Null;
            spot.place.taken = Some(entry.value).filter(|_| !is_null && !spot.place.is_in_items);
            if is_common && spot.place.taken.is_some() {
                return None;
            }
        }
        Some((spot, is_strong))
    }
}
