use super::{Field, Quantity, decode::object};

object! {
    /// Item of `env`.
    pub struct EnvVar {
        pub name: Field<String> = identifier_string("name"),
        /// Before `$(VAR)` is expanded.
        pub value: Field<String> = template_string("value"),
        pub value_from: Field<Box<EnvSource>> = boxed_object("valueFrom"),
    }
}

object! {
    /// Source of a variable's value. Exactly one field may be set.
    pub struct EnvSource {
        pub field_ref: Field<Box<FieldRef>> = boxed_object("fieldRef"),
        pub resource_field_ref: Field<Box<ResourceFieldRef>> = boxed_object("resourceFieldRef"),
        pub config_map_key_ref: Field<Box<KeyRef>> = boxed_object("configMapKeyRef"),
        pub secret_key_ref: Field<Box<KeyRef>> = boxed_object("secretKeyRef"),
        pub file_key_ref: Field<Box<FileKeyRef>> = boxed_object("fileKeyRef"),
    }
}

object! {
    /// Field of the Pod (downward API).
    pub struct FieldRef {
        pub field_path: Field<String> = string("fieldPath"),
    }
}

object! {
    /// Request or limit of a container (downward API).
    pub struct ResourceFieldRef {
        /// Defaults to the container itself.
        pub container_name: Field<String> = string("containerName"),
        /// For example `limits.cpu`.
        pub resource: Field<String> = string("resource"),
        /// Defaults to 1.
        pub divisor: Field<Quantity> = quantity("divisor"),
    }
}

object! {
    /// Key of a ConfigMap or a Secret.
    pub struct KeyRef {
        /// Name of the object.
        pub name: Field<String> = string("name"),
        pub key: Field<String> = identifier_string("key"),
        pub optional: Field<bool> = boolean("optional"),
    }
}

object! {
    /// Variable in a file of a volume (1.34 and later).
    pub struct FileKeyRef {
        pub volume_name: Field<String> = string("volumeName"),
        /// Path of the file in the volume.
        pub path: Field<String> = identifier_string("path"),
        /// Key in the file.
        pub key: Field<String> = identifier_string("key"),
    }
}

object! {
    /// Item of `envFrom`: all keys of an object as variables.
    pub struct EnvFrom {
        /// Prepended to each key.
        pub prefix: Field<String> = identifier_string("prefix"),
        pub config_map_ref: Field<ObjectRef> = object("configMapRef"),
        pub secret_ref: Field<ObjectRef> = object("secretRef"),
    }
}

object! {
    /// Reference to a whole ConfigMap or Secret.
    pub struct ObjectRef {
        pub name: Field<String> = string("name"),
        pub optional: Field<bool> = boolean("optional"),
    }
}

impl EnvSource {
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
