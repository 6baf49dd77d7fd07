//! What the API server's admission makes of a Pod before it is stored: the plug-in `RuntimeClass`
//! (`plugin/pkg/admission/runtimeclass`), on by default, when a Pod is created.

mod toleration;

pub use toleration::{Tolerated, merge_tolerations};

use crate::model::{Field, Pod, Quantities, Quantity, RuntimeClass};
use crate::syntax::NodeId;

/// Why a Pod with an overhead of its own is refused with 403.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OverheadRefusal {
    /// The Pod's class has no overhead, or the Pod has no class. Even an empty overhead is too much then.
    WithoutClassOverhead,
    /// The class's overhead is another one.
    Differs,
}

/// A node selector of a Pod that its class contradicts: the Pod is refused with 403.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SelectorConflict {
    /// The label.
    pub key: String,
    /// The Pod's value for it.
    pub pod: NodeId,
    /// The class's value for it.
    pub class: NodeId,
}

/// What becomes of the Pod's overhead under `class` (`None`: the Pod has none): refused, or stored as the
/// class's. `None` also where the files do not tell.
#[must_use]
pub fn overhead_refusal(pod: &Pod, class: Option<&RuntimeClass>) -> Option<OverheadRefusal> {
    let own = pod.overhead.value()?;
    let overhead = match class.map(|class| &class.overhead) {
        None | Some(Field::Absent | Field::Null(_)) => {
            return Some(OverheadRefusal::WithoutClassOverhead);
        }
        Some(Field::Is(overhead, _)) => overhead,
        Some(Field::Unknown(_) | Field::Invalid(_)) => return None,
    };
    let none = Quantities::new();
    let of_class = match &overhead.pod_fixed {
        Field::Absent | Field::Null(_) => &none,
        Field::Is(resources, _) => resources,
        Field::Unknown(_) | Field::Invalid(_) => return None,
    };
    if own.is_empty() || same(own, of_class)? {
        None
    } else {
        Some(OverheadRefusal::Differs)
    }
}

/// The labels on which `pod` and `class` disagree; node affinity is not compared.
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

/// Whether two lists have the same resources in the same amounts; `None` where an amount is not known.
fn same(a: &Quantities, b: &Quantities) -> Option<bool> {
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
        Field::Is(amount, _) => Some(*amount),
        Field::Null(_) => Some(Quantity::ZERO),
        Field::Absent | Field::Unknown(_) | Field::Invalid(_) => None,
    }
}

/// A null in a map of strings is the empty string.
fn text(value: &Field<String>) -> Option<(&str, NodeId)> {
    match value {
        Field::Is(text, node) => Some((text, *node)),
        Field::Null(node) => Some(("", *node)),
        Field::Absent | Field::Unknown(_) | Field::Invalid(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Body, Object, decode};
    use crate::syntax::{Tree, parse};

    fn objects(text: &str) -> (Tree, Vec<Object>) {
        let tree = parse(text.into());
        let objects = decode(&tree, &[]);
        (tree, objects)
    }

    fn pod(spec: &str) -> (Tree, Pod) {
        let text = format!("{{apiVersion: v1, kind: Pod, spec: {{{spec}}}}}");
        let (tree, objects) = objects(&text);
        (tree, objects[0].pods[0].clone())
    }

    fn class(fields: &str) -> RuntimeClass {
        let text = format!("{{apiVersion: node.k8s.io/v1, kind: RuntimeClass, {fields}}}");
        let (_, objects) = objects(&text);
        match &objects[0].body {
            Body::RuntimeClass(class) => class.clone(),
            body => panic!("{body:?}"),
        }
    }

    #[test]
    fn an_overhead_must_be_that_of_the_class() {
        let refusal =
            |spec: &str, fields: &str| overhead_refusal(&pod(spec).1, Some(&class(fields)));
        let without = Some(OverheadRefusal::WithoutClassOverhead);
        let differs = Some(OverheadRefusal::Differs);
        let fixed = "overhead: {podFixed: {cpu: 250m, memory: 120Mi}}";
        assert_eq!(
            refusal("overhead: {cpu: 0.25, memory: 122880Ki}", fixed),
            None
        );
        assert_eq!(refusal("overhead: {cpu: 0.25}", fixed), differs);
        assert_eq!(
            refusal("overhead: {cpu: 250m, memory: 128Mi}", fixed),
            differs
        );
        assert_eq!(refusal("overhead: {cpu: '${CPU}', memory: 1}", fixed), None);
        assert_eq!(refusal("overhead: {}", fixed), None);
        assert_eq!(refusal("overhead: null", "handler: a"), None);
        assert_eq!(refusal("overhead: {}", "handler: a"), without);
        assert_eq!(refusal("overhead: {cpu: 1}", "overhead: null"), without);
        assert_eq!(refusal("overhead: {cpu: 1}", "overhead: {}"), differs);
        assert_eq!(
            refusal("overhead: {cpu: 0}", "overhead: {podFixed: {cpu: }}"),
            None
        );
        assert_eq!(overhead_refusal(&pod("overhead: {}").1, None), without);
        assert_eq!(overhead_refusal(&pod("hostNetwork: true").1, None), None);
    }

    #[test]
    fn selectors_conflict_where_the_values_differ() {
        let class = class("scheduling: {nodeSelector: {a: b, c: d, e: '', f: '${F}'}}");
        let (tree, pod) = pod("nodeSelector: {a: x, c: d, e: , f: g, h: i}");
        let conflicts = selector_conflicts(&pod, &class);
        let found: Vec<_> = conflicts
            .iter()
            .map(|c| (c.key.as_str(), tree.raw(c.pod)))
            .collect();
        assert_eq!(found, [("a", "x")]);
    }
}
