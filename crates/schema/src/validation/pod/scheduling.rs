//! Scheduling: affinity, tolerations, spread constraints and gates.
//!
//! The API table checks operators, keys and weights, and the number of values of a requirement (`walk/requirement.rs`).

use std::borrow::Cow;

use podwright_model::name::{dns_label, dns_subdomain, label_value, qualified_name};
use rustc_hash::FxHashSet;

use super::super::errors::Errors;
use super::super::meta::label_selector;
use super::super::names::{
    LABEL_HELP, QUALIFIED_HELP, SUBDOMAIN_HELP, check, label_text, positive,
};
use super::super::value::{Value, read};

/// `validateAffinity`.
pub(super) fn affinity(affinity: Value<'_>, e: &mut Errors) {
    if !affinity.is_mapping() {
        return;
    }
    read!(affinity => node = "nodeAffinity", pod = "podAffinity", anti = "podAntiAffinity");
    read!(node => required = "requiredDuringSchedulingIgnoredDuringExecution",
        preferred = "preferredDuringSchedulingIgnoredDuringExecution");
    if required.is_set() {
        node_selector(required, e);
    }
    for term in preferred.items() {
        node_selector_term(term.get("preference"), true, e);
    }
    for pod in [pod, anti] {
        read!(pod => required = "requiredDuringSchedulingIgnoredDuringExecution",
            preferred = "preferredDuringSchedulingIgnoredDuringExecution");
        for term in required.items() {
            pod_affinity_term(term, e);
        }
        for term in preferred.items() {
            pod_affinity_term(term.get("podAffinityTerm"), e);
        }
    }
}

/// `ValidateNodeSelector`.
pub(in super::super) fn node_selector(selector: Value<'_>, e: &mut Errors) {
    let terms = selector.get("nodeSelectorTerms");
    if terms.is_empty() {
        e.required(terms, "to have at least one term");
    }
    for term in terms.items() {
        node_selector_term(term, false, e);
    }
}

/// `ValidateNodeSelectorTerm`.
fn node_selector_term(term: Value<'_>, allows_invalid_values: bool, e: &mut Errors) {
    read!(term => expressions = "matchExpressions", fields = "matchFields");
    for requirement in expressions.items() {
        if !allows_invalid_values {
            e.since(33, |e| {
                for value in requirement.get("values").items() {
                    label_text(value, e);
                }
            });
        }
    }
    // `ValidateNodeFieldSelectorRequirement`
    for requirement in fields.items() {
        read!(requirement => key, operator, values);
        if operator.is_none_of(&["In", "NotIn"]) {
            e.invalid(
                operator,
                "must be `In` or `NotIn` for a field of a node",
                "use `In`",
            );
        } else if values.len() != 1 && (values.is_set() || values.is_absent()) {
            e.required(values, "to have exactly one value for a field of a node")
                .help("use one value, and an item for each further value");
        }
        if key.is_none_of(&["metadata.name"]) {
            e.invalid(key, "must be `metadata.name`", "use `metadata.name`");
        } else {
            for value in values.items() {
                check(
                    value,
                    dns_subdomain,
                    "the name of a node",
                    SUBDOMAIN_HELP,
                    e,
                );
            }
        }
    }
}

/// `validatePodAffinityTerm`.
fn pod_affinity_term(term: Value<'_>, e: &mut Errors) {
    read!(term => selector = "labelSelector", namespace_selector = "namespaceSelector", namespaces,
        keys = "matchLabelKeys", mismatch = "mismatchLabelKeys");
    label_selector(selector, e);
    label_selector(namespace_selector, e);
    for namespace in namespaces.items() {
        check(
            namespace,
            dns_label,
            "the name of a namespace",
            LABEL_HELP,
            e,
        );
    }
    label_keys(keys, mismatch, selector, e);
}

/// `ValidateMatchLabelKeysAndMismatchLabelKeys`.
fn label_keys(keys: Value<'_>, mismatch: Value<'_>, selector: Value<'_>, e: &mut Errors) {
    for list in [keys, mismatch] {
        if list.is_empty() {
            continue;
        }
        if selector.is_absent() {
            e.forbidden(list, "cannot be set without `labelSelector`")
                .help("add `labelSelector`");
            continue;
        }
        for key in list.items() {
            check(key, qualified_name, "a label key", QUALIFIED_HELP, e);
        }
    }
    for key in keys.items() {
        let Some(text) = key.text() else { continue };
        if mismatch.items().any(|other| other.is(&text)) {
            e.invalid(
                key,
                "is also in `mismatchLabelKeys`",
                "remove it from one of the two",
            );
        }
    }
}

/// `ValidateTolerations`. The API table checks keys, operators and effects.
pub(in super::super) fn toleration(toleration: Value<'_>, e: &mut Errors) {
    read!(toleration => key, operator, value, effect, seconds = "tolerationSeconds");
    let (Some(key_text), Some(operator_text)) = (key.text(), operator.text()) else {
        return;
    };
    if !toleration.is_mapping() {
        return;
    }
    if key_text.is_empty() && operator_text != "Exists" {
        e.invalid(
            operator,
            "must be `Exists` when `key` is empty",
            "add `key`, or set `operator: Exists` to tolerate all taints",
        );
    }
    if seconds.is_set() && effect.is_none_of(&["NoExecute"]) {
        e.invalid(
            effect,
            "must be `NoExecute` when `tolerationSeconds` is set",
            "remove `tolerationSeconds`, or set `effect: NoExecute`",
        );
    }
    match &*operator_text {
        "" | "Equal" => {
            if let Some(text) = value.text()
                && let Err(error) = label_value(&text)
            {
                e.name(
                    value,
                    "a label value",
                    error,
                    "use letters, digits, and inner `-`, `_` and `.`, at most 63 characters",
                );
            }
        }
        "Exists" if !value.is_empty() => {
            e.invalid(
                value,
                "must be empty when `operator` is `Exists`",
                "remove `value`, or use `operator: Equal`",
            );
        }
        "Lt" | "Gt" => {
            // The feature gate TaintTolerationComparisonOperators is off by default.
            e.not_supported(operator, &["Equal", "Exists"]);
        }
        _ => {}
    }
}

/// `validateReadinessGates` and `validateSchedulingGates`.
pub(super) fn gates(readiness: Value<'_>, scheduling: Value<'_>, e: &mut Errors) {
    for gate in readiness.items() {
        let kind = gate.get("conditionType");
        check(kind, qualified_name, "a qualified name", QUALIFIED_HELP, e);
    }
    for gate in scheduling.items() {
        let name = gate.get("name");
        check(name, qualified_name, "a qualified name", QUALIFIED_HELP, e);
    }
}

/// `validateTopologySpreadConstraints`.
pub(super) fn topology_spread(constraints: Value<'_>, e: &mut Errors) {
    for constraint in constraints.items() {
        read!(constraint => min_domains = "minDomains", action = "whenUnsatisfiable",
            selector = "labelSelector", keys = "matchLabelKeys");
        if min_domains.is_set() {
            positive(min_domains, e);
            if action.is_none_of(&["DoNotSchedule", ""]) {
                e.invalid(
                    min_domains,
                    "is allowed only when `whenUnsatisfiable` is `DoNotSchedule`",
                    "remove `minDomains`, or set `whenUnsatisfiable: DoNotSchedule`",
                );
            }
        }
        label_keys(keys, keys.absent(""), selector, e);
        let is_in_both = |key: Value<'_>| {
            key.text().is_some_and(|text| {
                selector
                    .get("matchLabels")
                    .entries()
                    .any(|(own, ..)| own == text)
                    || selector
                        .get("matchExpressions")
                        .items()
                        .any(|expression| expression.get("key").is(&text))
            })
        };
        for key in keys.items().filter(|key| is_in_both(*key)) {
            e.invalid(
                key,
                "is also a key of `labelSelector`",
                "remove the key from `labelSelector`",
            );
        }
        label_selector(selector, e);
    }
}

/// `ValidateTopologySelectorTerm` for each term.
pub(in super::super) fn topology_selector_terms(terms: Value<'_>, e: &mut Errors) {
    for term in terms.items() {
        let mut keys: FxHashSet<Cow<'_, str>> = FxHashSet::default();
        for expression in term.get("matchLabelExpressions").items() {
            read!(expression => key, values);
            if values.is_empty() {
                e.required(values, "");
            }
            let mut seen: FxHashSet<Cow<'_, str>> = FxHashSet::default();
            for value in values.items() {
                if value.text().is_some_and(|text| !seen.insert(text)) {
                    e.duplicate(value, None);
                }
            }
            check(key, qualified_name, "a label key", QUALIFIED_HELP, e);
            if key.text().is_some_and(|text| !keys.insert(text)) {
                e.duplicate(key, None);
            }
        }
    }
}
