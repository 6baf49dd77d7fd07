//! What the Pod Security admission forbids in a Pod: the checks of `k8s.io/pod-security-admission/policy`, each with the
//! versions of the standards that have it.

mod baseline;
mod restricted;

use std::borrow::Cow;

pub use baseline::CAPABILITIES;

use podwright_model::{PodSecurityLevel, StringMap};
use podwright_syntax::{NodeId, SyntaxTree};

use crate::validation::Rest;
use crate::validation::value::Value;

/// Something in a Pod that a level forbids, or requires and does not find.
#[derive(Clone, Debug)]
pub struct Violation {
    /// Name of the check in the source of Kubernetes: `hostPorts`.
    pub check: &'static str,
    /// The field, or the nearest mapping around it if it is absent.
    pub node: NodeId,
    /// The container or the spec of the Pod that it belongs to.
    pub owner: NodeId,
    /// Path from `node` to the absent field.
    pub rest: Rest,
    /// What the level says, to follow its name: "forbids `hostPID: true`".
    pub message: Cow<'static, str>,
    /// What to do.
    pub help: Cow<'static, str>,
    /// Value that the field needs, if one is the obvious one.
    pub value: Option<Needed>,
}

/// Value that a field needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needed {
    /// A boolean.
    Bool(bool),
    /// A string.
    Text(&'static str),
    /// A list with one string.
    List(&'static str),
}

/// A Pod or the template of Pods.
#[derive(Clone, Copy, Debug)]
pub struct PodSpec<'a> {
    /// Tree of its file.
    pub tree: &'a SyntaxTree,
    /// Its `spec`.
    pub spec: NodeId,
    /// Its annotations.
    pub annotations: &'a StringMap,
}

/// What a level forbids in a Pod, in the standards of Kubernetes 1.`minor`. Values that are not known break nothing.
#[must_use]
pub fn violations(pod: PodSpec<'_>, level: PodSecurityLevel, minor: u16) -> Vec<Violation> {
    if level == PodSecurityLevel::Privileged {
        return Vec::new();
    }
    let spec = Value::new(pod.tree, pod.spec);
    let context = spec.get("securityContext");
    let mut evaluation = Evaluation {
        spec,
        context,
        containers: containers(spec).collect(),
        annotations: pod.annotations,
        minor,
        is_restricted: level == PodSecurityLevel::Restricted,
        found: Vec::new(),
    };
    evaluation.baseline();
    if evaluation.is_restricted {
        evaluation.restricted();
    }
    evaluation.found
}

/// Init, regular and ephemeral containers (`visitContainers`).
fn containers(spec: Value<'_>) -> impl Iterator<Item = Container<'_>> {
    ["initContainers", "containers", "ephemeralContainers"]
        .into_iter()
        .flat_map(move |list| spec.get(list).items())
        .filter(|container| container.is_mapping())
        .map(|value| Container {
            value,
            context: value.get("securityContext"),
        })
}

#[derive(Clone, Copy)]
struct Container<'a> {
    value: Value<'a>,
    /// Its `securityContext`.
    context: Value<'a>,
}

impl Container<'_> {
    fn name(&self) -> String {
        let name = self.value.get("name").text();
        name.map_or_else(String::new, |name| format!("`{name}`"))
    }
}

/// An evaluation in progress.
struct Evaluation<'a> {
    spec: Value<'a>,
    /// `securityContext` of the Pod.
    context: Value<'a>,
    containers: Vec<Container<'a>>,
    annotations: &'a StringMap,
    minor: u16,
    is_restricted: bool,
    found: Vec<Violation>,
}

impl<'a> Evaluation<'a> {
    /// Security contexts of the Pod and of its containers.
    fn contexts(&self) -> Vec<Value<'a>> {
        let containers = self.containers.iter().map(|container| container.context);
        std::iter::once(self.context).chain(containers).collect()
    }

    fn add(
        &mut self,
        check: &'static str,
        field: Value<'_>,
        message: impl Into<Cow<'static, str>>,
        help: impl Into<Cow<'static, str>>,
        value: Option<Needed>,
    ) {
        let tree = self.spec.tree;
        let span = tree.span(field.node);
        let containers = self.containers.iter().map(|container| container.value.node);
        let mut owners = containers.filter(|&owner| tree.span(owner).contains(span));
        self.found.push(Violation {
            check,
            node: field.node,
            owner: owners.next().unwrap_or(self.spec.node),
            rest: field.rest,
            message: message.into(),
            help: help.into(),
            value,
        });
    }

    /// Forbids a boolean that is true.
    fn forbid_true(&mut self, check: &'static str, field: Value<'_>, name: &str) {
        if field.is_true() {
            let message = format!("forbids `{name}: true`");
            let value = Some(Needed::Bool(false));
            self.add(check, field, message, format!("set `{name}: false`"), value);
        }
    }

    /// Whether the Pod is in a user namespace, so that some checks of 1.35 do not apply
    /// (`relaxPolicyForUserNamespacePod`).
    fn is_in_user_namespace(&self) -> bool {
        let field = self.spec.get("hostUsers");
        self.minor >= 35 && (field.is_false() || field.is_unknown())
    }

    /// Whether the Pod runs on Windows, where some checks of 1.25 do not apply.
    fn is_on_windows(&self) -> bool {
        let name = self.spec.get("os").get("name");
        self.minor >= 25 && (name.is("windows") || name.is_unknown())
    }
}
