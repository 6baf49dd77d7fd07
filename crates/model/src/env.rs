use super::{Field, Quantity, decode::Record};
use podwright_syntax::NodeId;

/// Item of `env`.
#[derive(Clone, Debug)]
pub struct EnvVar {
    /// Mapping node.
    pub node: NodeId,
    /// `name`
    pub name: Field<String>,
    /// `value`, before `$(VAR)` is expanded
    pub value: Field<String>,
    /// `valueFrom`
    pub value_from: Field<Box<EnvSource>>,
}

/// Source of a variable's value. Exactly one field may be set.
#[derive(Clone, Debug)]
pub struct EnvSource {
    /// Mapping node.
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

/// Field of the Pod (downward API).
#[derive(Clone, Debug)]
pub struct FieldRef {
    /// Mapping node.
    pub node: NodeId,
    /// `fieldPath`
    pub field_path: Field<String>,
}

/// Request or limit of a container (downward API).
#[derive(Clone, Debug)]
pub struct ResourceFieldRef {
    /// Mapping node.
    pub node: NodeId,
    /// `containerName`. Defaults to the container itself.
    pub container_name: Field<String>,
    /// `resource`, for example `limits.cpu`.
    pub resource: Field<String>,
    /// `divisor`. Defaults to 1.
    pub divisor: Field<Quantity>,
}

/// Key of a ConfigMap or a Secret.
#[derive(Clone, Debug)]
pub struct KeyRef {
    /// Mapping node.
    pub node: NodeId,
    /// `name` of the object
    pub name: Field<String>,
    /// `key`
    pub key: Field<String>,
    /// `optional`
    pub optional: Field<bool>,
}

/// Variable in a file of a volume (1.34 and later).
#[derive(Clone, Debug)]
pub struct FileKeyRef {
    /// Mapping node.
    pub node: NodeId,
    /// `volumeName`
    pub volume_name: Field<String>,
    /// `path` of the file in the volume
    pub path: Field<String>,
    /// `key` in the file
    pub key: Field<String>,
}

/// Item of `envFrom`: all keys of an object as variables.
#[derive(Clone, Debug)]
pub struct EnvFrom {
    /// Mapping node.
    pub node: NodeId,
    /// `prefix`, prepended to each key
    pub prefix: Field<String>,
    /// `configMapRef`
    pub config_map_ref: Field<ObjectRef>,
    /// `secretRef`
    pub secret_ref: Field<ObjectRef>,
}

/// Reference to a whole ConfigMap or Secret.
#[derive(Clone, Debug)]
pub struct ObjectRef {
    /// Mapping node.
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

    /// Names of the sources that are set; `None` if that is unknown.
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

/// Whether the field is set; `None` if that is unknown.
fn presence<T>(field: &Field<T>) -> Option<bool> {
    match field {
        Field::Missing | Field::Null(_) => Some(false),
        Field::Unknown(_) | Field::Invalid(_) => None,
        Field::Value(..) => Some(true),
    }
}

impl FieldRef {
    /// Reads `fieldRef` of a variable or a volume.
    #[must_use]
    pub fn decode(record: Record<'_>) -> Self {
        Self {
            node: record.node(),
            field_path: record.text("fieldPath"),
        }
    }
}

impl ResourceFieldRef {
    /// Reads `resourceFieldRef` of a variable or a volume.
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
