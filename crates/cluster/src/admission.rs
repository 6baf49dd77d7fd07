//! The admission plug-in `RuntimeClass` (`plugin/pkg/admission/runtimeclass`), on by default: how the API server
//! changes or rejects a Pod when it is created.

mod affinity;
mod toleration;

pub use affinity::{AffinityConflict, affinity_conflicts};
pub use toleration::{Tolerated, merge_tolerations};

use crate::workspace::{ObjectId, Resolution, Workspace};
use podwright_model::{Field, Pod, Quantity, QuantityMap, RuntimeClass, Toleration};
use podwright_syntax::NodeId;

/// RuntimeClass that a Pod references.
#[derive(Clone, Copy, Debug)]
pub enum NamedClass<'c> {
    /// The Pod does not reference a class.
    None,
    /// The class was found.
    Found(ObjectId, &'c RuntimeClass),
    /// No class of this name exists.
    Missing,
    /// Not known from the files.
    Unknown,
}

/// Result of admission for a Pod.
#[derive(Clone, Debug, Default)]
pub struct Admission<'a> {
    /// Reasons to reject the Pod with 403; empty if the Pod is created. The API server reports only the first one.
    pub refusals: Vec<Refusal>,
    /// Overhead of the stored Pod; `None` if it is not known.
    pub overhead: Option<&'a [(String, NodeId, Field<Quantity>)]>,
    /// Node selector of the stored Pod: its own labels, then those of the class; `None` if it is not known.
    pub node_selector: Option<Vec<SelectorLabel<'a>>>,
    /// Tolerations of the stored Pod; `None` if they are not known.
    pub tolerations: Option<Vec<Tolerated<'a>>>,
    /// Nodes of the Pod's own tolerations that admission drops because another one covers them.
    pub idle_tolerations: Vec<NodeId>,
    /// Reasons why no node can match the Pod, although it is created.
    pub affinity_conflicts: Vec<AffinityConflict>,
}

/// Reason to reject a Pod with 403.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The RuntimeClass does not exist.
    NotFound,
    /// The Pod's overhead does not match its class.
    Overhead(OverheadRefusal),
    /// The Pod's node selector conflicts with its class.
    Selector(SelectorConflict),
}

/// Label that the Pod's node must have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SelectorLabel<'a> {
    /// Key of the label.
    pub key: &'a str,
    /// Value of the label.
    pub value: &'a str,
    /// Whether only the class requires it.
    pub is_of_class: bool,
}

/// Reason to reject a Pod that sets an overhead, with 403.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OverheadRefusal {
    /// The Pod has no class, or its class has no overhead. Even an empty overhead is rejected then.
    WithoutClassOverhead,
    /// The overhead differs from that of the class.
    Differs,
}

/// Label with different values in the node selectors of a Pod and its class. The API server rejects the Pod with 403.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SelectorConflict {
    /// Key of the label.
    pub key: String,
    /// Node of the Pod's value.
    pub pod: NodeId,
    /// Node of the class's value.
    pub class: NodeId,
}

/// Returns the RuntimeClass that a Pod of the object `from` references.
#[must_use]
pub fn named_class<'w>(workspace: &'w Workspace, from: ObjectId, pod: &Pod) -> NamedClass<'w> {
    match &pod.runtime_class_name {
        Field::Missing | Field::Null(_) => NamedClass::None,
        Field::Value(name, _) => match workspace.resolve_runtime_class_exact(from, name) {
            Some((id, class)) => NamedClass::Found(id, class),
            None if workspace.runtime_class(from, name) == Resolution::Missing => {
                NamedClass::Missing
            }
            None => NamedClass::Unknown,
        },
        Field::Unknown(_) | Field::Invalid(_) => NamedClass::Unknown,
    }
}

/// Returns what the API server stores for the Pod with its class, or why it rejects the Pod.
#[must_use]
pub fn admit<'a>(pod: &'a Pod, named: NamedClass<'a>) -> Admission<'a> {
    let class = match named {
        NamedClass::None => None,
        NamedClass::Found(_, class) => Some(class),
        NamedClass::Missing => {
            return Admission {
                refusals: vec![Refusal::NotFound],
                ..Admission::default()
            };
        }
        NamedClass::Unknown => return Admission::default(),
    };
    let overhead = overhead_refusal(pod, class).map(Refusal::Overhead);
    let conflicts = class.map_or_else(Vec::new, |class| selector_conflicts(pod, class));
    let selectors = conflicts.into_iter().map(Refusal::Selector);
    let tolerations = tolerations(pod, class);
    let merged = tolerations.as_ref().map(|(pod, class)| {
        let pod: Vec<_> = pod.iter().map(|(one, _)| *one).collect();
        merge_tolerations(&pod, class)
    });
    let idle = match (&tolerations, &merged) {
        (Some((pod, class)), Some(merged)) if !class.is_empty() => pod
            .iter()
            .filter(|(one, _)| !merged.contains(one))
            .map(|(_, node)| *node)
            .collect(),
        _ => Vec::new(),
    };
    Admission {
        refusals: overhead.into_iter().chain(selectors).collect(),
        overhead: class_overhead(class),
        node_selector: node_selector(pod, class),
        tolerations: merged,
        idle_tolerations: idle,
        affinity_conflicts: class.map_or_else(Vec::new, |class| affinity_conflicts(pod, class)),
    }
}

/// Overhead of the class, which the Pod gets; `None` if it is not known.
fn class_overhead(class: Option<&RuntimeClass>) -> Option<&[(String, NodeId, Field<Quantity>)]> {
    match class.map(|class| &class.overhead) {
        None | Some(Field::Missing | Field::Null(_)) => Some(&[]),
        Some(Field::Value(overhead, _)) => match &overhead.pod_fixed {
            Field::Missing | Field::Null(_) => Some(&[]),
            Field::Value(resources, _) => Some(resources),
            Field::Unknown(_) | Field::Invalid(_) => None,
        },
        Some(Field::Unknown(_) | Field::Invalid(_)) => None,
    }
}

fn node_selector<'a>(
    pod: &'a Pod,
    class: Option<&'a RuntimeClass>,
) -> Option<Vec<SelectorLabel<'a>>> {
    let labels = |field: &'a Field<podwright_model::StringMap>, is_of_class: bool| match field {
        Field::Missing | Field::Null(_) => Some(Vec::new()),
        Field::Value(labels, _) => labels
            .iter()
            .map(|(key, _, value)| {
                let (value, _) = text(value)?;
                Some(SelectorLabel {
                    key,
                    value,
                    is_of_class,
                })
            })
            .collect(),
        Field::Unknown(_) | Field::Invalid(_) => None,
    };
    let mut all = labels(&pod.node_selector, false)?;
    let of_class = match scheduling(class)? {
        Some(scheduling) => labels(&scheduling.node_selector, true)?,
        None => Vec::new(),
    };
    for label in of_class {
        if all.iter().all(|own| own.key != label.key) {
            all.push(label);
        }
    }
    Some(all)
}

/// Scheduling of the class; the outer `None` means that it is not known, the inner that there is none.
#[expect(clippy::option_option, reason = "distinguishes unknown from absent")]
fn scheduling(class: Option<&RuntimeClass>) -> Option<Option<&podwright_model::Scheduling>> {
    match class.map(|class| &class.scheduling) {
        None | Some(Field::Missing | Field::Null(_)) => Some(None),
        Some(Field::Value(scheduling, _)) => Some(Some(scheduling)),
        Some(Field::Unknown(_) | Field::Invalid(_)) => None,
    }
}

/// Tolerations of the Pod with their nodes, and tolerations of the class.
type Tolerations<'a> = (Vec<(Tolerated<'a>, NodeId)>, Vec<Tolerated<'a>>);

fn tolerations<'a>(pod: &'a Pod, class: Option<&'a RuntimeClass>) -> Option<Tolerations<'a>> {
    let all = |field: &'a Field<Vec<Toleration>>| match field {
        Field::Missing | Field::Null(_) => Some(Vec::new()),
        Field::Value(tolerations, _) => tolerations
            .iter()
            .map(|one| Some((Tolerated::of(one)?, one.node)))
            .collect::<Option<Vec<_>>>(),
        Field::Unknown(_) | Field::Invalid(_) => None,
    };
    let own = all(&pod.tolerations)?;
    let of_class = match scheduling(class)? {
        Some(scheduling) => all(&scheduling.tolerations)?,
        None => Vec::new(),
    };
    Some((own, of_class.into_iter().map(|(one, _)| one).collect()))
}

/// Returns why the API server rejects the Pod's overhead with `class` (`None`: the Pod has no class). Returns `None` if
/// the API server accepts it, or if this is not known from the files.
#[must_use]
pub fn overhead_refusal(pod: &Pod, class: Option<&RuntimeClass>) -> Option<OverheadRefusal> {
    let own = pod.overhead.value()?;
    let overhead = match class.map(|class| &class.overhead) {
        None | Some(Field::Missing | Field::Null(_)) => {
            return Some(OverheadRefusal::WithoutClassOverhead);
        }
        Some(Field::Value(overhead, _)) => overhead,
        Some(Field::Unknown(_) | Field::Invalid(_)) => return None,
    };
    let none = QuantityMap::new();
    let of_class = match &overhead.pod_fixed {
        Field::Missing | Field::Null(_) => &none,
        Field::Value(resources, _) => resources,
        Field::Unknown(_) | Field::Invalid(_) => return None,
    };
    if own.is_empty() || same(own, of_class)? {
        None
    } else {
        Some(OverheadRefusal::Differs)
    }
}

/// Returns the labels with different values in the node selectors of `pod` and `class`. Node affinity is not compared.
#[must_use]
pub fn selector_conflicts(pod: &Pod, class: &RuntimeClass) -> Vec<SelectorConflict> {
    let of_class = class
        .scheduling
        .value()
        .and_then(|scheduling| scheduling.node_selector.value());
    let (Some(own), Some(of_class)) = (pod.node_selector.value(), of_class) else {
        return Vec::new();
    };
    let conflict = |(key, _, value): &(String, NodeId, Field<String>)| {
        let (wanted, class) = text(value)?;
        let (_, _, own) = own.iter().find(|(own, ..)| own == key)?;
        let (own, pod) = text(own)?;
        (own != wanted).then(|| SelectorConflict {
            key: key.clone(),
            pod,
            class,
        })
    };
    of_class.iter().filter_map(conflict).collect()
}

/// Whether two lists have the same resources with equal amounts; `None` if an amount is not known.
fn same(a: &QuantityMap, b: &QuantityMap) -> Option<bool> {
    let mut same = a.len() == b.len();
    for (name, _, amount) in a {
        let amount = known(amount)?;
        match b.iter().find(|(other, ..)| other == name) {
            Some((_, _, other)) => same &= known(other)? == amount,
            None => same = false,
        }
    }
    for (_, _, amount) in b {
        known(amount)?;
    }
    Some(same)
}

fn known(amount: &Field<Quantity>) -> Option<Quantity> {
    match amount {
        Field::Value(amount, _) => Some(*amount),
        Field::Null(_) => Some(Quantity::ZERO),
        Field::Missing | Field::Unknown(_) | Field::Invalid(_) => None,
    }
}

/// Value and node of a map entry; `null` in a map of strings is the empty string.
fn text(value: &Field<String>) -> Option<(&str, NodeId)> {
    match value {
        Field::Value(text, node) => Some((text, *node)),
        Field::Null(node) => Some(("", *node)),
        Field::Missing | Field::Unknown(_) | Field::Invalid(_) => None,
    }
}

#[cfg(test)]
mod tests;
