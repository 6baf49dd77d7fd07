//! Serializes the table. `crates/schema/src/table.rs` describes the format.

use std::collections::BTreeMap;
use std::error::Error;

use super::read::{Definitions, FIRST, Shape};

const ENFORCED: &str = include_str!("enforced.txt");

/// Constraints of a field in `enforced.txt`.
#[derive(Debug, Default)]
struct Enforced {
    required: bool,
    values: String,
    unique: String,
    check: String,
    gate: String,
    used: bool,
}

/// Returns the serialized table of `definitions`.
pub(super) fn table(definitions: &Definitions) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut enforced = enforced()?;
    let types: BTreeMap<&str, u16> = definitions
        .types
        .keys()
        .map(String::as_str)
        .zip(0_u16..)
        .collect();
    let mut strings = Strings::default();
    let mut shapes = Shapes {
        types: &types,
        known: BTreeMap::new(),
        bytes: Vec::new(),
    };
    let (mut type_rows, mut field_rows, mut fields) = (Vec::new(), Vec::new(), 0_u16);
    for (name, own) in &definitions.types {
        let first = fields;
        for (form, field) in &own.fields {
            let mut said = enforced.get_mut(format!("{name}.{}", form.name).as_str());
            if let Some(said) = &mut said {
                said.used = true;
            }
            let (list, merge) = own.lists.get(&form.name).cloned().unwrap_or_default();
            let is_list = matches!(form.shape, Shape::List(_));
            let list = match &said {
                Some(said) if is_list && !said.unique.is_empty() => {
                    format!("unique {}", said.unique)
                }
                _ => list,
            };
            let required = said.as_ref().is_some_and(|said| said.required);
            let row = [
                strings.of(&form.name)?,
                strings.of(&field.sentence)?,
                shapes.of(&form.shape)?,
                field.releases,
                if required { field.releases } else { 0 },
                field.required,
                strings.of(said.as_ref().map_or("", |said| &said.values))?,
                strings.of(&list)?,
                strings.of(&merge)?,
                strings.of(said.as_ref().map_or("", |said| &said.check))?,
                strings.of(said.map_or("", |said| &said.gate))?,
            ];
            field_rows.extend(row.into_iter().flat_map(u16::to_le_bytes));
            fields += 1;
        }
        let row = [
            strings.of(name)?,
            strings.of(&own.sentence)?,
            first,
            fields,
            own.releases,
        ];
        type_rows.extend(row.into_iter().flat_map(u16::to_le_bytes));
    }
    let unused: Vec<_> = enforced
        .iter()
        .filter(|(_, said)| !said.used)
        .map(|(name, _)| name)
        .collect();
    if !unused.is_empty() {
        return Err(format!("enforced.txt contains fields that no release has: {unused:?}").into());
    }
    let mut kind_rows = Vec::new();
    for ((group, version, kind), (name, releases)) in &definitions.kinds {
        let own = *types
            .get(name.as_str())
            .ok_or_else(|| format!("unknown type {name}"))?;
        let row = [
            strings.of(group)?,
            strings.of(version)?,
            strings.of(kind)?,
            own,
            *releases,
        ];
        kind_rows.extend(row.into_iter().flat_map(u16::to_le_bytes));
    }
    let shapes = shapes.bytes;
    let sections = [
        kind_rows,
        type_rows,
        field_rows,
        shapes,
        strings.ends(),
        strings.bytes,
    ];
    let mut out = Vec::from(*b"podwright1");
    out.extend(FIRST.to_le_bytes());
    let mut end = out.len() + sections.len() * 4;
    for section in &sections {
        end += section.len();
        out.extend(u32::try_from(end)?.to_le_bytes());
    }
    out.extend(sections.into_iter().flatten());
    Ok(out)
}

fn enforced() -> Result<BTreeMap<&'static str, Enforced>, Box<dyn Error>> {
    let mut all: BTreeMap<&str, Enforced> = BTreeMap::new();
    for line in ENFORCED
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
    {
        let (field, says) = line.split_once(' ').ok_or("field without a constraint")?;
        let own = all.entry(field).or_default();
        match says.split_once(' ') {
            None if says == "required" => own.required = true,
            Some(("=", values)) => values.clone_into(&mut own.values),
            Some(("unique", keys)) => keys.clone_into(&mut own.unique),
            Some(("check", what)) => what.clone_into(&mut own.check),
            Some(("gate", what)) => what.clone_into(&mut own.gate),
            _ => return Err(format!("invalid line: {line}").into()),
        }
    }
    Ok(all)
}

/// Deduplicated strings.
#[derive(Default)]
struct Strings {
    known: BTreeMap<String, u16>,
    ends: Vec<u32>,
    bytes: Vec<u8>,
}

impl Strings {
    fn of(&mut self, text: &str) -> Result<u16, Box<dyn Error>> {
        if let Some(id) = self.known.get(text) {
            return Ok(*id);
        }
        let id = u16::try_from(self.ends.len())?;
        self.bytes.extend(text.bytes());
        self.ends.push(u32::try_from(self.bytes.len())?);
        self.known.insert(text.to_owned(), id);
        Ok(id)
    }

    fn ends(&self) -> Vec<u8> {
        self.ends.iter().flat_map(|end| end.to_le_bytes()).collect()
    }
}

/// Deduplicated shapes: a tag and an argument each.
struct Shapes<'t> {
    types: &'t BTreeMap<&'t str, u16>,
    known: BTreeMap<Shape, u16>,
    bytes: Vec<u8>,
}

impl Shapes<'_> {
    fn of(&mut self, shape: &Shape) -> Result<u16, Box<dyn Error>> {
        if let Some(id) = self.known.get(shape) {
            return Ok(*id);
        }
        let (tag, argument): (u16, u16) = match shape {
            Shape::Any => (0, 0),
            Shape::Text => (1, 0),
            Shape::Bytes => (2, 0),
            Shape::Time => (3, 0),
            Shape::Boolean => (4, 0),
            Shape::Int32 => (5, 0),
            Shape::Int64 => (6, 0),
            Shape::Number => (7, 0),
            Shape::Quantity => (8, 0),
            Shape::IntOrString => (9, 0),
            Shape::List(item) => (10, self.of(item)?),
            Shape::Map(value) => (11, self.of(value)?),
            // A type without own fields, which allows any content.
            Shape::Type(name) => match self.types.get(name.as_str()) {
                Some(id) => (12, *id),
                None => (0, 0),
            },
        };
        let id = u16::try_from(self.bytes.len() / 4)?;
        self.bytes.extend(tag.to_le_bytes());
        self.bytes.extend(argument.to_le_bytes());
        self.known.insert(shape.clone(), id);
        Ok(id)
    }
}
