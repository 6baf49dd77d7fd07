use super::{Field, Quantity, decode::Record};
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
    pub value_from: Field<Box<EnvSource>>,
}

/// Where a variable takes its value from; exactly one of these may be set.
#[derive(Clone, Debug)]
pub struct EnvSource {
    /// Its mapping.
    pub node: NodeId,
    /// `fieldRef`
    pub field_ref: Field<FieldRef>,
    /// `resourceFieldRef`
    pub resource_field_ref: Field<ResourceFieldRef>,
    /// `configMapKeyRef`
    pub config_map_key_ref: Field<KeyRef>,
    /// `secretKeyRef`
    pub secret_key_ref: Field<KeyRef>,
    /// `fileKeyRef`
    pub file_key_ref: Field<FileKeyRef>,
}

/// A field of the Pod (downward API).
#[derive(Clone, Debug)]
pub struct FieldRef {
    /// Its mapping.
    pub node: NodeId,
    /// `fieldPath`
    pub field_path: Field<String>,
}

/// A request or limit of a container (downward API).
#[derive(Clone, Debug)]
pub struct ResourceFieldRef {
    /// Its mapping.
    pub node: NodeId,
    /// `containerName`; absent is the container itself.
    pub container_name: Field<String>,
    /// `resource`: `limits.cpu` and the like.
    pub resource: Field<String>,
    /// `divisor`; absent is 1.
    pub divisor: Field<Quantity>,
}

/// A key of a ConfigMap or a Secret.
#[derive(Clone, Debug)]
pub struct KeyRef {
    /// Its mapping.
    pub node: NodeId,
    /// `name` of the object
    pub name: Field<String>,
    /// `key`
    pub key: Field<String>,
    /// `optional`
    pub optional: Field<bool>,
}

/// A variable in a file of a volume (1.34 and later).
#[derive(Clone, Debug)]
pub struct FileKeyRef {
    /// Its mapping.
    pub node: NodeId,
    /// `volumeName`
    pub volume_name: Field<String>,
    /// `path` of the file in the volume
    pub path: Field<String>,
    /// `key` in the file
    pub key: Field<String>,
}

/// An item of `envFrom`: all keys of an object as variables.
#[derive(Clone, Debug)]
pub struct EnvFrom {
    /// Its mapping.
    pub node: NodeId,
    /// `prefix`, put before each key
    pub prefix: Field<String>,
    /// `configMapRef`
    pub config_map_ref: Field<ObjectRef>,
    /// `secretRef`
    pub secret_ref: Field<ObjectRef>,
}

/// A ConfigMap or a Secret as a whole.
#[derive(Clone, Debug)]
pub struct ObjectRef {
    /// Its mapping.
    pub node: NodeId,
    /// `name`
    pub name: Field<String>,
    /// `optional`
    pub optional: Field<bool>,
}

impl EnvVar {
    /// Reads an item of `env`.
    #[must_use]
    pub fn decode(record: Record<'_>) -> Self {
        Self {
            node: record.node(),
            name: record.word("name"),
            value: record.script("value"),
            value_from: record.rare("valueFrom", EnvSource::decode),
        }
    }
}

impl EnvSource {
    fn decode(record: Record<'_>) -> Self {
        Self {
            node: record.node(),
            field_ref: record.record("fieldRef").map(FieldRef::decode),
            resource_field_ref: record
                .record("resourceFieldRef")
                .map(ResourceFieldRef::decode),
            config_map_key_ref: record.record("configMapKeyRef").map(KeyRef::decode),
            secret_key_ref: record.record("secretKeyRef").map(KeyRef::decode),
            file_key_ref: record.record("fileKeyRef").map(|file| FileKeyRef {
                node: file.node(),
                volume_name: file.text("volumeName"),
                path: file.word("path"),
                key: file.word("key"),
            }),
        }
    }

    /// The names of the sources that are set; `None` where that cannot be known.
    #[must_use]
    pub fn set(&self) -> Option<Vec<&'static str>> {
        let all = [
            ("fieldRef", presence(&self.field_ref)),
            ("resourceFieldRef", presence(&self.resource_field_ref)),
            ("configMapKeyRef", presence(&self.config_map_key_ref)),
            ("secretKeyRef", presence(&self.secret_key_ref)),
            ("fileKeyRef", presence(&self.file_key_ref)),
        ];
        let mut set = Vec::new();
        for (name, presence) in all {
            if presence? {
                set.push(name);
            }
        }
        Some(set)
    }
}

/// Whether the field is set; `None` where that is not known.
fn presence<T>(field: &Field<T>) -> Option<bool> {
    match field {
        Field::Absent | Field::Null(_) => Some(false),
        Field::Unknown(_) | Field::Invalid(_) => None,
        Field::Is(..) => Some(true),
    }
}

impl FieldRef {
    /// Reads `fieldRef`, of a variable or of a volume.
    #[must_use]
    pub fn decode(record: Record<'_>) -> Self {
        Self {
            node: record.node(),
            field_path: record.text("fieldPath"),
        }
    }
}

impl ResourceFieldRef {
    /// Reads `resourceFieldRef`, of a variable or of a volume.
    #[must_use]
    pub fn decode(record: Record<'_>) -> Self {
        Self {
            node: record.node(),
            container_name: record.text("containerName"),
            resource: record.text("resource"),
            divisor: record.quantity("divisor"),
        }
    }
}

impl KeyRef {
    fn decode(record: Record<'_>) -> Self {
        Self {
            node: record.node(),
            name: record.text("name"),
            key: record.word("key"),
            optional: record.boolean("optional"),
        }
    }
}

impl EnvFrom {
    /// Reads an item of `envFrom`.
    #[must_use]
    pub fn decode(record: Record<'_>) -> Self {
        let object = |record: Record<'_>| ObjectRef {
            node: record.node(),
            name: record.text("name"),
            optional: record.boolean("optional"),
        };
        Self {
            node: record.node(),
            prefix: record.word("prefix"),
            config_map_ref: record.record("configMapRef").map(object),
            secret_ref: record.record("secretRef").map(object),
        }
    }
}
