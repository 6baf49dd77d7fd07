use crate::workspace::ObjectId;
use podwright_model::{KubernetesVersion, ReferenceKind};
use podwright_syntax::{NodeId, text::Location};

/// Definition of an environment variable. If a name has several definitions, the last one wins.
#[derive(Clone, Debug)]
pub struct Definition {
    /// Name of the variable.
    pub name: String,
    /// Source of the value.
    pub origin: Origin,
    /// What is known about the value.
    pub value: Value,
    /// Location of the definition: the name in `env`, the key in the object, or the name of the Service. `None` for the
    /// Service `kubernetes` in the namespace `default`, which is not in a file.
    pub place: Option<Location>,
    /// Item of `env` or `envFrom` in the file of the Pod.
    pub item: Option<NodeId>,
    /// Index in `env`.
    pub position: Option<usize>,
    /// Index of the definition that this one overrides.
    pub overrides: Option<usize>,
    /// Index of the definition that overrides this one.
    pub overridden_by: Option<usize>,
    /// First release that sets the variable, if not all releases of the version range do.
    pub since: Option<KubernetesVersion>,
}

/// Source of the value of a variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Name of a Service and its object; `None` for the Service of the API server, which is not in a file.
    Service(String, Option<ObjectId>),
    /// `envFrom`: kind and name of the object, and the key.
    EnvFrom(ReferenceKind, String, String),
    /// A literal `value`.
    Written,
    /// `configMapKeyRef` or `secretKeyRef`: kind and name of the object, and the key.
    Key(ReferenceKind, String, String),
    /// `fieldRef`: field path.
    Field(String),
    /// `resourceFieldRef`: resource, and the container if `containerName` is set.
    Resource(String, Option<String>),
    /// `fileKeyRef`: volume, path and key.
    File(String, String, String),
    /// A placeholder, or something that the API server rejects.
    Unreadable,
}

/// What is known about a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// String, as far as it is known from the files.
    Text(Text),
    /// Only the source is known, not the value: a Secret, or a field that the cluster sets.
    Source,
    /// The object that contains the value is not, or not completely, in the input.
    Unknown,
    /// The value does not exist: the container does not start.
    Missing,
}

/// String with expanded references.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// Exact value, if all references in it are known. May be a credential: use it for comparisons, never for output.
    pub exact: Option<String>,
    /// Value for output: references to unknown values or credentials are not expanded. `None` if the whole value may be
    /// a credential.
    pub shown: Option<String>,
}

/// Source that may define further, unknown variables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UnknownSource {
    /// An `envFrom` item whose object is not, or not completely, in the input.
    EnvFrom {
        /// Kind: ConfigMap or Secret.
        kind: ReferenceKind,
        /// Name; `None` for a placeholder.
        name: Option<String>,
        /// Prefix of the variables; `None` for a placeholder.
        prefix: Option<String>,
        /// Item in `envFrom`.
        item: NodeId,
    },
    /// The container may have more variables than the file shows: a patch or an operator may add some, or a list is not
    /// readable.
    Container,
    /// Services that are not in the input.
    Services,
}

/// Reason why the kubelet cannot create the environment: the container waits with `CreateContainerConfigError`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Scalar with the unresolved reference.
    pub node: NodeId,
    /// What is missing.
    pub missing: Missing,
    /// Whether it is certain that nothing else provides it: a key of a completely known object, or an object if the
    /// input is complete. Otherwise, the input only contains other objects of this kind.
    pub is_certain: bool,
}

/// Missing target of a reference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Missing {
    /// Kind and name of an object.
    Object(ReferenceKind, String),
    /// Key of an object.
    Key {
        /// Object without the key.
        object: ObjectId,
        /// Name of the key.
        key: String,
        /// Whether the key is in `binaryData`, which only volumes can use.
        is_binary: bool,
    },
    /// Name of a container.
    Container(String),
}
