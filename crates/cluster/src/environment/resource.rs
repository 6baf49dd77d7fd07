//! Values of `resourceFieldRef` (`ExtractContainerResourceValue`, `pkg/api/v1/resource`).

use podwright_model::{Container, Field, Quantity, ResourceFieldRef};

/// Returns the request or limit that `reference` names, in units of its divisor, rounded up. `None` if it is not known:
/// a value that is not set comes from the node or a LimitRange.
#[must_use]
pub fn resource_value(container: &Container, reference: &ResourceFieldRef) -> Option<i128> {
    let (list, resource) = reference.resource.text()?.split_once('.')?;
    let divisor = match &reference.divisor {
        Field::Missing | Field::Null(_) => None,
        Field::Value(divisor, _) if *divisor == Quantity::ZERO => None,
        Field::Value(divisor, _) => Some(*divisor),
        Field::Unknown(_) | Field::Invalid(_) => return None,
    };
    let amount = match list {
        "limits" => written(container, "limits", resource)?,
        // A request that is not set defaults to the limit.
        "requests" => written(container, "requests", resource)
            .or_else(|| written(container, "limits", resource))?,
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

fn written(container: &Container, list: &str, resource: &str) -> Option<Quantity> {
    let resources = container.resources.value()?;
    let amounts = match list {
        "limits" => &resources.limits,
        _ => &resources.requests,
    };
    let (_, _, amount) = amounts
        .value()?
        .iter()
        .find(|(name, ..)| name == resource)?;
    amount.value().copied()
}
