//! Explains the runtime of a Pod: its RuntimeClass, the changes by admission, and the runtimes on the nodes.

pub(super) mod lines;

use serde::Serialize;

use super::SourceLocation;
use podwright_cluster::admission::{
    Admission, NamedClass, OverheadRefusal, Refusal, Tolerated, admit, named_class,
};
use podwright_cluster::resources::{PodResources, pod_resources};
use podwright_cluster::runtime::{Failure, Served, Setup, setup_in_force};
use podwright_cluster::workspace::{Node, ObjectId, Workspace};
use podwright_model::{Pod, PodOrigin, VersionRange};
use podwright_syntax::text::{Location, Span};

/// Runtime of a Pod.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RuntimeExplanation<'w> {
    /// RuntimeClass that the Pod sets.
    pub class: ClassExplanation<'w>,
    /// Why admission rejects the Pod with 403, each in a few words.
    pub refused: Vec<String>,
    /// What admission adds to the Pod; `None` if that is unknown or if the Pod is rejected.
    pub added: Option<Added>,
    /// Node affinity requirements that exclude the nodes of the class: the Pod is created but never scheduled.
    pub affinity_conflicts: Vec<SourceLocation<'w>>,
    /// Runtimes of the nodes, as far as their files are known.
    pub nodes: Vec<RuntimeNode<'w>>,
}

/// Resource requests and limits of a Pod.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum ResourcesExplanation {
    /// Known resources.
    Known(PodResources),
    /// The files do not determine the resources.
    Unknown,
    /// No such Pod is created: it is rejected, or an operator creates a different one from it.
    NotCreated,
}

/// RuntimeClass of a Pod.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum ClassExplanation<'w> {
    /// Not set: the default runtime of the node.
    None,
    /// Does not exist.
    Missing {
        /// Name.
        name: String,
    },
    /// The files do not determine the class.
    Unknown {
        /// Name, if known.
        name: Option<String>,
    },
    /// Known class.
    Found {
        /// Name.
        name: String,
        /// Handler, if known.
        handler: Option<String>,
        /// Location.
        #[serde(flatten)]
        place: SourceLocation<'w>,
    },
}

/// What admission adds to a Pod.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Added {
    /// Overhead by resource name.
    pub overhead: Vec<NamedValue>,
    /// Labels that the node must have.
    pub node_selector: Vec<NamedValue>,
    /// Tolerations, each in a few words.
    pub tolerations: Vec<String>,
}

/// Amount of a resource, or value of a label.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NamedValue {
    /// Name.
    pub name: String,
    /// Value.
    pub value: String,
}

/// Runtime of a Pod on a node.
#[derive(Clone, Debug, Serialize)]
pub struct RuntimeNode<'w> {
    /// Name of the node's directory.
    pub node: String,
    /// containerd or CRI-O with its release; `None` if unknown.
    pub release: Option<String>,
    /// What happens to the Pod on the node.
    #[serde(flatten)]
    pub outcome: RuntimeOutcome<'w>,
}

/// What happens to a Pod on a node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
pub enum RuntimeOutcome<'w> {
    /// The Pod runs.
    Runs {
        /// Handler.
        handler: String,
        /// Type or path of the runtime, if set.
        runtime: Option<String>,
        /// Location of its table; `None` if it is built in.
        place: Option<SourceLocation<'w>>,
    },
    /// The handler does not exist.
    Missing {
        /// Handler.
        handler: String,
    },
    /// CRI-O ignores the runtime.
    #[serde(rename = "left-out")]
    Ignored {
        /// Handler.
        handler: String,
        /// Location of the cause.
        place: SourceLocation<'w>,
    },
    /// The container runtime cannot run Pods.
    Down {
        /// Location of the cause, if known.
        place: Option<SourceLocation<'w>>,
    },
    /// The files do not determine the outcome.
    Unknown,
}

/// Explains the runtime of a Pod of the object `id`.
#[must_use]
pub fn explain_runtime<'w>(
    workspace: &'w Workspace,
    id: ObjectId,
    pod: &Pod,
) -> RuntimeExplanation<'w> {
    let located = |location| SourceLocation::new(workspace, location);
    let named = named_class(workspace, id, pod);
    let admission = admit(pod, named);
    let name = pod.runtime_class_name.text().map(str::to_owned);
    let class = match named {
        NamedClass::None => ClassExplanation::None,
        NamedClass::Missing => ClassExplanation::Missing {
            name: name.unwrap_or_default(),
        },
        NamedClass::Unknown => ClassExplanation::Unknown { name },
        NamedClass::Found(class, body) => ClassExplanation::Found {
            name: name.unwrap_or_default(),
            handler: body.handler.text().map(str::to_owned),
            place: located(workspace.object_place(class)),
        },
    };
    let handler = match &class {
        ClassExplanation::None => Some(""),
        ClassExplanation::Found { handler, .. } => handler.as_deref(),
        ClassExplanation::Missing { .. } | ClassExplanation::Unknown { .. } => None,
    };
    RuntimeExplanation {
        refused: admission
            .refusals
            .iter()
            .map(|refusal| refusal_reason(refusal, pod))
            .collect(),
        added: admission_changes(&admission, named),
        affinity_conflicts: admission
            .affinity_conflicts
            .iter()
            .map(|conflict| located(workspace.place(id.file, conflict.requirement)))
            .collect(),
        nodes: runtime_nodes(workspace, id, handler),
        class,
    }
}

/// Returns the runtimes for a handler on the nodes where Pods of the object `id` may run. `None` is an unknown
/// handler, an empty string the default.
#[must_use]
pub fn runtime_nodes<'w>(
    workspace: &'w Workspace,
    id: ObjectId,
    handler: Option<&str>,
) -> Vec<RuntimeNode<'w>> {
    let nodes = workspace.nodes(id.file);
    let on = |node: &Node<'_>| {
        let setup = setup_in_force(workspace, node);
        RuntimeNode {
            node: node.name.to_owned(),
            release: setup.as_ref().map(|setup| setup.release.to_string()),
            outcome: match (&setup, handler) {
                (Some(setup), Some(handler)) => outcome(workspace, setup, handler),
                _ => RuntimeOutcome::Unknown,
            },
        }
    };
    nodes.iter().map(on).collect()
}

/// Returns the effective resources of a Pod, including the overhead of its class.
pub(super) fn resources(
    workspace: &Workspace,
    id: ObjectId,
    pod: &Pod,
    versions: VersionRange,
) -> ResourcesExplanation {
    // What an operator creates from its own template is not known.
    if pod.origin == PodOrigin::Custom {
        return ResourcesExplanation::NotCreated;
    }
    let admission = admit(pod, named_class(workspace, id, pod));
    if !admission.refusals.is_empty() {
        return ResourcesExplanation::NotCreated;
    }
    match pod_resources(pod, admission.overhead, versions) {
        Some(resources) => ResourcesExplanation::Known(resources),
        None => ResourcesExplanation::Unknown,
    }
}

fn outcome<'w>(workspace: &'w Workspace, setup: &Setup, handler: &str) -> RuntimeOutcome<'w> {
    let located = |location| SourceLocation::new(workspace, location);
    match setup.serve(handler) {
        Served::By(by) => RuntimeOutcome::Runs {
            handler: by.name.clone(),
            runtime: by.runs.clone(),
            place: by
                .tables
                .last()
                .map(|&(file, key)| located(workspace.place(file, key))),
        },
        Served::Missing => RuntimeOutcome::Missing {
            handler: handler.to_owned(),
        },
        Served::Dropped(dropped) => RuntimeOutcome::Ignored {
            handler: handler.to_owned(),
            place: located(workspace.place(dropped.at.0, dropped.at.1)),
        },
        Served::Down => RuntimeOutcome::Down {
            place: setup
                .failures
                .first()
                .and_then(|failure| failure_location(workspace, failure))
                .map(located),
        },
        Served::Unknown => RuntimeOutcome::Unknown,
    }
}

fn failure_location(workspace: &Workspace, failure: &Failure) -> Option<Location> {
    let (file, node) = match failure {
        Failure::Syntax(file) => {
            let span = workspace
                .file(*file)
                .tree
                .errors()
                .first()
                .map_or(Span::at(0), |error| error.span);
            return Some(Location { file: *file, span });
        }
        Failure::FormatTooNew { at, .. }
        | Failure::PluginName { at, .. }
        | Failure::DisabledName { at, .. }
        | Failure::CriDisabled { at } => *at,
        Failure::NoDefault { at, .. } => (*at)?,
        Failure::BadDefault(dropped) => dropped.at,
    };
    Some(workspace.place(file, node))
}

fn refusal_reason(refusal: &Refusal, pod: &Pod) -> String {
    match refusal {
        Refusal::NotFound => {
            let name = pod.runtime_class_name.text().unwrap_or("?");
            format!("RuntimeClass `{name}` does not exist")
        }
        Refusal::Overhead(OverheadRefusal::WithoutClassOverhead) => {
            "the Pod sets `overhead`, but its class does not".to_owned()
        }
        Refusal::Overhead(OverheadRefusal::Differs) => {
            "its `overhead` differs from that of its class".to_owned()
        }
        Refusal::Selector(conflict) => {
            format!(
                "its `nodeSelector` and that of its class have different values for `{}`",
                conflict.key
            )
        }
    }
}

fn admission_changes(admission: &Admission<'_>, named: NamedClass<'_>) -> Option<Added> {
    let NamedClass::Found(_, class) = named else {
        return matches!(named, NamedClass::None).then(Added::default);
    };
    if !admission.refusals.is_empty() {
        return None;
    }
    let overhead = admission.overhead?.iter();
    let labels = admission.node_selector.as_ref()?.iter();
    let merged = admission.tolerations.as_ref()?;
    let of_class = class
        .scheduling
        .value()
        .and_then(|scheduling| scheduling.tolerations.value());
    let of_class: Vec<Tolerated<'_>> = of_class
        .into_iter()
        .flatten()
        .filter_map(Tolerated::of)
        .collect();
    Some(Added {
        overhead: overhead
            .filter_map(|(name, _, amount)| {
                Some(NamedValue {
                    name: name.clone(),
                    value: amount.value()?.to_string(),
                })
            })
            .collect(),
        node_selector: labels
            .filter(|label| label.is_of_class)
            .map(|label| NamedValue {
                name: label.key.to_owned(),
                value: label.value.to_owned(),
            })
            .collect(),
        tolerations: merged
            .iter()
            .filter(|one| of_class.contains(one))
            .map(toleration)
            .collect(),
    })
}

/// Formats a toleration like `kubectl describe`: `key=value:effect for 5s`.
fn toleration(one: &Tolerated<'_>) -> String {
    let mut text = one.key.to_owned();
    if !one.value.is_empty() {
        text.push_str(&format!("={}", one.value));
    }
    if !one.effect.is_empty() {
        text.push_str(&format!(":{}", one.effect));
    }
    if one.operator == "Exists" && one.value.is_empty() {
        text.push_str(if text.is_empty() {
            "op=Exists"
        } else {
            " op=Exists"
        });
    }
    if let Some(seconds) = one.seconds {
        text.push_str(&format!(" for {seconds}s"));
    }
    text
}
