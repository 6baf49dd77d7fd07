//! Custom resources of well-known operators: what all known releases of an operator have in common.
//!
//! The weakest source of schemas: it counts only for kinds that nothing else defines. A schema accepts what at least one
//! of the releases accepts. It has fields, types, required fields and enums, and nothing else.
//!
//! Format of `operators.bin`: `operators1`, then the end offset of each of four sections (u32, from the start):
//!
//! | section | content |
//! |---|---|
//! | kinds | rows: group, version, kind, product, releases (strings, u16 each), node (u32); sorted by the first three as strings |
//! | nodes | a tag and its arguments: values of an enum (strings), the node of items or values, or fields (string, and the node times 2 plus whether it is required) |
//! | ends | u32: end offset of each string in the strings |
//! | strings | UTF-8 |
//!
//! A node is an offset in the nodes. Numbers in nodes have 7 bits a byte, the lowest first. Other numbers are
//! little-endian.

use std::cmp::Ordering;
use std::fmt;
use std::sync::OnceLock;

use super::custom::Node;
use podwright_model::Object;

/// A kind of a well-known operator in an API version.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Operated {
    row: usize,
}

impl Operated {
    /// Looks up `kind` in `group` and `version`.
    #[must_use]
    pub fn find(group: &str, version: &str, kind: &str) -> Option<Self> {
        let wanted = (group, version, kind);
        let (mut low, mut high) = (0, ROWS);
        while low < high {
            let row = usize::midpoint(low, high);
            let own = Self { row };
            match (own.group(), own.version(), own.kind()).cmp(&wanted) {
                Ordering::Less => low = row + 1,
                Ordering::Greater => high = row,
                Ordering::Equal => return Some(own),
            }
        }
        None
    }

    /// Looks up the kind of an object.
    #[must_use]
    pub fn of(object: &Object) -> Option<Self> {
        let (group, version) = object.api_version.text()?.split_once('/')?;
        Self::find(group, version, object.kind.text()?)
    }

    /// All kinds, sorted by group, version and kind.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..ROWS).map(|row| Self { row })
    }

    /// API group.
    #[must_use]
    pub fn group(self) -> &'static str {
        string(self.column(0))
    }

    /// API version, without the group.
    #[must_use]
    pub fn version(self) -> &'static str {
        string(self.column(1))
    }

    /// Kind.
    #[must_use]
    pub fn kind(self) -> &'static str {
        string(self.column(2))
    }

    /// Name of the operator: `cert-manager`.
    #[must_use]
    pub fn product(self) -> &'static str {
        string(self.column(3))
    }

    /// Known releases that have the kind, oldest first: `1.11`.
    pub fn releases(self) -> impl Iterator<Item = &'static str> {
        string(self.column(4)).split(' ')
    }

    /// Schema of the kind, decoded on first use.
    pub(crate) fn schema(self) -> &'static Node {
        static SCHEMAS: [OnceLock<Node>; ROWS] = [const { OnceLock::new() }; ROWS];
        static ANY: OnceLock<Node> = OnceLock::new();
        match SCHEMAS.get(self.row) {
            Some(known) => known.get_or_init(|| {
                let at = self.row * ROW + 10;
                let root = BYTES.get(START + at..).map_or(0, u32_at);
                Node::of_operator(read(root))
            }),
            None => ANY.get_or_init(Node::default),
        }
    }

    fn column(self, column: usize) -> usize {
        let at = START + self.row * ROW + column * 2;
        match BYTES.get(at..at + 2) {
            Some(&[low, high]) => usize::from(u16::from_le_bytes([low, high])),
            _ => 0,
        }
    }
}

/// Writes the product and its known releases: "cert-manager 1.11 and 1.20".
impl fmt::Display for Operated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let releases: Vec<&str> = self.releases().collect();
        let product = self.product();
        match releases.as_slice() {
            [] => f.write_str(product),
            [only] => write!(f, "{product} {only}"),
            [earlier @ .., last] => write!(f, "{product} {} and {last}", earlier.join(", ")),
        }
    }
}

impl fmt::Debug for Operated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (group, version, kind) = (self.group(), self.version(), self.kind());
        write!(f, "{group}/{version} {kind}")
    }
}

/// A node of the table.
pub(crate) enum Read {
    Any,
    /// A string, with the allowed values, if they are limited.
    Text(Vec<&'static str>),
    Boolean,
    Number,
    IntOrString,
    Open,
    List(Box<Self>),
    Map(Box<Self>),
    /// Fields, each with whether it is required.
    Record(Vec<(&'static str, Self, bool)>),
}

/// Decodes the node at an offset.
fn read(node: usize) -> Read {
    let mut reader = Reader { at: end(0) + node };
    match reader.number() {
        1 => Read::Text(Vec::new()),
        2 => {
            let count = reader.number();
            Read::Text((0..count).map(|_| string(reader.number())).collect())
        }
        3 => Read::Boolean,
        4 => Read::Number,
        5 => Read::IntOrString,
        6 => Read::Open,
        7 => Read::List(Box::new(read(reader.number()))),
        8 => Read::Map(Box::new(read(reader.number()))),
        9 => {
            let count = reader.number();
            let field = |_| {
                let (name, below) = (string(reader.number()), reader.number());
                (name, read(below / 2), below % 2 == 1)
            };
            Read::Record((0..count).map(field).collect())
        }
        _ => Read::Any,
    }
}

struct Reader {
    at: usize,
}

impl Reader {
    fn number(&mut self) -> usize {
        let mut value = 0;
        for shift in (0..28).step_by(7) {
            let byte = BYTES.get(self.at).copied().unwrap_or(0);
            self.at += 1;
            value |= usize::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                break;
            }
        }
        value
    }
}

const BYTES: &[u8] = include_bytes!("operators.bin");
const MAGIC: &[u8] = b"operators1";
const SECTIONS: usize = 4;
const START: usize = MAGIC.len() + SECTIONS * 4;
/// Bytes of a kind.
const ROW: usize = 14;
const ROWS: usize = (end(0) - START) / ROW;

const fn end(section: usize) -> usize {
    let at = MAGIC.len() + section * 4;
    u32::from_le_bytes([BYTES[at], BYTES[at + 1], BYTES[at + 2], BYTES[at + 3]]) as usize
}

fn u32_at(bytes: &[u8]) -> usize {
    match bytes {
        [a, b, c, d, ..] => u32::from_le_bytes([*a, *b, *c, *d]) as usize,
        _ => 0,
    }
}

fn string(id: usize) -> &'static str {
    let ends = |id: usize| BYTES.get(end(1) + id * 4..).map_or(0, u32_at);
    // Validate the UTF-8 once, not for each string.
    static TEXTS: OnceLock<&str> = OnceLock::new();
    let texts = TEXTS.get_or_init(|| {
        let bytes = BYTES.get(end(2)..).unwrap_or_default();
        std::str::from_utf8(bytes).unwrap_or_default()
    });
    let from = if id == 0 { 0 } else { ends(id - 1) };
    texts.get(from..ends(id)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_complete() {
        assert!(BYTES.starts_with(MAGIC));
        assert_eq!(end(SECTIONS - 1), BYTES.len());
        let kinds: Vec<_> = Operated::all()
            .map(|own| (own.group(), own.version(), own.kind()))
            .collect();
        assert!(kinds.is_sorted());
        assert!(kinds.len() > 200);
        for own in Operated::all() {
            assert!(
                own.releases()
                    .all(|release| release.starts_with(|c: char| c.is_ascii_digit()))
            );
            assert!(own.schema().own_field("apiVersion").is_none(), "{own:?}");
        }
    }

    #[test]
    fn releases_are_named() {
        let own = Operated::find("cert-manager.io", "v1", "Certificate").unwrap();
        assert_eq!(own.to_string(), "cert-manager 1.11 and 1.20");
        assert!(
            own.schema()
                .own_field("spec")
                .unwrap()
                .own_field("secretName")
                .is_some()
        );
        assert!(Operated::find("cert-manager.io", "v2", "Certificate").is_none());
    }
}
