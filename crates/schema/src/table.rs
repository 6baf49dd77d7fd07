//! Binary table of the Kubernetes API.
//!
//! Format: `podwright1`, the first release (u16), then the end offset of each of six sections (u32, from the start of
//! the table):
//!
//! | section | columns of a row, u16 each |
//! |---|---|
//! | kinds | group, version, kind, type, releases; sorted by the first three as strings |
//! | types | name, sentence, first field, index after the last field, releases; sorted by name |
//! | fields | name, sentence, shape, releases, releases that require it, releases whose OpenAPI document marks it as required, values, list keys, merge key, check, gate; sorted by name in each type |
//! | shapes | type, index of the inner type |
//! | ends | u32: end offset of each string in the strings |
//! | strings | UTF-8 |
//!
//! All numbers are little-endian. Releases are bit sets, one bit per release, starting with the first one.

pub(super) mod bytes;
pub(super) mod fields;

use std::sync::OnceLock;

use rustc_hash::FxHashMap;

use crate::releases::Releases;
use bytes::{KIND, TYPE, first_release, last_release, letters, rows, search, start, text, u16_at};
use podwright_model::KubernetesVersion;

/// All kinds, types and fields of the Kubernetes API in the supported releases.
#[derive(Clone, Copy, Debug)]
pub struct Table;

/// Group, version, kind, type of the kind, and releases that serve it.
pub type Served = (&'static str, &'static str, &'static str, Type, Releases);

/// A type of the Kubernetes API: `core.v1.Container`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Type(u16);

impl Table {
    /// Oldest release in the table.
    #[must_use]
    pub fn first_release() -> KubernetesVersion {
        first_release()
    }

    /// Newest release in the table. A test checks that it matches.
    #[must_use]
    pub fn last_release() -> KubernetesVersion {
        last_release()
    }

    /// Looks up the type of `kind` in `group` (empty for the core group) and `version`, and the releases that serve it.
    #[must_use]
    pub fn kind(group: &str, version: &str, kind: &str) -> Option<(Type, Releases)> {
        // Looked up for each object, several times.
        static ROWS: OnceLock<FxHashMap<(&str, &str, &str), usize>> = OnceLock::new();
        let rows = ROWS.get_or_init(|| {
            let keyed = (0..rows(0, KIND)).map(|row| (Self::kind_at(row), row));
            keyed.collect()
        });
        let row = rows.get(&(group, version, kind))?;
        Some(Self::served(*row))
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

    /// Returns whether the type has fields. A type without fields accepts any value.
    #[must_use]
    pub fn has_fields(self) -> bool {
        self.number(2) < self.number(3)
    }

    fn number(self, column: usize) -> u16 {
        u16_at(start(1) + usize::from(self.0) * TYPE + column * 2)
    }
}

#[cfg(test)]
mod tests {
    use super::bytes::{BYTES, MAGIC, SECTIONS, end};
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
}
