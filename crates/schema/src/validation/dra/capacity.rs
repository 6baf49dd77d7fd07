//! Capacities of devices that several claims share.

use std::collections::BTreeMap;

use podwright_model::Quantity;

use super::super::errors::Errors;
use super::super::value::{Value, read};

/// `validateMultiAllocatableDeviceCapacity` and `validateRequestPolicy`.
pub(super) fn capacity(capacity: Value<'_>, multiple: Value<'_>, e: &mut Errors) {
    read!(capacity => value, policy = "requestPolicy");
    if !policy.is_set() || multiple.is_unknown() {
        return;
    }
    if !multiple.is_true() {
        e.forbidden(
            policy,
            "is allowed only when `allowMultipleAllocations` is true",
        );
        return;
    }
    read!(policy => default, values = "validValues", range = "validRange");
    if !values.is_empty() && range.is_set() {
        e.forbidden(policy, "cannot have both `validValues` and `validRange`")
            .help("remove one of the two");
        return;
    }
    if default.is_absent() && (!values.is_empty() || range.is_set()) {
        e.required(default, "with `validValues` and `validRange`");
        return;
    }
    let (Some(limit), Some(start)) = (value.quantity(), default.quantity()) else {
        return;
    };
    if range.is_set() {
        valid_range(range, limit, (default, start), e);
    } else {
        valid_values(values, limit, start, e);
    }
}

/// `validateRequestPolicyValidValues`.
fn valid_values(values: Value<'_>, limit: Quantity, start: Quantity, e: &mut Errors) {
    let mut has_default = values.is_empty();
    let mut last = None;
    // `quantityKeyInt` rounds up.
    let mut rounded = BTreeMap::new();
    for option in values.items() {
        let Some(size) = option.quantity() else {
            return;
        };
        if let Some(first) = rounded.insert(size.rounded_up(0), option) {
            e.duplicate(option, Some(first));
        }
        if last.is_some_and(|last| last > size) {
            e.invalid(
                option,
                "is smaller than the value before it",
                "sort the values in ascending order",
            );
        }
        last = Some(size);
        has_default |= size == start;
        if size > limit {
            e.invalid(
                option,
                "is larger than the capacity",
                "use at most the capacity",
            );
        }
    }
    if !has_default {
        e.invalid(
            values,
            "must have the value of `default`",
            "add the value of `default`",
        );
    }
}

/// `validateRequestPolicyRange`.
fn valid_range(
    range: Value<'_>,
    limit: Quantity,
    (default, start): (Value<'_>, Quantity),
    e: &mut Errors,
) {
    read!(range => low = "min", high = "max", step);
    let Some(least) = low.quantity() else {
        if low.is_absent() {
            e.required(low, "");
        }
        return;
    };
    if least > limit || start < least {
        e.invalid(
            low,
            "must be at most the capacity and `default`",
            "use a smaller quantity",
        );
    }
    if let Some(most) = high.quantity()
        && (least > most || most > limit || start > most)
    {
        e.invalid(
            high,
            "must be at least `min` and `default`, and at most the capacity",
            "use a quantity between them",
        );
    }
    let Some(size) = step.quantity() else { return };
    if size == Quantity::ZERO {
        // Kubernetes 1.36 and older divide by it, and the request fails.
        e.invalid(step, "must be greater than 0", "use a larger quantity");
        return;
    }
    if size.is_negative() {
        e.since(37, |e| {
            e.invalid(step, "must be greater than 0", "use a larger quantity");
        });
    } else if least.plus(&size).is_some_and(|first| first > limit) {
        e.invalid(
            step,
            "is too large: `min` and one step are larger than the capacity",
            "use a smaller quantity",
        );
    }
    let most = high.quantity();
    let all = [
        (default, Some(start)),
        (low, Some(least)),
        (high, most),
        (step, Some(size)),
    ];
    for (at, quantity) in all {
        let is_out = quantity.is_some_and(|quantity| {
            quantity.is_negative()
                || quantity
                    .rounded_up(0)
                    .is_none_or(|number| i64::try_from(number).is_err())
        });
        if is_out && !size.is_negative() {
            // `validateInt64Range`
            e.since(37, |e| {
                let message = "must be between 0 and 9223372036854775807";
                e.invalid(at, message, "use a quantity in this range");
            });
        }
    }
    for value in [Some(start), most].into_iter().flatten() {
        if is_between_steps(&value, &least, &size) {
            e.invalid(
                step,
                "does not lead from `min` to `default` and `max`",
                "use a divisor of their distances",
            );
        }
    }
}

/// `validateRequestPolicyRangeStep`. The feature gate DRAFractionalCapacityRange is off unless the API server runs with
/// `--min-compatibility-version=1.37`.
fn is_between_steps(value: &Quantity, least: &Quantity, step: &Quantity) -> bool {
    let whole = |quantity: &Quantity| quantity.rounded_up(0);
    match (whole(value), whole(least), whole(step)) {
        (Some(value), Some(least), Some(step)) => step != 0 && (value - least) % step != 0,
        _ => false,
    }
}
