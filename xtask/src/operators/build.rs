//! Serializes the table. `crates/schema/src/operators.rs` describes the format.

use std::collections::BTreeMap;

use super::Known;
use super::read::Kind;
use super::schema::Schema;
use crate::Result;

/// Returns the serialized table.
pub(super) fn table(kinds: &BTreeMap<Kind, Known>) -> Result<Vec<u8>> {
    let mut strings = Strings::default();
    let mut nodes = Nodes::default();
    let mut rows = Vec::new();
    for ((group, version, kind), known) in kinds {
        for text in [
            group,
            version,
            kind,
            known.product,
            &known.releases.join(" "),
        ] {
            rows.extend(u16::try_from(strings.of(text))?.to_le_bytes());
        }
        let root = nodes.of(&known.schema, &mut strings);
        rows.extend(u32::try_from(root)?.to_le_bytes());
    }
    let mut out = b"operators1".to_vec();
    let sections = [rows, nodes.bytes, strings.ends, strings.bytes];
    let mut end = out.len() + 4 * sections.len();
    for section in &sections {
        end += section.len();
        out.extend(u32::try_from(end)?.to_le_bytes());
    }
    out.extend(sections.concat());
    Ok(out)
}

#[derive(Default)]
struct Strings {
    known: BTreeMap<String, usize>,
    ends: Vec<u8>,
    bytes: Vec<u8>,
}

impl Strings {
    fn of(&mut self, text: &str) -> usize {
        if let Some(&known) = self.known.get(text) {
            return known;
        }
        let id = self.known.len();
        self.bytes.extend(text.as_bytes());
        let end = u32::try_from(self.bytes.len()).expect("less than 4 GiB");
        self.ends.extend(end.to_le_bytes());
        self.known.insert(text.to_owned(), id);
        id
    }
}

/// Equal nodes are stored once.
#[derive(Default)]
struct Nodes {
    known: BTreeMap<Vec<u8>, usize>,
    bytes: Vec<u8>,
}

impl Nodes {
    /// Stores a schema, after those that it contains, and returns its offset.
    fn of(&mut self, schema: &Schema, strings: &mut Strings) -> usize {
        let mut own = Vec::new();
        match schema {
            Schema::Any => own.push(0),
            Schema::Text(None) => own.push(1),
            Schema::Text(Some(values)) => {
                own.push(2);
                number(values.len(), &mut own);
                for value in values {
                    number(strings.of(value), &mut own);
                }
            }
            Schema::Boolean => own.push(3),
            Schema::Number => own.push(4),
            Schema::IntOrString => own.push(5),
            Schema::Open => own.push(6),
            Schema::List(inner) | Schema::Map(inner) => {
                own.push(if matches!(schema, Schema::List(_)) {
                    7
                } else {
                    8
                });
                number(self.of(inner, strings), &mut own);
            }
            Schema::Record(fields) => {
                own.push(9);
                number(fields.len(), &mut own);
                for (name, (below, is_required)) in fields.iter() {
                    number(strings.of(name), &mut own);
                    let below = self.of(below, strings);
                    number(below * 2 + usize::from(*is_required), &mut own);
                }
            }
        }
        if let Some(&known) = self.known.get(&own) {
            return known;
        }
        let at = self.bytes.len();
        self.bytes.extend(&own);
        self.known.insert(own, at);
        at
    }
}

/// Writes a number in groups of 7 bits, the lowest first; the high bit marks that more follow.
fn number(mut value: usize, out: &mut Vec<u8>) {
    while value >= 0x80 {
        out.push(u8::try_from(value & 0x7f).expect("7 bits") | 0x80);
        value >>= 7;
    }
    out.push(u8::try_from(value).expect("7 bits"));
}
