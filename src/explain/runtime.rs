//! What a Pod is run with: its RuntimeClass, what admission makes of that, and the runtime on the nodes.

use crate::cluster::admission::{
    Admission, NamedClass, OverheadRefusal, Refusal, Tolerated, admit, named_class,
};
use crate::cluster::resources::{PodResources, pod_resources};
use crate::cluster::runtime::{Failure, Served, Setup, setup_in_force};
use crate::model::{Pod, PodOrigin, VersionRange};
use crate::text::{Place, Span};
use crate::workspace::{Node, ObjectId, Workspace};

/// What a Pod is run with.
#[derive(Clone, Debug)]
pub struct RuntimeAnswer {
    /// The class that it names.
    pub class: ClassAnswer,
    /// Why it is refused with 403, each in a few words.
    pub refused: Vec<String>,
    /// What admission adds to it; `None` where that is not known, or where it is refused.
    pub added: Option<Added>,
    /// Requirements of its node affinity that rule out the class's nodes: it is made, and never scheduled.
    pub affinity: Vec<Place>,
    /// The nodes, as far as their files tell.
    pub nodes: Vec<RuntimeNode>,
}

/// What a Pod asks for and may use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ResourcesAnswer {
    /// This.
    Counted(PodResources),
    /// The files do not tell.
    Unknown,
    /// No such Pod is made: it is refused, or an operator makes another one of it.
    NotMade,
}

/// The RuntimeClass that a Pod names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClassAnswer {
    /// None: the nodes' default runtime.
    None,
    /// There is none of that name.
    Missing(String),
    /// The files do not tell; the name, if it is known.
    Unknown(Option<String>),
    /// This one.
    Found {
        /// Its name.
        name: String,
        /// Where it is.
        place: Place,
        /// Its handler, if that is known.
        handler: Option<String>,
    },
}

/// What admission adds to a Pod.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Added {
    /// Amounts of its overhead, by name.
    pub overhead: Vec<(String, String)>,
    /// Labels that its node must have.
    pub node_selector: Vec<(String, String)>,
    /// Tolerations, in a few words each.
    pub tolerations: Vec<String>,
}

/// What runs a Pod on a node.
#[derive(Clone, Debug)]
pub struct RuntimeNode {
    /// The name of its folder.
    pub node: String,
    /// containerd or CRI-O with its release; `None` if that is not known.
    pub release: Option<String>,
    /// What becomes of the Pod there.
    pub outcome: RuntimeOutcome,
}

/// What becomes of a Pod on a node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RuntimeOutcome {
    /// This runs it.
    Runs {
        /// The handler.
        handler: String,
        /// The runtime's type or path, if it is said.
        runs: Option<String>,
        /// Its table; `None` if it is built in.
        place: Option<Place>,
    },
    /// There is no such handler.
    Missing(String),
    /// CRI-O leaves out the runtime, because of this.
    LeftOut(String, Place),
    /// The container runtime serves no Pods, because of this.
    Down(Option<Place>),
    /// The files do not tell.
    Unknown,
}

/// What a Pod of the object `id` is run with.
#[must_use]
pub fn explain_runtime(workspace: &Workspace, id: ObjectId, pod: &Pod) -> RuntimeAnswer {
    let named = named_class(workspace, id, pod);
    let admission = admit(pod, named);
    let name = pod.runtime_class_name.text().map(str::to_owned);
    let class = match named {
        NamedClass::None => ClassAnswer::None,
        NamedClass::Missing => ClassAnswer::Missing(name.clone().unwrap_or_default()),
        NamedClass::Unknown => ClassAnswer::Unknown(name.clone()),
        NamedClass::Found(class, body) => ClassAnswer::Found {
            name: name.clone().unwrap_or_default(),
            place: workspace.object_place(class),
            handler: body.handler.text().map(str::to_owned),
        },
    };
    let handler = match &class {
        ClassAnswer::None => Some(""),
        ClassAnswer::Found { handler, .. } => handler.as_deref(),
        ClassAnswer::Missing(_) | ClassAnswer::Unknown(_) => None,
    };
    RuntimeAnswer {
        refused: admission
            .refusals
            .iter()
            .map(|refusal| why(refusal, pod))
            .collect(),
        added: added(&admission, named),
        affinity: admission
            .affinity_conflicts
            .iter()
            .map(|conflict| workspace.place(id.file, conflict.requirement))
            .collect(),
        nodes: runtime_nodes(workspace, id, handler),
        class,
    }
}

/// What the nodes on which Pods of the object `id` may run have for a handler: `None` is one that is not known, an
/// empty
/// one is the default.
#[must_use]
pub fn runtime_nodes(
    workspace: &Workspace,
    id: ObjectId,
    handler: Option<&str>,
) -> Vec<RuntimeNode> {
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

/// The resources of a Pod as they are counted, with what its class adds.
pub(super) fn resources(
    workspace: &Workspace,
    id: ObjectId,
    pod: &Pod,
    versions: VersionRange,
) -> ResourcesAnswer {
    // What an operator makes of a template of its own is not told here.
    if pod.origin == PodOrigin::Custom {
        return ResourcesAnswer::NotMade;
    }
    let admission = admit(pod, named_class(workspace, id, pod));
    if !admission.refusals.is_empty() {
        return ResourcesAnswer::NotMade;
    }
    match pod_resources(pod, admission.overhead, versions) {
        Some(resources) => ResourcesAnswer::Counted(resources),
        None => ResourcesAnswer::Unknown,
    }
}

fn outcome(workspace: &Workspace, setup: &Setup<'_>, handler: &str) -> RuntimeOutcome {
    match setup.serve(handler) {
        Served::By(by) => RuntimeOutcome::Runs {
            handler: by.name.clone(),
            runs: by.runs.clone(),
            place: by
                .tables
                .last()
                .map(|&(file, key)| workspace.place(file, key)),
        },
        Served::Missing => RuntimeOutcome::Missing(handler.to_owned()),
        Served::Dropped(dropped) => RuntimeOutcome::LeftOut(
            handler.to_owned(),
            workspace.place(dropped.at.0, dropped.at.1),
        ),
        Served::Down => RuntimeOutcome::Down(
            setup
                .failures
                .first()
                .and_then(|failure| failed_at(workspace, failure)),
        ),
        Served::Unknown => RuntimeOutcome::Unknown,
    }
}

fn failed_at(workspace: &Workspace, failure: &Failure) -> Option<Place> {
    let (file, node) = match failure {
        Failure::Syntax(file) => {
            let span = workspace
                .file(*file)
                .tree
                .errors()
                .first()
                .map_or(Span::at(0), |error| error.span);
            return Some(Place { file: *file, span });
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

fn why(refusal: &Refusal, pod: &Pod) -> String {
    match refusal {
        Refusal::NotFound => {
            let name = pod.runtime_class_name.text().unwrap_or("?");
            format!("there is no RuntimeClass `{name}`")
        }
        Refusal::Overhead(OverheadRefusal::WithoutClassOverhead) => {
            "it has an `overhead`, and its class has none".to_owned()
        }
        Refusal::Overhead(OverheadRefusal::Differs) => {
            "its `overhead` is not that of its class".to_owned()
        }
        Refusal::Selector(conflict) => {
            format!(
                "its `nodeSelector` and that of its class have different values for `{}`",
                conflict.key
            )
        }
    }
}

fn added(admission: &Admission<'_>, named: NamedClass<'_>) -> Option<Added> {
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
            .filter_map(|(name, _, amount)| Some((name.clone(), amount.value()?.to_string())))
            .collect(),
        node_selector: labels
            .filter(|label| label.is_of_class)
            .map(|label| (label.key.to_owned(), label.value.to_owned()))
            .collect(),
        tolerations: merged
            .iter()
            .filter(|one| of_class.contains(one))
            .map(toleration)
            .collect(),
    })
}

/// As `kubectl describe` writes it: `key=value:effect for 5s`.
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
