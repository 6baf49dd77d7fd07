use crate::model::{KubernetesVersion, ReferenceKind};
use crate::syntax::NodeId;
use crate::text::Place;
use crate::workspace::ObjectId;

/// One thing that gives a variable a value. Of several for one name the last counts.
#[derive(Clone, Debug)]
pub struct Definition {
    /// The variable.
    pub name: String,
    /// Where the value comes from.
    pub origin: Origin,
    /// What is known of the value.
    pub value: Value,
    /// What defines it: the name in `env`, the key in the object, the Service's name; `None` for the Service
    /// `kubernetes` of the namespace `default`, which is in no file.
    pub place: Option<Place>,
    /// The item of `env` or `envFrom`, in the Pod's file.
    pub item: Option<NodeId>,
    /// Its place among the items of `env`.
    pub position: Option<usize>,
    /// The definition that it takes the place of.
    pub overrides: Option<usize>,
    /// The definition that takes its place.
    pub overridden_by: Option<usize>,
    /// The first release of the range in which it is made, if it is not made in all.
    pub since: Option<KubernetesVersion>,
}

/// Where a variable's value comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A Service, by its name; `None` for the API server's, which is in no file.
    Service(String, Option<ObjectId>),
    /// `envFrom`: the kind and name of the object, and its key.
    EnvFrom(ReferenceKind, String, String),
    /// `value`
    Written,
    /// `configMapKeyRef` and `secretKeyRef`: the kind and name of the object, and its key.
    Key(ReferenceKind, String, String),
    /// `fieldRef`: the path
    Field(String),
    /// `resourceFieldRef`: the resource, and the other container if it is one's
    Resource(String, Option<String>),
    /// `fileKeyRef`: the volume, the path and the key
    File(String, String, String),
    /// A placeholder, or what the API server refuses.
    Unreadable,
}

/// What is known of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A text, as far as the files tell.
    Text(Text),
    /// Where it comes from is known, and not what it is: a Secret, a field that the cluster fills in.
    Source,
    /// The object that holds it is not among the files, or not all of it.
    Unknown,
    /// There is none: the container does not start.
    Missing,
}

/// A text in which references are expanded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// All of it, if every reference in it is known. May be a credential: to be compared, never to be shown.
    pub exact: Option<String>,
    /// What may be shown: references to what is not known, or is a credential, stay as they are written; `None` if all
    /// of it may be a credential.
    pub shown: Option<String>,
}

/// Something that may bring variables that are not among the definitions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Open {
    /// An item of `envFrom` whose object is not among the files, or not all of it: the kind and name (`None`: a
    /// placeholder), the prefix of the variables (`None`: a placeholder), the item.
    EnvFrom {
        /// ConfigMap or Secret.
        kind: ReferenceKind,
        /// Its name.
        name: Option<String>,
        /// What its variables begin with.
        prefix: Option<String>,
        /// The item.
        item: NodeId,
    },
    /// The container may have other variables than the file tells: a patch or an operator adds some, or a list cannot
    /// be read.
    Container,
    /// Services that are not among the files.
    Services,
}

/// Why the kubelet cannot make the environment: the container waits with `CreateContainerConfigError`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The scalar that asks for what is not there.
    pub node: NodeId,
    /// What is not there.
    pub missing: Missing,
    /// Whether it is known that nothing else makes it: a key of an object that is whole, or an object where the run is
    /// complete. Otherwise the files keep others of its kind, and not this one.
    pub is_certain: bool,
}

/// What a variable asks for and is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Missing {
    /// The object of that name.
    Object(ReferenceKind, String),
    /// The key of an object; whether it is among the binary ones, which are for volumes only.
    Key {
        /// The object.
        object: ObjectId,
        /// The key.
        key: String,
        /// Whether `binaryData` has it.
        is_binary: bool,
    },
    /// The container of that name.
    Container(String),
}
