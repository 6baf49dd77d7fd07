//! The table of the Kubernetes API, as bytes.
//!
//! `podwright1`, the first release (u16), then where each of six sections ends (u32, from the start of the bytes):
//!
//! | section | a row, u16 each |
//! |---|---|
//! | kinds | group, version, kind, type, releases; sorted by the first three as texts |
//! | types | name, sentence, first field, field behind the last one, releases; sorted by name |
//! | fields | name, sentence, shape, releases, releases in which it is required, and in which the document says so, values, list, key of a merge, check; sorted by name in each type |
//! | shapes | what, of what |
//! | ends | u32: where each text ends in the texts |
//! | texts | UTF-8 |
//!
//! All numbers are little-endian. Releases are a bit each, from the first one on.

use std::cmp::Ordering;
use std::ops::Range;
use std::sync::OnceLock;

use super::shape::{Inner, Shape};
use super::{Field, Record, Releases};
use crate::model::KubernetesVersion;

static BYTES: &[u8] = include_bytes!("table.bin");

const MAGIC: &[u8] = b"podwright1";
const SECTIONS: usize = 6;
const KIND: usize = 10;
const TYPE: usize = 10;
const FIELD: usize = 20;
const SHAPE: usize = 4;

/// The table of all kinds, types and fields of the Kubernetes API in the releases that it knows.
#[derive(Clone, Copy, Debug)]
pub struct Table;

/// Group, version, kind, its type and the releases that serve it.
type Served = (&'static str, &'static str, &'static str, Type, Releases);

/// A type of the Kubernetes API: `core.v1.Container`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Type(pub(super) u16);

/// A field of a type of the Kubernetes API, in one of the forms that it had.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FieldId(u16);

impl Table {
    /// The oldest release of the table.
    #[must_use]
    pub fn first_release() -> KubernetesVersion {
        KubernetesVersion(u16_at(MAGIC.len()))
    }

    /// The newest release of the table; a test holds that it is.
    #[must_use]
    pub fn last_release() -> KubernetesVersion {
        KubernetesVersion(37)
    }

    /// The type of `kind` in `group` (empty for the core group) and `version`, and the releases that serve it.
    #[must_use]
    pub fn kind(group: &str, version: &str, kind: &str) -> Option<(Type, Releases)> {
        let wanted = (group.as_bytes(), version.as_bytes(), kind.as_bytes());
        let row = search(rows(0, KIND), |row| {
            let at = start(0) + row * KIND;
            let part = |column: usize| letters(u16_at(at + column * 2));
            (part(0), part(1), part(2)).cmp(&wanted)
        })?;
        Some(Self::served(row))
    }

    /// Every kind: group, version, kind, its type and the releases that serve it, sorted.
    pub fn kinds()
    -> impl Iterator<Item = (&'static str, &'static str, &'static str, Type, Releases)> {
        // All of them are looked through for each object of a kind that nobody defines: read once.
        static KINDS: OnceLock<Vec<Served>> = OnceLock::new();
        let read = || {
            let row = |row| {
                let (group, version, kind) = Self::kind_at(row);
                let (own, releases) = Self::served(row);
                (group, version, kind, own, releases)
            };
            (0..rows(0, KIND)).map(row).collect()
        };
        KINDS.get_or_init(read).iter().copied()
    }

    /// Every type.
    pub fn types() -> impl Iterator<Item = Type> {
        let count = u16::try_from(rows(1, TYPE)).unwrap_or(0);
        (0..count).map(Type)
    }

    fn kind_at(row: usize) -> (&'static str, &'static str, &'static str) {
        let at = start(0) + row * KIND;
        (text(u16_at(at)), text(u16_at(at + 2)), text(u16_at(at + 4)))
    }

    fn served(row: usize) -> (Type, Releases) {
        let at = start(0) + row * KIND;
        (Type(u16_at(at + 6)), Releases(u16_at(at + 8)))
    }
}

impl Type {
    /// The type of that name: `core.v1.Container`.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let row = search(rows(1, TYPE), |row| {
            letters(u16_at(start(1) + row * TYPE)).cmp(name.as_bytes())
        })?;
        u16::try_from(row).ok().map(Self)
    }

    /// `core.v1.Container`
    #[must_use]
    pub fn name(self) -> &'static str {
        text(self.number(0))
    }

    /// The first sentence of its documentation.
    #[must_use]
    pub fn sentence(self) -> &'static str {
        text(self.number(1))
    }

    /// The releases that have the type.
    #[must_use]
    pub fn releases(self) -> Releases {
        Releases(self.number(4))
    }

    /// Its fields, sorted; one that has changed is there once for each form that it had.
    pub fn fields(self) -> impl Iterator<Item = FieldId> {
        (self.number(2)..self.number(3)).map(FieldId)
    }

    /// Whether it has fields at all; anything may stand where one without is expected.
    #[must_use]
    pub fn has_fields(self) -> bool {
        self.number(2) < self.number(3)
    }

    /// The forms of the field `name`, and how many fields stand before them in the type.
    #[must_use]
    pub fn forms(self, name: &str) -> Option<(usize, impl Iterator<Item = FieldId> + use<>)> {
        let (first, end) = (self.number(2), self.number(3));
        let count = usize::from(end - first);
        let name_at = |row: usize| {
            let id = FieldId(first + u16::try_from(row).unwrap_or(0));
            letters(id.number(0))
        };
        let found = search(count, |row| name_at(row).cmp(name.as_bytes()))?;
        let is_same = |row: usize| row < count && name_at(row) == name.as_bytes();
        let mut from = found;
        while from > 0 && is_same(from - 1) {
            from -= 1;
        }
        let mut to = found + 1;
        while is_same(to) {
            to += 1;
        }
        let id = move |row: usize| FieldId(first + u16::try_from(row).unwrap_or(0));
        Some((from, (from..to).map(id)))
    }

    fn number(self, column: usize) -> u16 {
        u16_at(start(1) + usize::from(self.0) * TYPE + column * 2)
    }
}

impl FieldId {
    /// The name.
    #[must_use]
    pub fn name(self) -> &'static str {
        text(self.number(0))
    }

    /// The first sentence of its documentation.
    #[must_use]
    pub fn sentence(self) -> &'static str {
        text(self.number(1))
    }

    /// The releases that have the field in this form.
    #[must_use]
    pub fn releases(self) -> Releases {
        Releases(self.number(3))
    }

    /// The releases whose document calls the field required. Often the API server takes the object without it.
    #[must_use]
    pub fn called_required(self) -> Releases {
        Releases(self.number(5))
    }

    /// Whether one of `releases` refuses an object without it.
    pub(super) fn is_required_in(self, releases: Releases) -> bool {
        Releases(self.number(4)).hold_any(releases)
    }

    /// The key by which a strategic merge tells the items apart; empty without one.
    #[must_use]
    pub fn merge_key(self) -> &'static str {
        text(self.number(8))
    }

    /// All that is judged of it.
    #[must_use]
    pub fn field(self) -> Field<'static> {
        Field::of_table(
            self,
            shape(self.number(2)),
            Releases(self.number(4)),
            text(self.number(6)),
            text(self.number(7)),
            text(self.number(9)),
        )
    }

    fn number(self, column: usize) -> u16 {
        u16_at(start(2) + usize::from(self.0) * FIELD + column * 2)
    }
}

/// The shape of that number.
pub(super) fn shape(id: u16) -> Shape<'static> {
    let at = start(3) + usize::from(id) * SHAPE;
    let argument = u16_at(at + 2);
    match u16_at(at) {
        1 => Shape::Text,
        2 => Shape::Bytes,
        3 => Shape::Time,
        4 => Shape::Boolean,
        5 => Shape::Int32,
        6 => Shape::Int64,
        7 => Shape::Number,
        8 => Shape::Quantity,
        9 => Shape::IntOrString,
        10 => Shape::List(Inner::Table(argument)),
        11 => Shape::Map(Inner::Table(argument)),
        12 if Type(argument).has_fields() => Shape::Record(Record::Type(Type(argument))),
        _ => Shape::Any,
    }
}

/// The row in `0..count` for which `order` says that it is the one; the rows are sorted.
fn search(count: usize, order: impl Fn(usize) -> Ordering) -> Option<usize> {
    let (mut low, mut high) = (0, count);
    while low < high {
        let middle = usize::midpoint(low, high);
        match order(middle) {
            Ordering::Less => low = middle + 1,
            Ordering::Greater => high = middle,
            Ordering::Equal => return Some(middle),
        }
    }
    None
}

fn rows(section: usize, width: usize) -> usize {
    (end(section) - start(section)) / width
}

fn start(section: usize) -> usize {
    match section.checked_sub(1) {
        Some(before) => end(before),
        None => MAGIC.len() + 2 + SECTIONS * 4,
    }
}

fn end(section: usize) -> usize {
    u32_at(MAGIC.len() + 2 + section * 4)
}

fn text(id: u16) -> &'static str {
    // Told once that they are UTF-8, and not for each of them.
    static TEXTS: OnceLock<&str> = OnceLock::new();
    let texts = TEXTS.get_or_init(|| {
        let bytes = BYTES.get(start(5)..).unwrap_or_default();
        std::str::from_utf8(bytes).unwrap_or_default()
    });
    texts.get(place(id)).unwrap_or_default()
}

/// The bytes of a text, to be compared.
fn letters(id: u16) -> &'static [u8] {
    let texts = BYTES.get(start(5)..).unwrap_or_default();
    texts.get(place(id)).unwrap_or_default()
}

/// Where a text stands in the texts.
fn place(id: u16) -> Range<usize> {
    let ends = start(4) + usize::from(id) * 4;
    let from = if id == 0 { 0 } else { u32_at(ends - 4) };
    from..u32_at(ends)
}

fn u16_at(at: usize) -> u16 {
    match BYTES.get(at..at + 2) {
        Some(&[low, high]) => u16::from_le_bytes([low, high]),
        _ => 0,
    }
}

fn u32_at(at: usize) -> usize {
    match BYTES.get(at..at + 4) {
        Some(&[a, b, c, d]) => u32::from_le_bytes([a, b, c, d]) as usize,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_whole() {
        assert!(BYTES.starts_with(MAGIC));
        assert_eq!(end(SECTIONS - 1), BYTES.len());
        assert!(Table::kinds().count() > 250);
        let all = Table::types().fold(Releases(0), |all, own| all.and(own.releases()));
        assert_eq!(all.last(), Some(Table::last_release()));
        let kinds: Vec<_> = Table::kinds().map(|(g, v, k, ..)| (g, v, k)).collect();
        assert!(kinds.is_sorted());
        for own in Table::types() {
            assert_eq!(Type::named(own.name()), Some(own));
            let names: Vec<_> = own.fields().map(FieldId::name).collect();
            assert!(names.is_sorted(), "{}", own.name());
        }
    }

    #[test]
    fn it_says_what_a_container_has() {
        let (pod, releases) = Table::kind("", "v1", "Pod").unwrap();
        assert_eq!(
            (pod.name(), releases.to_string()),
            ("core.v1.Pod", String::new())
        );
        assert!(Table::kind("", "v1", "pod").is_none());
        let container = Type::named("core.v1.Container").unwrap();
        let one = |name: &str| {
            let (_, mut forms) = container.forms(name).unwrap();
            forms.next().unwrap().field()
        };
        assert_eq!(one("image").shape, Shape::Text);
        assert!(one("name").required.hold_any(Releases(1)));
        assert_eq!(one("restartPolicy").releases.to_string(), "since 1.28");
        assert_eq!(one("image").sentence, "Container image name.");
        assert!(container.forms("Image").is_none());
    }
}
