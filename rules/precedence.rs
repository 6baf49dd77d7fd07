//! Which rule yields to which.
//!
//! The rules of the groups `api` and `schema` check every field. Where a rule of another group reports more than advice
//! on the same field of the same object, its finding replaces theirs, and one of `schema` replaces one of `api`. A finding
//! of `api` gives way only to one that is as severe (`lint/precedence.rs`). What a general rule leaves to a more specific
//! one in any case, even if that one finds nothing, is listed here.

use podwright_rule::RuleDefinition;

/// Groups of the general rules, the most general first.
pub const GENERAL: [&str; 2] = ["api", "schema"];

/// What two rules say about one defect at different fields, one of which contains the other, or that are in one mapping:
/// a rule of the group `api`, the end of its field, and the special rule.
static SAME_DEFECT: [(&str, &str, &str); 7] = [
    ("api-duplicate", ".hostPort", "port-duplicate"),
    ("api-invalid", ".effect", "runtimeclass-invalid"),
    ("api-invalid", ".valueFrom", "env-value-and-valuefrom"),
    ("api-required", ".image", "image-missing"),
    (
        "api-required",
        ".image.reference",
        "image-volume-empty-reference",
    ),
    ("api-required", ".exec.command", "lifecycle-exec-empty"),
    ("api-required", "*", "lifecycle-unknown-handler"),
];

/// Whether `special` reports what the general `rule` reports about `field`.
#[must_use]
pub fn says_the_same(rule: &str, field: &str, special: &str) -> bool {
    SAME_DEFECT.iter().any(|&(general, last, other)| {
        general == rule && other == special && (last == "*" || field.ends_with(last))
    })
}

/// Whether `rule` may be the special one for [`says_the_same`].
#[must_use]
pub fn may_say_the_same(rule: &str) -> bool {
    SAME_DEFECT.iter().any(|&(.., special)| special == rule)
}

/// Fields that a general rule leaves to a specific one: the field, or for unknown fields the type and the field (`*` for
/// all fields of the type).
static LEFT_TO: [(&str, &str, &str); 12] = [
    (
        "enum-value-invalid",
        "imagePullPolicy",
        "pull-policy-invalid",
    ),
    ("list-map-key-duplicate", "env", "env-duplicate-name"),
    (
        "list-map-key-duplicate",
        "imagePullSecrets",
        "image-pull-secret-duplicate",
    ),
    (
        "null-list-item",
        "imagePullSecrets",
        "image-pull-secret-empty-name",
    ),
    (
        "field-not-available-in-version",
        "image",
        "image-volume-version",
    ),
    (
        "field-not-available-in-version",
        "sleep",
        "lifecycle-sleep-version",
    ),
    (
        "unknown-field",
        "LocalObjectReference.namespace",
        "image-pull-secret-namespace-field",
    ),
    ("feature-gate-off", "fileKeyRef", "filekeyref-invalid"),
    ("feature-gate-off", "image", "image-volume-version"),
    ("feature-gate-off", "sleep", "lifecycle-sleep-version"),
    ("feature-gate-off", "stopSignal", "stopsignal-invalid"),
    ("unknown-field", "Overhead.*", "runtimeclass-overhead-shape"),
];

/// A rule about whole fields, whose findings stand beside those about the values.
pub const BESIDE: &str = "feature-gate-off";

/// Rules about the version of an image. Their advice is the same for one image: name a version that stays the same. Of
/// several on one image, the finding of the highest level remains, and of those with the same level the one of the first
/// rule in this list.
pub static ABOUT_IMAGE_VERSIONS: [&str; 5] = [
    "image-tag-latest",
    "image-tag-looks-like-latest",
    "pull-policy-ifnotpresent-mutable-tag",
    "image-mutable-tag",
    "image-missing-digest",
];

/// Whether `rule` leaves `field` to a more specific rule.
pub(crate) fn is_left_to_another_rule(rule: &RuleDefinition, field: &str) -> bool {
    LEFT_TO.iter().any(|&(general, left, _)| {
        let fits = match left.strip_suffix('*') {
            Some(type_name) => field.starts_with(type_name),
            None => field == left,
        };
        fits && general == rule.meta.name
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_a_rule() {
        let left_to = LEFT_TO
            .iter()
            .flat_map(|&(general, _, rule)| [general, rule]);
        let same = SAME_DEFECT.iter().flat_map(|&(api, _, rule)| [api, rule]);
        for name in left_to.chain(same).chain(ABOUT_IMAGE_VERSIONS) {
            assert!(crate::find(name).is_some(), "{name}");
        }
    }
}
