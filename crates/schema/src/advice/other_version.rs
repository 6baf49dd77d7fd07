//! Fields of other API versions of a kind.

use super::Asking;
use super::level::Level;
use crate::operators::Operated;
use crate::record::Found;
use crate::releases::Releases;
use crate::shape::{Record, Shape};
use crate::table::Table;

/// Returns the API version of the same kind that has the field at the same path. Prefers one that the target releases
/// serve.
pub(super) fn find(asking: &Asking<'_, '_>, levels: &[Level<'_>]) -> Option<String> {
    let object = asking.subject.object;
    let (kind, own) = (object.kind.text()?, object.api_version.text()?);
    let group = object.group()?;
    let path: Vec<String> = levels.last()?.names().collect();
    let mut found: Vec<(bool, String)> = Vec::new();
    for other in Operated::all().filter(|other| other.group() == group && other.kind() == kind) {
        let api_version = format!("{group}/{}", other.version());
        let mut record = Some(Record::Custom(other.schema())).filter(|_| api_version != own);
        for step in &path {
            record = record.and_then(|record| below(record, step, Releases::ALL));
        }
        let field = record.map(|record| record.find(&asking.name, Releases::ALL));
        if matches!(field, Some(Found::Here(..))) {
            found.push((true, api_version));
        }
    }
    for (other_group, version, name, own_type, releases) in Table::kinds_called(kind) {
        let api_version = match other_group {
            "" => version.to_owned(),
            _ => format!("{other_group}/{version}"),
        };
        if other_group != group || name != kind || api_version == own {
            continue;
        }
        let mut record = Some(Record::Type(own_type));
        for step in &path {
            record = record.and_then(|record| below(record, step, releases));
        }
        let field = record.map(|record| record.find(&asking.name, releases));
        if matches!(field, Some(Found::Here(..))) {
            found.push((releases.hold_all(asking.releases), api_version));
        }
    }
    found.into_iter().max().map(|(_, api_version)| api_version)
}

fn below<'a>(record: Record<'a>, name: &str, releases: Releases) -> Option<Record<'a>> {
    let Found::Here(_, field) = record.find(name, releases) else {
        return None;
    };
    match field.shape {
        Shape::Record(record) => Some(record),
        Shape::List(inner) | Shape::Map(inner) => match inner.shape() {
            Shape::Record(record) => Some(record),
            _ => None,
        },
        _ => None,
    }
}
