//! The environment of a container: what it finds, where each variable comes from, and what it hides.

use crate::cluster::environment::hostname::{self, HostnameOrigin, PodName};
use crate::cluster::environment::{
    Definition, Environment, Missing, Open, Origin, Subject, Text, Value,
};
use crate::model::{ContainerKind, KubernetesVersion, Object, Pod, ReferenceKind, VersionRange};
use crate::text::Place;
use crate::workspace::{ObjectId, Workspace};

/// The environment of one container.
#[derive(Clone, Debug)]
pub struct EnvironmentAnswer {
    /// The list that the container stands in.
    pub kind: ContainerKind,
    /// Its name; `None` if it has none, or a placeholder.
    pub name: Option<String>,
    /// The container.
    pub place: Place,
    /// The variables, in the order in which the kubelet takes them: `envFrom`, `env`. A variable that is defined several
    /// times is one, where the last definition stands.
    pub variables: Vec<VariableAnswer>,
    /// The variables that Services make, by Service; the API server's first.
    pub services: Vec<ServiceAnswer>,
    /// What else may bring variables, Services aside.
    pub open: Vec<String>,
    /// Whether Services that are not among the files may.
    pub may_have_more_services: bool,
    /// Why the container does not start.
    pub failures: Vec<(String, Place)>,
}

/// A variable that a container finds.
#[derive(Clone, Debug)]
pub struct VariableAnswer {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: Shown,
    /// Where it comes from.
    pub origin: Origin,
    /// What defines it, if that is in a file.
    pub place: Option<Place>,
    /// What it takes the place of, the last first.
    pub hides: Vec<(Origin, Option<Place>)>,
    /// The first release in which it is made, if not in all.
    pub since: Option<KubernetesVersion>,
}

/// A Service and its variables.
#[derive(Clone, Debug)]
pub struct ServiceAnswer {
    /// Its name.
    pub name: String,
    /// The Service; `None` for the API server's.
    pub place: Option<Place>,
    /// How many variables it makes.
    pub count: usize,
    /// Those of them that nothing in the container hides.
    pub variables: Vec<VariableAnswer>,
}

/// What may be shown of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shown {
    /// All of it.
    Text(String),
    /// References to what is not known, or not shown, stay as they are written.
    Partly(String),
    /// It may be a credential.
    Hidden,
    /// It is known where it comes from only; some of these are shown, and no Secret's.
    Source,
    /// The object that holds it is not among the files, or not all of it.
    Unknown,
    /// There is none: the container does not start.
    Missing,
}

/// What the container `HOSTNAME` is set to by the runtime, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostnameAnswer {
    /// The name, or how it begins.
    pub name: String,
    /// Where it comes from, and what becomes of it.
    pub text: String,
}

/// The environments of the containers of a Pod, in the order in which they start.
#[must_use]
pub fn explain_environment(
    workspace: &Workspace,
    id: ObjectId,
    pod: &Pod,
    versions: VersionRange,
) -> Vec<EnvironmentAnswer> {
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

fn of_container(of: Subject<'_>) -> EnvironmentAnswer {
    let Subject {
        workspace,
        id,
        container,
        ..
    } = of;
    let environment = Environment::whole(of);
    let mut answer = EnvironmentAnswer {
        kind: container.kind,
        name: container.name.text().map(str::to_owned),
        place: workspace.place(id.file, container.name.node().unwrap_or(container.node)),
        variables: Vec::new(),
        services: Vec::new(),
        open: open(&environment),
        may_have_more_services: environment.open.contains(&Open::Services),
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
                answer.services.push(ServiceAnswer {
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

/// What is to be said of a definition that counts.
#[must_use]
pub fn variable(environment: &Environment, definition: &Definition) -> VariableAnswer {
    let mut hides = Vec::new();
    let mut before = definition.overrides;
    while let Some(index) = before {
        let one = &environment.definitions[index];
        hides.push((one.origin.clone(), one.place));
        before = one.overrides;
    }
    VariableAnswer {
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

/// What `HOSTNAME` is, unless the image or `env` sets it.
#[must_use]
pub fn explain_hostname(
    object: &Object,
    pod: &Pod,
    versions: VersionRange,
) -> Option<HostnameAnswer> {
    let host = hostname::hostname(object, pod, versions)?;
    let of = match host.origin {
        HostnameOrigin::Node => "the node's, with `hostNetwork`",
        HostnameOrigin::Override => "`hostnameOverride`",
        HostnameOrigin::Hostname => "`hostname`",
        HostnameOrigin::PodName => "the Pod's name",
        HostnameOrigin::StatefulSet => "the Pod's name, which a StatefulSet writes to `hostname`",
    };
    let cut = if host.is_cut {
        ", cut to 63 characters"
    } else {
        ""
    };
    Some(HostnameAnswer {
        name: match host.name {
            PodName::Is(name) => name,
            PodName::Begins(name, ..) => format!("{name}…"),
            PodName::Unknown => "…".to_owned(),
        },
        text: format!("{of}{cut}"),
    })
}

/// Where a value comes from, in a few words.
#[must_use]
pub fn origin(origin: &Origin) -> String {
    match origin {
        Origin::Service(_, None) => "the API server's Service `kubernetes`".to_owned(),
        Origin::Service(name, Some(_)) => format!("the Service `{name}`"),
        Origin::EnvFrom(kind, name, key) => {
            format!("`{key}` of the {} `{name}`, by `envFrom`", kind.name())
        }
        Origin::Written => "`value`".to_owned(),
        Origin::Key(kind, name, key) => format!("`{key}` of the {} `{name}`", kind.name()),
        Origin::Field(path) => format!("the Pod's field `{path}`"),
        Origin::Resource(resource, None) => format!("`{resource}` of the container"),
        Origin::Resource(resource, Some(other)) => {
            format!("`{resource}` of the container `{other}`")
        }
        Origin::File(volume, path, key) => {
            format!("`{key}` in the file `{path}` of the volume `{volume}`")
        }
        Origin::Unreadable => "what cannot be read".to_owned(),
    }
}

/// What is said where a value is not shown.
#[must_use]
pub fn not_shown(variable: &VariableAnswer) -> &'static str {
    let is_secret = matches!(
        variable.origin,
        Origin::Key(ReferenceKind::Secret, ..) | Origin::EnvFrom(ReferenceKind::Secret, ..)
    );
    match variable.value {
        Shown::Text(_) | Shown::Partly(_) => "",
        Shown::Missing => "(there is none: the container does not start)",
        Shown::Hidden => "(not shown: it may be a credential)",
        Shown::Source if is_secret => "(not shown: it is a Secret's)",
        Shown::Source | Shown::Unknown => match variable.origin {
            Origin::Service(..) => "(the cluster IP, which the cluster chooses)",
            Origin::Field(_) => "(filled in when the Pod runs)",
            Origin::Resource(..) => "(not written: the node's, or a default of the namespace)",
            Origin::File(..) => "(read when the container starts)",
            Origin::Written | Origin::Unreadable => {
                "(unknown: a placeholder, no text, or too long)"
            }
            _ => "(unknown: what holds it is not among the files, or not all of it)",
        },
    }
}

fn open(environment: &Environment) -> Vec<String> {
    let mut all: Vec<String> = environment
        .open
        .iter()
        .filter_map(|open| match open {
            Open::EnvFrom {
                kind, name, prefix, ..
            } => {
                let of = match name {
                    Some(name) => format!("the {} `{name}`", kind.name()),
                    None => format!("a {} whose name is a placeholder", kind.name()),
                };
                let begins = match prefix.as_deref() {
                    Some("") | None => String::new(),
                    Some(prefix) => format!(", with `{prefix}` before them"),
                };
                Some(format!("the keys of {of}{begins}"))
            }
            Open::Container => Some("what a patch, an operator or a template adds".to_owned()),
            Open::Services => None,
        })
        .collect();
    all.dedup();
    all
}

fn missing(missing: &Missing, workspace: &Workspace) -> String {
    match missing {
        Missing::Object(kind, name) => format!("there is no {} `{name}`", kind.name()),
        Missing::Key {
            object,
            key,
            is_binary,
        } => {
            let object = workspace.object_reference(*object);
            let only = if *is_binary {
                " but in `binaryData`"
            } else {
                ""
            };
            format!(
                "the {} `{}` has no key `{key}`{only}",
                object.kind, object.name
            )
        }
        Missing::Container(name) => format!("the Pod has no container `{name}`"),
    }
}
