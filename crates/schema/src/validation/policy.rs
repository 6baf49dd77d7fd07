//! PodDisruptionBudgets: `pkg/apis/policy/validation/validation.go`.

use super::apps::{not_more_than_100_percent, positive_int_or_percent};
use super::errors::Errors;
use super::meta::label_selector;
use super::value::{Value, read};

/// `ValidatePodDisruptionBudgetSpec`.
pub(super) fn disruption_budget(object: Value<'_>, e: &mut Errors) {
    let spec = object.get("spec");
    read!(spec => min = "minAvailable", max = "maxUnavailable", selector);
    if min.is_set() && max.is_set() {
        e.invalid(
            spec,
            "cannot have both `minAvailable` and `maxUnavailable`",
            "remove one of the two",
        );
    }
    for field in [min, max] {
        positive_int_or_percent(field, e);
        not_more_than_100_percent(field, e);
    }
    label_selector(selector, e);
}
