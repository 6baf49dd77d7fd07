//! The tables of what authors mean.

use std::sync::OnceLock;

use podwright_syntax::{NodeId, Scalar, SyntaxTree};

/// Usual value of a required field.
#[derive(Debug)]
pub struct Usual {
    type_name: &'static str,
    field: &'static str,
    /// What to add, in words.
    pub advice: &'static str,
    /// The value that is right nearly always, as written in YAML.
    pub value: Option<&'static str>,
}

/// A row about an unknown field.
#[derive(Debug)]
pub(super) struct Known {
    type_name: &'static str,
    field: &'static str,
    value: &'static str,
    /// Path below the same mapping.
    pub(super) path: Option<&'static str>,
    /// Text that replaces the field.
    pub(super) text: Option<&'static str>,
    pub(super) help: &'static str,
}

/// Looks up an unknown field of a type, whose name may have its group: `core.v1.Container`.
pub(super) fn unknown(
    type_name: &str,
    field: &str,
    tree: &SyntaxTree,
    value: NodeId,
) -> Option<&'static Known> {
    static ROWS: OnceLock<Vec<Known>> = OnceLock::new();
    let rows = ROWS.get_or_init(|| {
        rows(include_str!("unknown.txt"))
            .filter_map(known)
            .collect()
    });
    let short = short(type_name);
    let of_type = || rows.iter().filter(move |row| row.type_name == short);
    let plain = plain(field);
    of_type().find(|row| self::plain(row.field) == plain && is(row.value, tree, value))
}

/// Looks up the usual value of a required field.
pub(super) fn usual_value(type_name: &str, field: &str) -> Option<&'static Usual> {
    static ROWS: OnceLock<Vec<Usual>> = OnceLock::new();
    let rows = ROWS.get_or_init(|| {
        rows(include_str!("required.txt"))
            .filter_map(usual)
            .collect()
    });
    let short = short(type_name);
    rows.iter()
        .find(|row| row.type_name == short && row.field == field)
}

/// The name without the differences between `runtimeClass`, `runtime_class` and `runtime-class`.
pub(super) fn plain(name: &str) -> String {
    name.replace(['_', '-'], "").to_ascii_lowercase()
}

fn short(type_name: &str) -> &str {
    type_name.rsplit('.').next().unwrap_or(type_name)
}

/// Columns of the rows of a table.
fn rows(table: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    let lines = table.lines().filter(|line| !line.starts_with('#'));
    lines
        .filter(|line| !line.trim().is_empty())
        .map(|line| line.split('|').map(str::trim).collect())
}

fn known(columns: Vec<&'static str>) -> Option<Known> {
    let &[type_name, field, value, meant, help, _source] = columns.as_slice() else {
        return None;
    };
    let is_text = meant.contains(':');
    Some(Known {
        type_name,
        field,
        value,
        path: Some(meant).filter(|_| meant != "-" && !is_text),
        text: Some(meant).filter(|_| is_text),
        help,
    })
}

fn usual(columns: Vec<&'static str>) -> Option<Usual> {
    let &[type_name, field, advice, value, _source] = columns.as_slice() else {
        return None;
    };
    Some(Usual {
        type_name,
        field,
        advice,
        value: Some(value).filter(|value| *value != "-"),
    })
}

/// Whether the value is of the kind that a row names.
fn is(what: &str, tree: &SyntaxTree, node: NodeId) -> bool {
    let kind = tree.kind(node);
    match what {
        "any" => true,
        "mapping" => kind.is_mapping(),
        "list" => kind.is_sequence(),
        "text" => kind.is_scalar() && matches!(tree.scalar(node), Scalar::Str(_)),
        "int" => kind.is_scalar() && matches!(tree.scalar(node), Scalar::Int(_)),
        _ => kind.is_scalar() && !matches!(tree.scalar(node), Scalar::Null | Scalar::Invalid),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Found;
    use crate::releases::Releases;
    use crate::shape::{Record, Shape};
    use crate::table::Table;

    const NEWEST: Releases = Releases(1 << 11);

    /// All types with this short name.
    fn types(short_name: &str) -> impl Iterator<Item = Record<'static>> {
        let types = Table::types().filter(move |own| short(own.name()) == short_name);
        types.map(Record::Type)
    }

    fn leads_to_a_field(record: Record<'_>, path: &str) -> bool {
        let (first, rest) = path.split_once('.').unwrap_or((path, ""));
        let Found::Here(_, field) = record.find(first, NEWEST) else {
            return false;
        };
        match field.shape {
            Shape::Record(below) if !rest.is_empty() => leads_to_a_field(below, rest),
            Shape::Map(_) => true,
            _ => rest.is_empty(),
        }
    }

    #[test]
    fn each_row_is_about_an_unknown_field_and_leads_to_a_known_one() {
        for columns in rows(include_str!("unknown.txt")) {
            assert_eq!(columns.len(), 6, "{columns:?}");
            let row = known(columns).unwrap();
            let types: Vec<Record<'_>> = types(row.type_name).collect();
            assert!(!types.is_empty(), "{row:?}");
            let lacks = |record: &Record<'_>| {
                row.field == "*" || matches!(record.find(row.field, NEWEST), Found::Nowhere)
            };
            assert!(types.iter().any(lacks), "{row:?} is a field");
            if let Some(path) = row.path {
                let leads = |record: &Record<'_>| leads_to_a_field(*record, path);
                assert!(types.iter().any(leads), "{row:?}");
            } else {
                assert_ne!(row.help, "-", "{row:?}");
            }
            if let Some(text) = row.text {
                let name = text.split(':').next().unwrap();
                let leads = |record: &Record<'_>| leads_to_a_field(*record, name);
                assert!(types.iter().any(leads), "{row:?}");
            }
        }
    }

    #[test]
    fn each_usual_value_is_of_a_field() {
        for columns in rows(include_str!("required.txt")) {
            assert_eq!(columns.len(), 5, "{columns:?}");
            let row = usual(columns).unwrap();
            let has = |record: Record<'_>| leads_to_a_field(record, row.field);
            assert!(types(row.type_name).any(has), "{row:?}");
            assert!(row.advice.starts_with('`'), "{row:?}");
        }
    }
}
