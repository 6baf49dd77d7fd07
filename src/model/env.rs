use super::{Field, decode::Record};
use crate::syntax::NodeId;

/// An item of `env`.
#[derive(Clone, Debug)]
pub struct EnvVar {
    /// Its mapping.
    pub node: NodeId,
    /// `name`
    pub name: Field<String>,
    /// `value`, before `$(VAR)` is expanded
    pub value: Field<String>,
    /// `valueFrom`
    pub value_from: Field<EnvSource>,
}

/// Where a variable takes its value from; exactly one of these may be set.
#[derive(Clone, Debug)]
pub struct EnvSource {
    /// Its mapping.
    pub node: NodeId,
    /// `fieldRef`
    pub field_ref: Field<FieldRef>,
    /// `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef`, `fileKeyRef`: name and whether there is one.
    pub others: [(&'static str, Field<()>); 4],
}

/// A field of the Pod (downward API).
#[derive(Clone, Debug)]
pub struct FieldRef {
    /// Its mapping.
    pub node: NodeId,
    /// `fieldPath`
    pub field_path: Field<String>,
}

impl EnvVar {
    /// Reads an item of `env`.
    #[must_use]
    pub fn decode(record: Record<'_>) -> Self {
        Self {
            node: record.node(),
            name: record.text("name"),
            value: record.script("value"),
            value_from: record.record("valueFrom").map(EnvSource::decode),
        }
    }
}

impl EnvSource {
    fn decode(record: Record<'_>) -> Self {
        let names = [
            "resourceFieldRef",
            "configMapKeyRef",
            "secretKeyRef",
            "fileKeyRef",
        ];
        Self {
            node: record.node(),
            field_ref: record.record("fieldRef").map(FieldRef::decode),
            others: names.map(|name| (name, record.record(name).map(|_| ()))),
        }
    }

    /// The names of the sources that are set; `None` where that cannot be known.
    #[must_use]
    pub fn set(&self) -> Option<Vec<&'static str>> {
        let field_ref = self.field_ref.clone().map(|_| ());
        let all = std::iter::once(("fieldRef", &field_ref))
            .chain(self.others.iter().map(|(name, field)| (*name, field)));
        let mut set = Vec::new();
        for (name, field) in all {
            match field {
                Field::Absent | Field::Null(_) => {}
                Field::Unknown(_) | Field::Invalid(_) => return None,
                Field::Is((), _) => set.push(name),
            }
        }
        Some(set)
    }
}

impl FieldRef {
    fn decode(record: Record<'_>) -> Self {
        Self {
            node: record.node(),
            field_path: record.text("fieldPath"),
        }
    }
}
