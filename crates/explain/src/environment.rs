//! Explains the environment of a container: its variables, where each comes from, and what it overrides.

use podwright_cluster::environment::hostname::{self, HostnameOrigin, PodName};
use podwright_cluster::environment::{
    Definition, Environment, Missing, Origin, Subject, Text, UnknownSource, Value,
};
use podwright_cluster::workspace::{ObjectId, Workspace};
use podwright_model::{ContainerKind, KubernetesVersion, Object, Pod, ReferenceKind, VersionRange};
use podwright_syntax::text::Location;

/// Environment of one container.
#[derive(Clone, Debug)]
pub struct EnvironmentExplanation {
    /// List that contains the container.
    pub kind: ContainerKind,
    /// Name of the container; `None` if it is missing or a placeholder.
    pub name: Option<String>,
    /// Location of the container.
    pub place: Location,
    /// Variables in the order in which the kubelet processes them: `envFrom`, then `env`. A variable that is defined
    /// several times is listed once, at its last definition.
    pub variables: Vec<VariableExplanation>,
    /// Variables that Services add, by Service; the API server's Service is first.
    pub services: Vec<ServiceExplanation>,
    /// Other possible sources of variables, except Services.
    pub open: Vec<String>,
    /// Whether Services that are not among the files may add variables.
    pub may_have_more_services: bool,
    /// Why the container does not start.
    pub failures: Vec<(String, Location)>,
}

/// A variable of a container.
#[derive(Clone, Debug)]
pub struct VariableExplanation {
    /// Name.
    pub name: String,
    /// Value, as far as it can be shown.
    pub value: Shown,
    /// Where the value comes from.
    pub origin: Origin,
    /// Location of the definition, if it is in a file.
    pub place: Option<Location>,
    /// Definitions that it overrides, the last one first.
    pub hides: Vec<(Origin, Option<Location>)>,
    /// First release that sets the variable, if not all do.
    pub since: Option<KubernetesVersion>,
}

/// A Service and its variables.
#[derive(Clone, Debug)]
pub struct ServiceExplanation {
    /// Name of the Service.
    pub name: String,
    /// Location of the Service; `None` for the API server's Service.
    pub place: Option<Location>,
    /// Number of variables that it adds.
    pub count: usize,
    /// Variables that are not overridden in the container.
    pub variables: Vec<VariableExplanation>,
}

/// What can be shown of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shown {
    /// The complete value.
    Text(String),
    /// The value with references left as written whose values are unknown or must not be shown.
    Partly(String),
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
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostnameExplanation {
    /// The name, or its known prefix.
    pub name: String,
    /// Where the name comes from, and whether it is truncated.
    pub text: String,
}

/// Explains the environments of the containers of a Pod in their start order.
#[must_use]
pub fn explain_environment(
    workspace: &Workspace,
    id: ObjectId,
    pod: &Pod,
    versions: VersionRange,
) -> Vec<EnvironmentExplanation> {
    let containers = pod.containers.iter();
    containers
        .map(|container| {
            of_container(Subject {
                workspace,
                id,
                pod,
                container,
                versions,
            })
        })
        .collect()
}

fn of_container(of: Subject<'_>) -> EnvironmentExplanation {
    let Subject {
        workspace,
        id,
        container,
        ..
    } = of;
    let environment = Environment::with_all_services(of);
    let mut answer = EnvironmentExplanation {
        kind: container.kind,
        name: container.name.text().map(str::to_owned),
        place: workspace.place(id.file, container.name.node().unwrap_or(container.node)),
        variables: Vec::new(),
        services: Vec::new(),
        open: open(&environment),
        may_have_more_services: environment
            .unknown_sources
            .contains(&UnknownSource::Services),
        failures: environment
            .failures
            .iter()
            .filter(|failure| failure.is_certain)
            .map(|failure| {
                let place = workspace.place(id.file, failure.node);
                (missing(&failure.missing, workspace), place)
            })
            .collect(),
    };
    for definition in &environment.definitions {
        let is_effective = definition.overridden_by.is_none();
        if let Origin::Service(name, object) = &definition.origin {
            let known = answer.services.iter().rposition(|one| one.name == *name);
            let at = known.unwrap_or_else(|| {
                answer.services.push(ServiceExplanation {
                    name: name.clone(),
                    place: object.map(|id| workspace.object_place(id)),
                    count: 0,
                    variables: Vec::new(),
                });
                answer.services.len() - 1
            });
            let service = &mut answer.services[at];
            service.count += 1;
            if is_effective {
                service.variables.push(variable(&environment, definition));
            }
        } else if is_effective {
            answer.variables.push(variable(&environment, definition));
        }
    }
    answer
}

/// Explains an effective definition.
#[must_use]
pub fn variable(environment: &Environment, definition: &Definition) -> VariableExplanation {
    let mut hides = Vec::new();
    let mut before = definition.overrides;
    while let Some(index) = before {
        let one = &environment.definitions[index];
        hides.push((one.origin.clone(), one.place));
        before = one.overrides;
    }
    VariableExplanation {
        name: definition.name.clone(),
        value: shown(&definition.value),
        origin: definition.origin.clone(),
        place: definition.place,
        hides,
        since: definition.since,
    }
}

fn shown(value: &Value) -> Shown {
    match value {
        Value::Text(Text { shown: None, .. }) => Shown::Hidden,
        Value::Text(Text {
            shown: Some(shown),
            exact,
        }) => match exact {
            Some(exact) if exact == shown => Shown::Text(shown.clone()),
            _ => Shown::Partly(shown.clone()),
        },
        Value::Source => Shown::Source,
        Value::Unknown => Shown::Unknown,
        Value::Missing => Shown::Missing,
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

/// Short description of where a value comes from.
#[must_use]
pub fn origin(origin: &Origin) -> String {
    match origin {
        Origin::Service(_, None) => "Service `kubernetes` of the API server".to_owned(),
        Origin::Service(name, Some(_)) => format!("Service `{name}`"),
        Origin::EnvFrom(kind, name, key) => {
            format!("`{key}` from {} `{name}` (`envFrom`)", kind.name())
        }
        Origin::Written => "`value`".to_owned(),
        Origin::Key(kind, name, key) => format!("`{key}` from {} `{name}`", kind.name()),
        Origin::Field(path) => format!("Pod field `{path}`"),
        Origin::Resource(resource, None) => format!("`{resource}` of the container"),
        Origin::Resource(resource, Some(other)) => {
            format!("`{resource}` of container `{other}`")
        }
        Origin::File(volume, path, key) => {
            format!("`{key}` in file `{path}` of volume `{volume}`")
        }
        Origin::Unreadable => "an invalid definition".to_owned(),
    }
}

/// Explains why a value is not shown.
#[must_use]
pub fn not_shown(variable: &VariableExplanation) -> &'static str {
    let is_secret = matches!(
        variable.origin,
        Origin::Key(ReferenceKind::Secret, ..) | Origin::EnvFrom(ReferenceKind::Secret, ..)
    );
    match variable.value {
        Shown::Text(_) | Shown::Partly(_) => "",
        Shown::Missing => "(missing: the container does not start)",
        Shown::Hidden => "(not shown: it may be a credential)",
        Shown::Source if is_secret => "(not shown: it comes from a Secret)",
        Shown::Source | Shown::Unknown => match variable.origin {
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

fn open(environment: &Environment) -> Vec<String> {
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

fn missing(missing: &Missing, workspace: &Workspace) -> String {
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
