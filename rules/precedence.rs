//! Which rule yields to which.
//!
//! The rules of the group `schema` check every field. Where a rule of another group reports more than advice on the same
//! field of the same object, its finding replaces theirs (`lint/precedence.rs`). What a general rule leaves to a more
//! specific one in any case, even if that one finds nothing, is listed here.

use crate::schema::{fields, values};
use crate::{credentials, environment, image, lifecycle, pull, runtime};
use podwright_rule::RuleDefinition;

/// Group of the general rules.
pub const GENERAL: &str = "schema";

/// General rules whose findings are located at a mapping but concern a missing field. They yield to no other rule.
pub static ABOUT_MISSING_FIELDS: [&RuleDefinition; 1] = [&values::REQUIRED_FIELD_MISSING];

/// Fields that a general rule leaves to a specific one: the field, or for unknown fields the type and the field (`*` for
/// all fields of the type).
static LEFT_TO: [(&RuleDefinition, &str, &RuleDefinition); 8] = [
    (
        &values::ENUM_VALUE_INVALID,
        "imagePullPolicy",
        &pull::pull_policy_invalid::RULE,
    ),
    (
        &values::LIST_MAP_KEY_DUPLICATE,
        "env",
        &environment::env_duplicate_name::RULE,
    ),
    (
        &values::LIST_MAP_KEY_DUPLICATE,
        "imagePullSecrets",
        &credentials::image_pull_secret_duplicate::RULE,
    ),
    (
        &values::NULL_LIST_ITEM,
        "imagePullSecrets",
        &credentials::image_pull_secret_empty_name::RULE,
    ),
    (
        &fields::FIELD_NOT_AVAILABLE_IN_VERSION,
        "image",
        &image::image_volume_version::RULE,
    ),
    (
        &fields::FIELD_NOT_AVAILABLE_IN_VERSION,
        "sleep",
        &lifecycle::lifecycle_sleep_version::RULE,
    ),
    (
        &fields::UNKNOWN_FIELD,
        "LocalObjectReference.namespace",
        &credentials::image_pull_secret_namespace_field::RULE,
    ),
    (
        &fields::UNKNOWN_FIELD,
        "Overhead.*",
        &runtime::runtimeclass_overhead_shape::RULE,
    ),
];

/// Whether `rule` leaves `field` to a more specific rule.
pub(crate) fn is_left_to_another_rule(rule: &'static RuleDefinition, field: &str) -> bool {
    LEFT_TO.iter().any(|&(general, left, _)| {
        let fits = match left.strip_suffix('*') {
            Some(type_name) => field.starts_with(type_name),
            None => field == left,
        };
        fits && std::ptr::eq(general, rule)
    })
}
