//! Types of CEL, and the variables that Kubernetes declares.

use std::fmt;
use std::rc::Rc;

/// Type of an expression.
#[derive(Clone, Debug, PartialEq)]
pub(in super::super) enum Type {
    /// Not known to podwright. It agrees with every type, and nothing is said about it.
    Unknown,
    /// The dynamic type of CEL, which agrees with every type.
    Dyn,
    Null,
    Bool,
    Int,
    Uint,
    Double,
    Str,
    Bytes,
    Duration,
    Timestamp,
    List(Box<Self>),
    Map(Box<Self>, Box<Self>),
    /// An object with declared fields.
    Object(Rc<Vec<(String, Self)>>),
    /// A type with functions only, such as a quantity.
    Opaque(&'static str),
    /// The type of a name of a type.
    TypeName,
}

impl Type {
    pub(in super::super) fn list(of: Self) -> Self {
        Self::List(Box::new(of))
    }

    pub(in super::super) fn map(value: Self) -> Self {
        Self::Map(Box::new(Self::Str), Box::new(value))
    }

    pub(in super::super) fn object(fields: &[(&str, Self)]) -> Self {
        let fields = fields
            .iter()
            .map(|(name, own)| ((*name).to_owned(), own.clone()));
        Self::Object(Rc::new(fields.collect()))
    }

    pub(super) fn is_open(&self) -> bool {
        matches!(self, Self::Unknown | Self::Dyn)
    }

    /// Whether a value of one type can certainly not be one of the other.
    pub(super) fn differs(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Unknown | Self::Dyn, _) | (_, Self::Unknown | Self::Dyn) => false,
            (Self::List(a), Self::List(b)) => a.differs(b),
            (Self::Map(a, b), Self::Map(c, d)) => a.differs(c) || b.differs(d),
            // Objects, times and opaque types can be null.
            (Self::Null, other) | (other, Self::Null) => matches!(
                other,
                Self::Bool | Self::Int | Self::Uint | Self::Double | Self::Str | Self::Bytes
            ),
            (Self::Object(_), Self::Object(_)) => false,
            (Self::Opaque(a), Self::Opaque(b)) => a != b,
            (a, b) => a != b,
        }
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown | Self::Dyn => write!(f, "dyn"),
            Self::Null => write!(f, "null"),
            Self::Bool => write!(f, "bool"),
            Self::Int => write!(f, "int"),
            Self::Uint => write!(f, "uint"),
            Self::Double => write!(f, "double"),
            Self::Str => write!(f, "string"),
            Self::Bytes => write!(f, "bytes"),
            Self::Duration => write!(f, "duration"),
            Self::Timestamp => write!(f, "timestamp"),
            Self::List(of) => write!(f, "list({of})"),
            Self::Map(key, value) => write!(f, "map({key}, {value})"),
            Self::Object(_) => write!(f, "object"),
            Self::Opaque(name) => write!(f, "{name}"),
            Self::TypeName => write!(f, "type"),
        }
    }
}

/// `BuildRequestType` of `k8s.io/apiserver/pkg/admission/plugin/cel`.
fn request() -> Type {
    let kind = |last| {
        Type::object(&[
            ("group", Type::Str),
            ("version", Type::Str),
            (last, Type::Str),
        ])
    };
    let user = Type::object(&[
        ("username", Type::Str),
        ("uid", Type::Str),
        ("groups", Type::list(Type::Str)),
        ("extra", Type::map(Type::list(Type::Str))),
    ]);
    Type::object(&[
        ("kind", kind("kind")),
        ("resource", kind("resource")),
        ("subResource", Type::Str),
        ("requestKind", kind("kind")),
        ("requestResource", kind("resource")),
        ("requestSubResource", Type::Str),
        ("name", Type::Str),
        ("namespace", Type::Str),
        ("operation", Type::Str),
        ("userInfo", user),
        ("dryRun", Type::Bool),
        ("options", Type::Dyn),
    ])
}

/// `BuildNamespaceType` of the same package.
fn namespace() -> Type {
    let condition = Type::object(&[
        ("status", Type::Str),
        ("type", Type::Str),
        ("lastTransitionTime", Type::Timestamp),
        ("message", Type::Str),
        ("reason", Type::Str),
    ]);
    let metadata = Type::object(&[
        ("name", Type::Str),
        ("generateName", Type::Str),
        ("namespace", Type::Str),
        ("labels", Type::map(Type::Str)),
        ("annotations", Type::map(Type::Str)),
        ("UID", Type::Str),
        ("creationTimestamp", Type::Timestamp),
        ("deletionGracePeriodSeconds", Type::Int),
        ("deletionTimestamp", Type::Timestamp),
        ("generation", Type::Int),
        ("resourceVersion", Type::Str),
        ("finalizers", Type::list(Type::Str)),
    ]);
    let spec = Type::object(&[("finalizers", Type::list(Type::Str))]);
    let status = Type::object(&[("conditions", Type::list(condition)), ("phase", Type::Str)]);
    Type::object(&[("metadata", metadata), ("spec", spec), ("status", status)])
}

/// The names that an expression can use.
#[derive(Clone, Debug, Default)]
pub(in super::super) struct Scope {
    names: Vec<(String, Type)>,
    /// Whether expressions can make objects of the type `Object`, and patches.
    pub(super) has_patches: bool,
}

impl Scope {
    /// Variables of admission: `createEnvForOpts`.
    pub(in super::super) fn admission(
        has_params: bool,
        has_authorizer: bool,
        has_patches: bool,
    ) -> Self {
        let mut scope = Self::default();
        scope.add("object", Type::Dyn);
        scope.add("oldObject", Type::Dyn);
        scope.add("request", request());
        scope.add("namespaceObject", namespace());
        if has_params {
            scope.add("params", Type::Dyn);
        }
        if has_authorizer {
            scope.add("authorizer", Type::Opaque("authorizer"));
        }
        scope.has_patches = has_patches;
        scope
    }

    /// The variable `device` of the selectors of dynamic resource allocation.
    pub(in super::super) fn device() -> Self {
        let mut scope = Self::default();
        let attributes = Type::map(Type::map(Type::Unknown));
        let capacity = Type::map(Type::map(Type::Opaque("quantity")));
        scope.add(
            "device",
            Type::object(&[
                ("driver", Type::Str),
                ("attributes", attributes),
                ("capacity", capacity),
                ("allowMultipleAllocations", Type::Bool),
            ]),
        );
        scope
    }

    /// Adds a variable.
    pub(in super::super) fn add(&mut self, name: &str, own: Type) {
        self.names.push((name.to_owned(), own));
    }

    /// Number of variables, for [`forget`](Self::forget).
    pub(super) fn count(&self) -> usize {
        self.names.len()
    }

    /// Removes the variables that were added after there were `count`.
    pub(super) fn forget(&mut self, count: usize) {
        self.names.truncate(count);
    }

    pub(super) fn find(&self, name: &str) -> Option<&Type> {
        let own = self.names.iter().rev().find(|(own, _)| own == name);
        own.map(|(_, own)| own)
    }
}
