//! Slices and maps.

use std::cell::RefCell;
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use podwright_syntax::provenance::Text;

use super::Value;

/// A slice. Go's slices can be changed in place, but nothing in templates does so.
#[derive(Clone, Debug)]
pub struct List {
    /// Its type.
    pub kind: ListKind,
    /// The items.
    pub items: Rc<Vec<Value>>,
    /// Whether it is a nil slice, which is printed as an empty one but is `null` in YAML.
    pub is_nil: bool,
}

/// Type of a slice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListKind {
    /// `[]interface {}`
    Any,
    /// `[]string`
    Strings,
    /// `[]int`
    Ints,
    /// `[][]interface {}`
    Lists,
    /// `[]map[string]interface {}`
    Maps,
}

/// A map. Clones share the entries, as in Go.
#[derive(Clone, Debug)]
pub struct Map {
    /// Its type.
    pub kind: MapKind,
    /// The entries, in the order of their keys.
    pub entries: Rc<RefCell<Entries>>,
    /// Whether it is a nil map.
    pub is_nil: bool,
}

/// Entries of a map.
pub type Entries = BTreeMap<Key, Value>;

/// Type of a map.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MapKind {
    /// `map[string]interface {}`
    Any,
    /// `map[string]string`
    Strings,
    /// A named type with `map[string]interface {}` as its underlying type.
    Named(&'static str),
}

/// A key, and where it is written.
#[derive(Clone, Debug)]
pub struct Key(pub Arc<Text>);

impl std::borrow::Borrow<str> for Key {
    fn borrow(&self) -> &str {
        self.0.as_str()
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_str() == other.0.as_str()
    }
}

impl Eq for Key {}

impl PartialOrd for Key {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Key {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.as_str().cmp(other.0.as_str())
    }
}

impl From<&str> for Key {
    fn from(name: &str) -> Self {
        Self(Arc::new(Text::constant(name)))
    }
}

impl List {
    /// A `[]interface {}`.
    #[must_use]
    pub fn new(items: Vec<Value>) -> Self {
        Self {
            kind: ListKind::Any,
            items: Rc::new(items),
            is_nil: false,
        }
    }

    /// Name of the type in Go.
    #[must_use]
    pub fn type_name(&self) -> &'static str {
        match self.kind {
            ListKind::Any => "[]interface {}",
            ListKind::Strings => "[]string",
            ListKind::Ints => "[]int",
            ListKind::Lists => "[][]interface {}",
            ListKind::Maps => "[]map[string]interface {}",
        }
    }

    /// The item at an index.
    #[must_use]
    pub fn get(&self, index: usize) -> Option<Value> {
        let mut item = self.items.get(index)?.clone();
        item.is_boxed = self.kind == ListKind::Any;
        Some(item)
    }
}

impl Map {
    /// A `map[string]interface {}`.
    #[must_use]
    pub fn new(entries: Entries) -> Self {
        Self {
            kind: MapKind::Any,
            entries: Rc::new(RefCell::new(entries)),
            is_nil: false,
        }
    }

    /// The same map with another type.
    #[must_use]
    pub fn with_kind(mut self, kind: MapKind) -> Self {
        self.kind = kind;
        self
    }

    /// Name of the type in Go.
    #[must_use]
    pub fn type_name(&self) -> &'static str {
        match self.kind {
            MapKind::Any => "map[string]interface {}",
            MapKind::Strings => "map[string]string",
            MapKind::Named(name) => name,
        }
    }

    /// The value of a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<Value> {
        let mut value = self.entries.borrow().get(key)?.clone();
        value.is_boxed = self.kind != MapKind::Strings;
        Some(value)
    }

    /// Sets the value of a key.
    pub fn set(&self, key: impl Into<Key>, value: Value) {
        self.entries
            .borrow_mut()
            .insert(key.into(), value.unboxed());
    }

    /// Number of entries.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.borrow().len()
    }

    /// Whether the map is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All entries in order.
    #[must_use]
    pub fn to_vec(&self) -> Vec<(Key, Value)> {
        let boxed = self.kind != MapKind::Strings;
        let entries = self.entries.borrow();
        let entry = |(key, value): (&Key, &Value)| {
            let mut value = value.clone();
            value.is_boxed = boxed;
            (key.clone(), value)
        };
        entries.iter().map(entry).collect()
    }
}
