//! What the declarations do not show, by kind and path.

use std::collections::BTreeMap;

use super::Known;
use super::read::Kind;
use super::schema::{Fields, Schema};
use crate::Result;

const LIST: &str = include_str!("corrections.txt");

/// Corrects the schemas.
///
/// # Errors
///
/// If a line does not fit: it names no kind, or no field of it.
pub(super) fn apply(kinds: &mut BTreeMap<Kind, Known>) -> Result<()> {
    let is_content = |line: &&str| !line.is_empty() && !line.starts_with('#');
    for line in LIST.lines().filter(is_content) {
        let bad = || format!("corrections.txt: `{line}` fits nothing");
        let parts: Vec<&str> = line.split(' ').collect();
        let [api_version, names, path, what] = parts[..] else {
            return Err(bad().into());
        };
        let (group, version) = api_version.split_once('/').ok_or_else(bad)?;
        for name in names.split(',') {
            let kind = (group.to_owned(), version.to_owned(), name.to_owned());
            if what == "absent" {
                kinds.remove(&kind).ok_or_else(bad)?;
                continue;
            }
            let known = kinds.get_mut(&kind).ok_or_else(bad)?;
            known.schema = corrected(&known.schema, path, what).ok_or_else(bad)?;
        }
    }
    Ok(())
}

/// The schema with a correction at a path: `.spec.items[].values{}.name`.
fn corrected(schema: &Schema, path: &str, what: &str) -> Option<Schema> {
    match (schema, path) {
        (_, "" | ".") => own(schema, what),
        (Schema::List(inner), _) if path.starts_with("[]") => {
            Some(Schema::List(corrected(inner, &path[2..], what)?.into()))
        }
        (Schema::Map(inner), _) if path.starts_with("{}") => {
            Some(Schema::Map(corrected(inner, &path[2..], what)?.into()))
        }
        (Schema::Record(fields), _) => {
            let path = path.strip_prefix('.')?;
            // A name may contain dots, brackets do not occur in names.
            let ends = path.match_indices(['.', '[', '{']).map(|(at, _)| at);
            let mut ends = ends.chain([path.len()]);
            let end = ends.find(|&end| fields.contains_key(&path[..end]))?;
            let (name, rest) = path.split_at(end);
            let mut fields: Fields = (**fields).clone();
            let (below, is_required) = fields.get_mut(name)?;
            match (rest, what) {
                ("", "optional") => *is_required = false,
                _ => *below = corrected(below, rest, what)?,
            }
            Some(Schema::record(fields))
        }
        _ => None,
    }
}

fn own(schema: &Schema, what: &str) -> Option<Schema> {
    match (what, schema) {
        ("any", _) => Some(Schema::Any),
        ("open", Schema::Record(_) | Schema::Map(_) | Schema::Open) => Some(Schema::Open),
        ("free", Schema::Text(Some(_))) => Some(Schema::Text(None)),
        ("unchecked", _) => Some(unrequired(schema)),
        _ => None,
    }
}

/// The schema without required fields.
fn unrequired(schema: &Schema) -> Schema {
    match schema {
        Schema::List(inner) => Schema::List(unrequired(inner).into()),
        Schema::Map(inner) => Schema::Map(unrequired(inner).into()),
        Schema::Record(fields) => {
            let fields = fields.iter();
            let field = |(name, (below, _)): (&String, &(Schema, bool))| {
                (name.clone(), (unrequired(below), false))
            };
            Schema::record(fields.map(field).collect())
        }
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn corrections_reach_fields() {
        let item = Schema::record(Fields::from([("mode".into(), (Schema::Boolean, true))]));
        let list = Schema::List(item.into());
        let own = Schema::record(Fields::from([("a.b".into(), (list, true))]));
        let fixed = corrected(&own, ".a.b[].mode", "optional").unwrap();
        assert_eq!(fixed, corrected(&own, ".a.b[]", "unchecked").unwrap());
        assert_ne!(fixed, own);
        assert_eq!(corrected(&own, ".a.b[].other", "any"), None);
        assert_eq!(corrected(&own, ".a.b[].mode", "free"), None);
        assert_eq!(
            corrected(&own, ".", "unchecked").unwrap(),
            corrected(
                &corrected(&own, ".a.b", "optional").unwrap(),
                ".a.b[].mode",
                "optional"
            )
            .unwrap()
        );
    }
}
