//! Explains the environment of a container: its variables, where each comes from, and what it overrides.

use std::fmt;

use serde::Serialize;
use serde::ser::{SerializeStruct, Serializer};

use super::{SourceLocation, User};
use podwright_cluster::environment::hostname::{self, HostnameOrigin, PodName};
use podwright_cluster::environment::{
    Definition, Environment, Missing, Origin, Subject, Text, UnknownSource, Value,
};
use podwright_cluster::workspace::{ObjectId, Workspace};
use podwright_model::{KubernetesVersion, Object, Pod, ReferenceKind, VersionRange};
use rustc_hash::FxHashMap;

/// Environment of one container.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EnvironmentExplanation<'w> {
    /// The container.
    #[serde(flatten)]
    pub user: User,
    /// Location of the container.
    #[serde(flatten)]
    pub place: SourceLocation<'w>,
    /// Variables: those of Services by Service, then the others in the order in which the kubelet processes them
    /// (`envFrom`, then `env`). A variable that is defined several times is listed once, at its last definition.
    pub variables: Vec<VariableExplanation<'w>>,
    /// Services that add variables; the API server's Service is first.
    #[serde(skip)]
    pub services: Vec<ServiceExplanation<'w>>,
    /// Number of further Services that add variables, which are not listed.
    #[serde(skip_serializing_if = "is_zero")]
    pub more_services: usize,
    /// Other possible sources of variables, except Services.
    pub may_have_more: Vec<String>,
    /// Whether Services that are not among the files may add variables.
    pub may_have_more_services: bool,
    /// Why the container does not start.
    pub failures: Vec<StartFailure<'w>>,
}

/// A variable of a container.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct VariableExplanation<'w> {
    /// Name.
    pub name: String,
    /// Value, as far as it can be shown.
    #[serde(flatten)]
    pub value: ShownValue,
    /// Where the value comes from.
    #[serde(flatten)]
    pub source: VariableSource<'w>,
    /// First release that sets the variable, if not all do.
    pub since: Option<KubernetesVersion>,
    /// Definitions that it overrides, the last one first.
    #[serde(rename = "inPlaceOf")]
    pub overrides: Vec<VariableSource<'w>>,
}

/// Where the value of a variable comes from.
#[derive(Clone, Debug)]
pub struct VariableSource<'w> {
    /// Kind of definition.
    pub origin: Origin,
    /// Location of the definition, if it is in a file.
    pub place: Option<SourceLocation<'w>>,
}

/// A Service that adds variables.
#[derive(Clone, Debug)]
pub struct ServiceExplanation<'w> {
    /// Name of the Service.
    pub name: String,
    /// Location of the Service; `None` for the API server's Service.
    pub place: Option<SourceLocation<'w>>,
    /// Number of variables that it adds, including those that the container overrides.
    pub count: usize,
}

/// Why a container does not start.
#[derive(Clone, Debug, Serialize)]
pub struct StartFailure<'w> {
    /// Reason in a few words.
    pub text: String,
    /// Location of the reference.
    #[serde(flatten)]
    pub place: SourceLocation<'w>,
}

/// What can be shown of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ShownValue {
    /// The complete value.
    Complete(String),
    /// The value with references left as written whose values are unknown or must not be shown.
    Partial(String),
    /// The value may be a credential.
    Hidden,
    /// Only the source is known. Values of Secrets are never shown.
    Source,
    /// The object that contains the value is not among the files, or not completely.
    Unknown,
    /// The value does not exist, so the container does not start.
    Missing,
}

/// The host name that the runtime sets as `HOSTNAME`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct HostnameExplanation {
    /// The name, or its known prefix.
    pub name: String,
    /// Where the name comes from, and whether it is truncated.
    pub text: String,
}

/// Explains the environments of the containers of a Pod in their start order.
#[must_use]
pub fn explain_environment<'w>(
    workspace: &'w Workspace,
    id: ObjectId,
    pod: &'w Pod,
    versions: VersionRange,
) -> Vec<EnvironmentExplanation<'w>> {
    let containers = pod.containers.iter();
    containers
        .map(|container| {
            explain_container(Subject {
                workspace,
                id,
                pod,
                container,
                versions,
            })
        })
        .collect()
}

fn explain_container(of: Subject<'_>) -> EnvironmentExplanation<'_> {
    let Subject {
        workspace,
        id,
        container,
        ..
    } = of;
    let located = |location| SourceLocation::new(workspace, location);
    let (environment, more_services) = Environment::with_services(of);
    let mut explanation = EnvironmentExplanation {
        user: User::Container(container.kind, container.name.text().map(str::to_owned)),
        place: located(workspace.place(id.file, container.name.node().unwrap_or(container.node))),
        variables: Vec::new(),
        services: Vec::new(),
        more_services,
        may_have_more: unknown_sources(&environment),
        may_have_more_services: environment
            .unknown_sources
            .contains(&UnknownSource::Services),
        failures: environment
            .failures
            .iter()
            .filter(|failure| failure.is_certain)
            .map(|failure| StartFailure {
                text: describe_missing(&failure.missing, workspace),
                place: located(workspace.place(id.file, failure.node)),
            })
            .collect(),
    };
    let mut variables = Vec::new();
    let mut orders: FxHashMap<&String, usize> = FxHashMap::default();
    for definition in &environment.definitions {
        let mut order = usize::MAX;
        if let Origin::Service(name, object) = &definition.origin {
            let next = explanation.services.len();
            order = *orders.entry(name).or_insert(next);
            if order == next {
                explanation.services.push(ServiceExplanation {
                    name: name.clone(),
                    place: object.map(|id| located(workspace.object_place(id))),
                    count: 0,
                });
            }
            explanation.services[order].count += 1;
        }
        if definition.overridden_by.is_none() {
            variables.push((order, explain_variable(workspace, &environment, definition)));
        }
    }
    variables.sort_by_key(|(order, _)| *order);
    explanation.variables = variables.into_iter().map(|(_, one)| one).collect();
    explanation
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes fields by reference"
)]
const fn is_zero(count: &usize) -> bool {
    *count == 0
}

/// Explains an effective definition.
#[must_use]
pub fn explain_variable<'w>(
    workspace: &'w Workspace,
    environment: &Environment,
    definition: &Definition,
) -> VariableExplanation<'w> {
    let source = |definition: &Definition| VariableSource {
        origin: definition.origin.clone(),
        place: definition
            .place
            .map(|place| SourceLocation::new(workspace, place)),
    };
    let overridden =
        |definition: &Definition| Some(&environment.definitions[definition.overrides?]);
    let overrides = std::iter::successors(overridden(definition), |one| overridden(one));
    VariableExplanation {
        name: definition.name.clone(),
        value: ShownValue::from(&definition.value),
        source: source(definition),
        since: definition.since,
        overrides: overrides.map(source).collect(),
    }
}

impl From<&Value> for ShownValue {
    fn from(value: &Value) -> Self {
        match value {
            Value::Text(Text { shown: None, .. }) => Self::Hidden,
            Value::Text(Text {
                shown: Some(shown),
                exact,
            }) => match exact {
                Some(exact) if exact == shown => Self::Complete(shown.clone()),
                _ => Self::Partial(shown.clone()),
            },
            Value::Source => Self::Source,
            Value::Unknown => Self::Unknown,
            Value::Missing => Self::Missing,
        }
    }
}

impl Serialize for ShownValue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (value, known) = match self {
            Self::Complete(text) => (Some(text), "value"),
            Self::Partial(text) => (Some(text), "part"),
            Self::Hidden => (None, "not-shown"),
            Self::Source => (None, "source"),
            Self::Unknown => (None, "nothing"),
            Self::Missing => (None, "missing"),
        };
        let mut fields = serializer.serialize_struct("ShownValue", 2)?;
        fields.serialize_field("value", &value)?;
        fields.serialize_field("known", known)?;
        fields.end()
    }
}

impl Serialize for VariableSource<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let origin = match &self.origin {
            Origin::Service(..) => "service",
            Origin::EnvFrom(..) => "env-from",
            Origin::Written => "value",
            Origin::Key(..) => "key",
            Origin::Field(_) => "field",
            Origin::Resource(..) => "resource",
            Origin::File(..) => "file",
            Origin::Unreadable => "unreadable",
        };
        let mut fields = serializer.serialize_struct("VariableSource", 3)?;
        fields.serialize_field("origin", origin)?;
        fields.serialize_field("text", &format_args!("{self}"))?;
        fields.serialize_field("place", &self.place)?;
        fields.end()
    }
}

/// Explains the value of `HOSTNAME`, unless the image or `env` sets it.
#[must_use]
pub fn explain_hostname(
    object: &Object,
    pod: &Pod,
    versions: VersionRange,
) -> Option<HostnameExplanation> {
    let host = hostname::hostname(object, pod, versions)?;
    let of = match host.origin {
        HostnameOrigin::Node => "host name of the node, because of `hostNetwork`",
        HostnameOrigin::Override => "`hostnameOverride`",
        HostnameOrigin::Hostname => "`hostname`",
        HostnameOrigin::PodName => "name of the Pod",
        HostnameOrigin::StatefulSet => {
            "name of the Pod, which the StatefulSet controller writes to `hostname`"
        }
    };
    let cut = if host.is_cut {
        ", truncated to 63 characters"
    } else {
        ""
    };
    Some(HostnameExplanation {
        name: match host.name {
            PodName::Is(name) => name,
            PodName::Begins(name, ..) => format!("{name}…"),
            PodName::Unknown => "…".to_owned(),
        },
        text: format!("{of}{cut}"),
    })
}

impl fmt::Display for VariableSource<'_> {
    /// Formats the kind of definition, without its location.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.origin {
            Origin::Service(_, None) => f.write_str("Service `kubernetes` of the API server"),
            Origin::Service(name, Some(_)) => write!(f, "Service `{name}`"),
            Origin::EnvFrom(kind, name, key) => {
                write!(f, "`{key}` from {} `{name}` (`envFrom`)", kind.name())
            }
            Origin::Written => f.write_str("`value`"),
            Origin::Key(kind, name, key) => write!(f, "`{key}` from {} `{name}`", kind.name()),
            Origin::Field(path) => write!(f, "Pod field `{path}`"),
            Origin::Resource(resource, None) => write!(f, "`{resource}` of the container"),
            Origin::Resource(resource, Some(other)) => {
                write!(f, "`{resource}` of container `{other}`")
            }
            Origin::File(volume, path, key) => {
                write!(f, "`{key}` in file `{path}` of volume `{volume}`")
            }
            Origin::Unreadable => f.write_str("an invalid definition"),
        }
    }
}

impl VariableExplanation<'_> {
    /// Explains why the value is not shown.
    #[must_use]
    pub fn hidden_reason(&self) -> &'static str {
        let origin = &self.source.origin;
        let is_secret = matches!(
            origin,
            Origin::Key(ReferenceKind::Secret, ..) | Origin::EnvFrom(ReferenceKind::Secret, ..)
        );
        match self.value {
            ShownValue::Complete(_) | ShownValue::Partial(_) => "",
            ShownValue::Missing => "(missing: the container does not start)",
            ShownValue::Hidden => "(not shown: it may be a credential)",
            ShownValue::Source if is_secret => "(not shown: it comes from a Secret)",
            ShownValue::Source | ShownValue::Unknown => match origin {
                Origin::Service(..) => "(the cluster IP, assigned by the cluster)",
                Origin::Field(_) => "(set when the Pod runs)",
                Origin::Resource(..) => "(not set: from the node, or a default of the namespace)",
                Origin::File(..) => "(read when the container starts)",
                Origin::Written | Origin::Unreadable => {
                    "(unknown: a placeholder, not a string, or too long)"
                }
                _ => "(unknown: its source is not among the files, or not completely)",
            },
        }
    }
}

fn unknown_sources(environment: &Environment) -> Vec<String> {
    let mut all: Vec<String> = environment
        .unknown_sources
        .iter()
        .filter_map(|open| match open {
            UnknownSource::EnvFrom {
                kind, name, prefix, ..
            } => {
                let of = match name {
                    Some(name) => format!("{} `{name}`", kind.name()),
                    None => format!("a {} whose name is a placeholder", kind.name()),
                };
                let begins = match prefix.as_deref() {
                    Some("") | None => String::new(),
                    Some(prefix) => format!(", prefixed with `{prefix}`"),
                };
                Some(format!("keys of {of}{begins}"))
            }
            UnknownSource::Container => {
                Some("variables added by a patch, an operator or a template".to_owned())
            }
            UnknownSource::Services => None,
        })
        .collect();
    all.dedup();
    all
}

fn describe_missing(missing: &Missing, workspace: &Workspace) -> String {
    match missing {
        Missing::Object(kind, name) => format!("{} `{name}` does not exist", kind.name()),
        Missing::Key {
            object,
            key,
            is_binary,
        } => {
            let object = workspace.object_reference(*object);
            let only = if *is_binary {
                " except in `binaryData`"
            } else {
                ""
            };
            format!("{} `{}` has no key `{key}`{only}", object.kind, object.name)
        }
        Missing::Container(name) => format!("the Pod has no container `{name}`"),
    }
}
