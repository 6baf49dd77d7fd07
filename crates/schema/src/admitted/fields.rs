//! How Go serializes the types of the API: `fields.txt`.

use std::sync::OnceLock;

use rustc_hash::FxHashMap;

use super::Admitted;

/// Index of a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct TypeId(u32);

/// When a field is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Presence {
    /// If it is set: a pointer with `omitempty`.
    Pointer,
    /// If it is not empty: `omitempty`.
    NotEmpty,
    /// Always; a pointer that is not set is null.
    AlwaysPointer,
    /// Always, as a zero value if it is not set.
    Always,
    /// If a struct is not the zero value: `omitzero`.
    NotZero,
}

/// Type of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    Text,
    /// A string that may contain anything, such as the script of a shell.
    FreeText,
    Int,
    Float,
    Bool,
    Bytes,
    Quantity,
    /// A time or duration, which is a string.
    Time,
    IntOrText,
    Any,
    List(Box<Self>),
    Map(Box<Self>),
    Record(TypeId),
}

/// Field of a type.
#[derive(Debug)]
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) presence: Presence,
    pub(super) shape: Shape,
}

/// A struct.
#[derive(Debug)]
pub(super) struct Record {
    /// `core.v1.PodSpec`
    pub(super) name: &'static str,
    pub(super) fields: Vec<Field>,
}

/// All types.
#[derive(Debug)]
pub(super) struct Table {
    kinds: FxHashMap<(&'static str, &'static str), TypeId>,
    records: Vec<Record>,
}

/// Strings in which `$(x)` and braces mean nothing to the tools that write manifests.
const FREE: &[(&str, &str)] = &[
    ("apiextensions.v1.JSONSchemaProps", "description"),
    ("apiextensions.v1.JSONSchemaProps", "pattern"),
    ("core.v1.ConfigMap", "data"),
    ("core.v1.Container", "args"),
    ("core.v1.Container", "command"),
    ("core.v1.EnvVar", "value"),
    ("core.v1.ExecAction", "command"),
    ("core.v1.Secret", "data"),
    ("meta.v1.ObjectMeta", "annotations"),
];

impl Shape {
    fn freed(self) -> Self {
        match self {
            Self::Text => Self::FreeText,
            Self::List(of) => Self::List(Box::new(of.freed())),
            Self::Map(of) => Self::Map(Box::new(of.freed())),
            other => other,
        }
    }

    /// The value of a field of this type that is not set.
    pub(super) fn zero(&self) -> Admitted {
        match self {
            Self::Text | Self::FreeText | Self::Bytes => Admitted::Text(String::new()),
            Self::Quantity => Admitted::Text("0".to_owned()),
            Self::Int | Self::IntOrText => Admitted::Int(0),
            Self::Float => Admitted::Float(0.0),
            Self::Bool => Admitted::Bool(false),
            Self::Time | Self::Any | Self::List(_) | Self::Map(_) => Admitted::Null,
            Self::Record(_) => super::empty(),
        }
    }
}

impl Table {
    pub(super) fn get() -> &'static Self {
        static TABLE: OnceLock<Table> = OnceLock::new();
        TABLE.get_or_init(|| Self::parse(include_str!("fields.txt")))
    }

    /// The type of a kind.
    pub(super) fn kind(&self, api_version: &str, kind: &str) -> Option<TypeId> {
        self.kinds.get(&(api_version, kind)).copied()
    }

    pub(super) fn record(&self, id: TypeId) -> &Record {
        &self.records[id.0 as usize]
    }

    fn parse(text: &'static str) -> Self {
        let (kinds, types) = text.split_once("\n\n").unwrap_or((text, ""));
        let ids: FxHashMap<&str, TypeId> = types
            .lines()
            .filter_map(|line| line.split(' ').next())
            .zip((0..).map(TypeId))
            .collect();
        let records = types.lines().map(|line| {
            let mut words = line.split(' ');
            let record = words.next().unwrap_or_default();
            let fields = words.filter_map(|word| {
                let mut parts = word.split(':');
                let (name, presence, shape) = (parts.next()?, parts.next()?, parts.next()?);
                let mut shape = shape_of(shape, &ids);
                if FREE.contains(&(record, name)) {
                    shape = shape.freed();
                }
                Some(Field {
                    name,
                    presence: match presence {
                        "p" => Presence::Pointer,
                        "v" => Presence::NotEmpty,
                        "ap" => Presence::AlwaysPointer,
                        "z" => Presence::NotZero,
                        _ => Presence::Always,
                    },
                    shape,
                })
            });
            Record {
                name: record,
                fields: fields.collect(),
            }
        });
        let records = records.collect();
        let kinds = kinds.lines().filter(|line| !line.starts_with('#'));
        let kinds = kinds.filter_map(|line| {
            let mut words = line.split(' ');
            let (api_version, kind) = (words.next()?, words.next()?);
            Some(((api_version, kind), *ids.get(words.next()?)?))
        });
        Self {
            kinds: kinds.collect(),
            records,
        }
    }
}

fn shape_of(text: &str, ids: &FxHashMap<&str, TypeId>) -> Shape {
    let within = |open, close| text.strip_prefix(open)?.strip_suffix(close);
    if let Some(of) = within('[', ']') {
        return Shape::List(Box::new(shape_of(of, ids)));
    }
    if let Some(of) = within('{', '}') {
        return Shape::Map(Box::new(shape_of(of, ids)));
    }
    match text {
        "s" => Shape::Text,
        "i" => Shape::Int,
        "f" => Shape::Float,
        "b" => Shape::Bool,
        "B" => Shape::Bytes,
        "Q" => Shape::Quantity,
        "T" | "M" | "D" => Shape::Time,
        "I" => Shape::IntOrText,
        name => ids.get(name).map_or(Shape::Any, |id| Shape::Record(*id)),
    }
}
