//! Binary table of the Kubernetes API.
//!
//! Format: `podwright1`, the first release (u16), then the end offset of each of six sections (u32, from the start of
//! the table):
//!
//! | section | columns of a row, u16 each |
//! |---|---|
//! | kinds | group, version, kind, type, releases; sorted by the first three as strings |
//! | types | name, sentence, first field, index after the last field, releases; sorted by name |
//! | fields | name, sentence, shape, releases, releases that require it, releases whose OpenAPI document marks it as required, values, list keys, merge key, check; sorted by name in each type |
//! | shapes | type, index of the inner type |
//! | ends | u32: end offset of each string in the strings |
//! | strings | UTF-8 |
//!
//! All numbers are little-endian. Releases are bit sets, one bit per release, starting with the first one.

use std::cmp::Ordering;
use std::ops::Range;
use std::sync::OnceLock;

use rustc_hash::FxHashMap;

use super::shape::{Inner, Shape};
use super::{Field, Record, Releases, Uniqueness, Validation, Values};
use podwright_model::KubernetesVersion;

const BYTES: &[u8] = include_bytes!("table.bin");

const MAGIC: &[u8] = b"podwright1";
const SECTIONS: usize = 6;
const KIND: usize = 10;
const TYPE: usize = 10;
const FIELD: usize = 20;
const SHAPE: usize = 4;

/// All kinds, types and fields of the Kubernetes API in the supported releases.
#[derive(Clone, Copy, Debug)]
pub struct Table;

/// Group, version, kind, type of the kind, and releases that serve it.
pub type Served = (&'static str, &'static str, &'static str, Type, Releases);

/// A type of the Kubernetes API: `core.v1.Container`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Type(pub(super) u16);

impl Table {
    /// Oldest release in the table.
    #[must_use]
    pub fn first_release() -> KubernetesVersion {
        KubernetesVersion(u16_at(MAGIC.len()))
    }

    /// Newest release in the table. A test checks that it matches.
    #[must_use]
    pub fn last_release() -> KubernetesVersion {
        KubernetesVersion(37)
    }

    /// Looks up the type of `kind` in `group` (empty for the core group) and `version`, and the releases that serve it.
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

    /// All kinds, sorted by group, version and kind.
    pub fn kinds() -> impl Iterator<Item = Served> {
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

    /// All kinds with this name, compared case-insensitively.
    pub fn kinds_called(kind: &str) -> impl Iterator<Item = Served> {
        static BY_NAME: OnceLock<FxHashMap<String, Vec<Served>>> = OnceLock::new();
        let by_name = BY_NAME.get_or_init(|| {
            let mut by_name: FxHashMap<String, Vec<Served>> = FxHashMap::default();
            for served in Self::kinds() {
                let name = served.2.to_ascii_lowercase();
                by_name.entry(name).or_default().push(served);
            }
            by_name
        });
        let own = by_name.get(&kind.to_ascii_lowercase());
        own.into_iter().flatten().copied()
    }

    /// Returns whether the version of the group contains any kind.
    #[must_use]
    pub fn has_version(group: &str, version: &str) -> bool {
        let wanted = (group.as_bytes(), version.as_bytes());
        let order = |row| {
            let at = start(0) + row * KIND;
            (letters(u16_at(at)), letters(u16_at(at + 2))).cmp(&wanted)
        };
        search(rows(0, KIND), order).is_some()
    }

    /// All types.
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
    /// Looks up a type by name: `core.v1.Container`.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let row = search(rows(1, TYPE), |row| {
            letters(u16_at(start(1) + row * TYPE)).cmp(name.as_bytes())
        })?;
        u16::try_from(row).ok().map(Self)
    }

    /// Name of the type: `core.v1.Container`.
    #[must_use]
    pub fn name(self) -> &'static str {
        text(self.number(0))
    }

    /// First sentence of the API documentation.
    #[must_use]
    pub fn sentence(self) -> &'static str {
        text(self.number(1))
    }

    /// Releases that have the type.
    #[must_use]
    pub fn releases(self) -> Releases {
        Releases(self.number(4))
    }

    /// Fields of the type, sorted by name. A field that changed between releases appears once per form.
    #[must_use]
    pub fn fields(self) -> &'static [Field<'static>] {
        // Decoded on first use and cached, because every field of an object is looked up here.
        static FIELDS: [OnceLock<Box<[Field<'static>]>>; rows(1, TYPE)] =
            [const { OnceLock::new() }; rows(1, TYPE)];
        let Some(known) = FIELDS.get(usize::from(self.0)) else {
            return &[];
        };
        known.get_or_init(|| (self.number(2)..self.number(3)).map(field).collect())
    }

    /// Returns whether the type has fields. A type without fields accepts any value.
    #[must_use]
    pub fn has_fields(self) -> bool {
        self.number(2) < self.number(3)
    }

    /// Returns the index of the field `name` in the type, and all forms of the field. The forms are empty if the type
    /// does not have the field.
    #[must_use]
    pub fn forms(self, name: &str) -> (usize, &'static [Field<'static>]) {
        let fields = self.fields();
        let from = fields.partition_point(|field| field.name < name);
        let same = fields[from..].iter().take_while(|field| field.name == name);
        (from, &fields[from..from + same.count()])
    }

    fn number(self, column: usize) -> u16 {
        u16_at(start(1) + usize::from(self.0) * TYPE + column * 2)
    }
}

/// Decodes the field in a row.
fn field(row: u16) -> Field<'static> {
    let number = |column: usize| u16_at(start(2) + usize::from(row) * FIELD + column * 2);
    let (values, list, check) = (text(number(6)), text(number(7)), text(number(9)));
    Field {
        name: text(number(0)),
        shape: shape(number(2)),
        releases: Releases(number(3)),
        required: Releases(number(4)),
        values: if values.is_empty() {
            Values::Any
        } else {
            Values::Words(values)
        },
        unique: Uniqueness::read(list),
        check: Validation::read(check),
        sentence: text(number(1)),
    }
}

/// Decodes the shape with this index.
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

/// Binary search for the row in `0..count` for which `order` returns `Equal`. The rows must be sorted.
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

const fn rows(section: usize, width: usize) -> usize {
    (end(section) - start(section)) / width
}

/// Start offsets of the sections, followed by the end of the last one.
const STARTS: [usize; SECTIONS + 1] = {
    let ends = MAGIC.len() + 2;
    let mut starts = [ends + SECTIONS * 4; SECTIONS + 1];
    let mut section = 0;
    while section < SECTIONS {
        let at = ends + section * 4;
        let end = [BYTES[at], BYTES[at + 1], BYTES[at + 2], BYTES[at + 3]];
        starts[section + 1] = u32::from_le_bytes(end) as usize;
        section += 1;
    }
    starts
};

const fn start(section: usize) -> usize {
    STARTS[section]
}

const fn end(section: usize) -> usize {
    STARTS[section + 1]
}

fn text(id: u16) -> &'static str {
    // Validate the UTF-8 once, not for each string.
    static TEXTS: OnceLock<&str> = OnceLock::new();
    let texts = TEXTS.get_or_init(|| {
        let bytes = BYTES.get(start(5)..).unwrap_or_default();
        std::str::from_utf8(bytes).unwrap_or_default()
    });
    texts.get(place(id)).unwrap_or_default()
}

/// Bytes of a string, for comparisons.
fn letters(id: u16) -> &'static [u8] {
    let texts = BYTES.get(start(5)..).unwrap_or_default();
    texts.get(place(id)).unwrap_or_default()
}

/// Byte range of a string in the strings section.
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
    fn the_table_is_complete() {
        assert!(BYTES.starts_with(MAGIC));
        assert_eq!(end(SECTIONS - 1), BYTES.len());
        assert!(Table::kinds().count() > 250);
        let all = Table::types().fold(Releases(0), |all, own| all.and(own.releases()));
        assert_eq!(all.last(), Some(Table::last_release()));
        let kinds: Vec<_> = Table::kinds().map(|(g, v, k, ..)| (g, v, k)).collect();
        assert!(kinds.is_sorted());
        for own in Table::types() {
            assert_eq!(Type::named(own.name()), Some(own));
            let names: Vec<_> = own.fields().iter().map(|field| field.name).collect();
            assert!(names.is_sorted(), "{}", own.name());
        }
    }

    #[test]
    fn contains_the_fields_of_a_container() {
        let (pod, releases) = Table::kind("", "v1", "Pod").unwrap();
        assert_eq!(
            (pod.name(), releases.to_string()),
            ("core.v1.Pod", String::new())
        );
        assert!(Table::kind("", "v1", "pod").is_none());
        let container = Type::named("core.v1.Container").unwrap();
        let one = |name: &str| {
            let (_, forms) = container.forms(name);
            forms[0]
        };
        assert_eq!(one("image").shape, Shape::Text);
        assert!(one("name").required.hold_any(Releases(1)));
        assert_eq!(one("restartPolicy").releases.to_string(), "since 1.28");
        assert_eq!(one("image").sentence, "Container image name.");
        assert!(container.forms("Image").1.is_empty());
    }
}
