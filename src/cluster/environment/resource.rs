//! What `resourceFieldRef` gives to variables (`ExtractContainerResourceValue`, `pkg/api/v1/resource`).

use crate::model::decode::Record;
use crate::model::{Container, Field, Quantity, ResourceFieldRef};
use crate::syntax::Tree;

/// The request or limit that `reference` asks for, in units of its divisor, rounded up. `None` where it is not known:
/// what is not written is the node's, or a LimitRange's.
#[must_use]
pub fn resource_value(
    tree: &Tree,
    container: &Container,
    reference: &ResourceFieldRef,
) -> Option<i128> {
    let (list, resource) = reference.resource.text()?.split_once('.')?;
    let divisor = match &reference.divisor {
        Field::Absent | Field::Null(_) => None,
        Field::Is(divisor, _) if *divisor == Quantity::ZERO => None,
        Field::Is(divisor, _) => Some(*divisor),
        Field::Unknown(_) | Field::Invalid(_) => return None,
    };
    let amount = match list {
        "limits" => written(tree, container, "limits", resource)?,
        // A request that is not written is as large as the limit.
        "requests" => written(tree, container, "requests", resource)
            .or_else(|| written(tree, container, "limits", resource))?,
        _ => return None,
    };
    let scale = if resource == "cpu" { 3 } else { 0 };
    let amount = amount.rounded_up(scale)?;
    let divisor = match divisor {
        Some(divisor) => divisor.rounded_up(scale)?,
        None => 10_i128.pow(scale),
    };
    (divisor > 0 && amount >= 0)
        .then(|| amount.div_euclid(divisor) + i128::from(amount % divisor != 0))
}

fn written(tree: &Tree, container: &Container, list: &str, resource: &str) -> Option<Quantity> {
    let resources = Record::new(tree, container.node)?.record("resources");
    let amounts = resources.value()?.quantities(list);
    let (_, _, amount) = amounts
        .value()?
        .iter()
        .find(|(name, ..)| name == resource)?;
    amount.value().copied()
}
