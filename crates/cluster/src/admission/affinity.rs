//! Conflicts between a Pod's required node affinity and the node selector of its RuntimeClass. Admission does not check
//! them: the Pod is created, but never scheduled.

use super::text;
use podwright_model::{Field, NodeRequirement, Pod, RuntimeClass};
use podwright_syntax::NodeId;

/// Requirement of the Pod that no node with the class's labels meets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AffinityConflict {
    /// Node of the requirement, in the Pod's file.
    pub requirement: NodeId,
    /// Key of the label.
    pub key: String,
    /// Node of the class's value, in the class's file.
    pub class: NodeId,
}

/// Returns one conflicting requirement of each term if the class's node selector contradicts every term; otherwise an
/// empty list.
///
/// Terms are alternatives; within a term, all requirements must be met.
#[must_use]
pub fn affinity_conflicts(pod: &Pod, class: &RuntimeClass) -> Vec<AffinityConflict> {
    let selector = class
        .scheduling
        .value()
        .and_then(|scheduling| scheduling.node_selector.value());
    let (Some(terms), Some(labels)) = (pod.required_node_affinity.value(), selector) else {
        return Vec::new();
    };
    let conflict = |requirement: &NodeRequirement| {
        let key = requirement.key.text()?;
        let (_, _, value) = labels.iter().find(|(label, ..)| label == key)?;
        let (value, class) = text(value)?;
        contradicts(requirement, value).then(|| AffinityConflict {
            requirement: requirement.node,
            key: key.to_owned(),
            class,
        })
    };
    let of_terms = terms.iter().map(|term| {
        let requirements = term.expressions.value()?;
        requirements.iter().find_map(conflict)
    });
    of_terms.collect::<Option<Vec<_>>>().unwrap_or_default()
}

/// Whether a node whose label has the value `label` fails the requirement (`Requirement.Matches`); false if that is not
/// known.
fn contradicts(requirement: &NodeRequirement, label: &str) -> bool {
    let Some(operator) = requirement.operator.text() else {
        return false;
    };
    let written: &[Field<String>] = match &requirement.values {
        Field::Value(values, _) => values,
        Field::Missing | Field::Null(_) => &[],
        Field::Unknown(_) | Field::Invalid(_) => return false,
    };
    let values: Option<Vec<&str>> = written.iter().map(Field::text).collect();
    match operator {
        "DoesNotExist" => true,
        "In" => values.is_some_and(|values| !values.is_empty() && !values.contains(&label)),
        "NotIn" => written.iter().any(|value| value.text() == Some(label)),
        "Gt" | "Lt" => {
            let Some(Ok(bound)) = values
                .filter(|values| values.len() == 1)
                .map(|v| v[0].parse::<i64>())
            else {
                return false;
            };
            match label.parse::<i64>() {
                Ok(label) if operator == "Gt" => label <= bound,
                Ok(label) => label >= bound,
                // A value that is not a number is neither greater nor less.
                Err(_) => true,
            }
        }
        _ => false,
    }
}
