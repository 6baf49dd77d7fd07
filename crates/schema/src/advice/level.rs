//! The records around a mapping.

use crate::place::root;
use crate::record::Found;
use crate::releases::Releases;
use crate::shape::{Record, Shape};
use crate::walk::{Subject, embedded_around, operated};
use podwright_syntax::{NodeId, PathSegment};

/// A mapping of an object with its type.
pub(super) struct Level<'a> {
    pub(super) mapping: NodeId,
    pub(super) record: Record<'a>,
    /// Path from the object.
    pub(super) path: Vec<PathSegment>,
}

impl Level<'_> {
    /// Names of the fields on the path.
    pub(super) fn names(&self) -> impl Iterator<Item = String> {
        self.path.iter().filter_map(|step| match step {
            PathSegment::Key(name) => Some(name.clone()),
            PathSegment::Index(_) => None,
        })
    }
}

/// Returns the records from the object to `mapping`, outermost first. `None` if an alias or a merge is on the way.
pub(super) fn levels<'a>(subject: &Subject<'a>, mapping: NodeId) -> Option<Vec<Level<'a>>> {
    let (levels, _) = down_to(subject, mapping)?;
    let is_last = levels.last()?.mapping == mapping;
    is_last.then_some(levels)
}

/// Maximum number of entries of a mapping on the way. In larger ones, each search for one of the entries takes too long.
const MAX_ENTRIES: usize = 200;

/// Returns the records around `node`, and its type.
pub(super) fn down_to<'a>(
    subject: &Subject<'a>,
    mapping: NodeId,
) -> Option<(Vec<Level<'a>>, Shape<'a>)> {
    let Subject { tree, object, .. } = *subject;
    let (api_version, kind) = (object.api_version.text()?, object.kind.text()?);
    let known = root(subject.custom, api_version, kind, subject);
    let embedded = || embedded_around(subject, mapping);
    let (start, record) = match known {
        // In an object whose definition is not known for sure, the types of Kubernetes are.
        Some(record) if operated(subject).is_none() => (object.node, record),
        known => embedded().or_else(|| Some((object.node, known?)))?,
    };
    let releases = Releases::ALL;
    let outer = tree.path(start);
    let steps = tree.path(mapping).into_iter().skip(outer.len());
    let mut path = outer[tree.path(object.node).len()..].to_vec();
    let mut levels = vec![Level {
        mapping: start,
        record,
        path: path.clone(),
    }];
    let (mut node, mut shape) = (start, Shape::Record(record));
    for step in steps {
        if tree.entries(node).nth(MAX_ENTRIES).is_some() {
            return None;
        }
        let value = |key: &str| {
            let mut entries = tree.entries(node);
            entries
                .find(|entry| tree.key_text(entry.key) == key)
                .map(|entry| entry.value)
        };
        (node, shape) = match (&step, shape) {
            (PathSegment::Key(key), Shape::Record(record)) => {
                let (Found::Here(_, field) | Found::Elsewhen(_, field)) =
                    record.find(key, releases)
                else {
                    return None;
                };
                (value(key)?, field.shape)
            }
            (PathSegment::Key(key), Shape::Map(inner)) => (value(key)?, inner.shape()),
            (PathSegment::Index(index), Shape::List(inner)) => {
                (tree.items(node).nth(*index)?, inner.shape())
            }
            _ => return None,
        };
        path.push(step);
        if let (Shape::Record(record), true) = (shape, tree.kind(node).is_mapping()) {
            levels.push(Level {
                mapping: node,
                record,
                path: path.clone(),
            });
        }
    }
    (node == mapping).then_some((levels, shape))
}
