//! Small kinds of the cluster: Nodes, RuntimeClasses, PriorityClasses and Leases.

use podwright_model::name::qualified_name;
use rustc_hash::FxHashSet;
use serde_json::Value as Json;

use super::errors::Errors;
use super::ip;
use super::meta::{is_time, kube_finalizer};
use super::names::{QUALIFIED_HELP, check, label_text, nonnegative, positive};
use super::pod::{ListKind, resource_list, toleration};
use super::value::{Value, read};

/// Highest priority of a class that users define: `HighestUserDefinablePriority`.
const MAX_PRIORITY: i64 = 1_000_000_000;

/// `ValidateNamespace`. The API server names the list for an error of an item.
pub(super) fn namespace(object: Value<'_>, e: &mut Errors) {
    let list = object.get("spec").get("finalizers");
    for finalizer in list.items() {
        let count = e.count();
        check(
            finalizer,
            qualified_name,
            "a qualified name",
            QUALIFIED_HELP,
            e,
        );
        kube_finalizer(finalizer, e);
        for error in &mut e.list[count..] {
            error.node = list.node;
            error.at(finalizer);
        }
    }
}

/// `ValidateNode`. The API table checks keys and effects of taints.
pub(super) fn node(object: Value<'_>, e: &mut Errors) {
    let spec = object.get("spec");
    read!(spec => taints, cidrs = "podCIDRs", cidr = "podCIDR");
    let mut seen: FxHashSet<(String, String)> = FxHashSet::default();
    for taint in taints.items() {
        read!(taint => key, value, effect);
        label_text(value, e);
        if let (Some(key), Some(effect)) = (key.text(), effect.text())
            && !seen.insert((key.into_owned(), effect.into_owned()))
        {
            e.duplicate(taint, None);
        }
    }
    // The conversion copies `podCIDR` to `podCIDRs` unless it is the first item.
    if !cidr.is_empty() && cidr.text() != cidrs.items().next().and_then(Value::text) {
        if let Some(text) = cidr.text() {
            ip::legacy_cidr(cidr, &text, e);
        }
    } else {
        pod_cidrs(cidrs, e);
    }
    node_annotations(object.get("metadata").get("annotations"), e);
    let status = object.get("status");
    for list in ["capacity", "allocatable"] {
        for (name, _, value) in status.get(list).entries() {
            super::pod::quantity_value(&name, value, value.entry_quantity(), e);
        }
    }
}

/// `ValidateNodeSpecificAnnotations`, as far as the values can be read.
fn node_annotations(annotations: Value<'_>, e: &mut Errors) {
    const TAINTS: &str = "scheduler.alpha.kubernetes.io/taints";
    const AVOID: &str = "scheduler.alpha.kubernetes.io/preferAvoidPods";
    let read = |key| {
        let value = annotations.find(key)?.certain();
        let text = value.content().filter(|text| !text.is_empty())?;
        Some((value, serde_json::from_str::<Json>(&text).ok()))
    };
    if let Some((value, json)) = read(TAINTS)
        && !matches!(json, Some(Json::Array(_) | Json::Null))
    {
        e.invalid(
            annotations,
            format!("has the annotation `{TAINTS}`, whose value is not a JSON list of taints"),
            "remove the annotation, and use `spec.taints`",
        )
        .at(value);
    }
    let Some((value, json)) = read(AVOID) else {
        return;
    };
    const HELP: &str = "remove the annotation, and use taints or affinity";
    let entries = match &json {
        Some(Json::Null) => None,
        Some(Json::Object(fields)) => fields.get("preferAvoidPods"),
        _ => Some(&Json::Bool(false)),
    };
    let entries = match entries {
        None | Some(Json::Null) => return,
        Some(Json::Array(entries)) => entries,
        Some(_) => {
            e.invalid(value, "is not a JSON object with a list of Pods", HELP);
            return;
        }
    };
    for entry in entries {
        let signature = entry.get("podSignature");
        match signature.and_then(|signature| signature.get("podController")) {
            None | Some(Json::Null) => {
                e.invalid(value, "has an entry without a `podController`", HELP);
            }
            Some(owner) if owner.get("controller") == Some(&Json::Bool(false)) => {
                e.invalid(value, "has an owner that is not a controller", HELP);
            }
            Some(_) => {}
        }
    }
}

fn pod_cidrs(cidrs: Value<'_>, e: &mut Errors) {
    for cidr in cidrs.items() {
        if let Some(text) = cidr.text() {
            ip::legacy_cidr(cidr, &text, e);
        }
    }
    let families: Option<Vec<bool>> = cidrs
        .items()
        .map(|cidr| Some(ip::Network::parse(&cidr.text()?)?.address.is_ipv4()))
        .collect();
    if matches!(families.as_deref(), Some([a, b]) if a == b) || cidrs.len() > 2 {
        e.invalid(
            cidrs,
            "has more than one CIDR of a family",
            "use at most one CIDR of each family",
        );
    }
}

/// `ValidateRuntimeClass`: what the rules of the group `runtime` do not report.
pub(super) fn runtime_class(object: Value<'_>, e: &mut Errors) {
    read!(object => overhead, scheduling);
    let fixed = overhead.get("podFixed");
    if fixed.is_set() {
        resource_list(fixed, ListKind::Container, e);
    }
    for each in scheduling.get("tolerations").items() {
        // `Lt` and `Gt` need a feature gate.
        if each.get("operator").is_none_of(&["Lt", "Gt"]) {
            toleration(each, e);
        }
    }
}

/// `ValidatePriorityClass`.
pub(super) fn priority_class(object: Value<'_>, e: &mut Errors) {
    read!(object => metadata, value, global = "globalDefault", policy = "preemptionPolicy");
    let name = metadata.get("name");
    let Some(text) = name.text() else { return };
    // `IsKnownSystemPriorityClass`
    let system = match &*text {
        "system-cluster-critical" => Some(2_000_000_000),
        "system-node-critical" => Some(2_000_001_000),
        _ => None,
    };
    if text.starts_with("system-") {
        let is_known = system.is_some_and(|own| value.int() == Some(own)) && !global.is_true();
        if !is_known && !value.is_unknown() {
            e.forbidden(
                name,
                "starts with `system-`, which is reserved for Kubernetes",
            )
            .help("use a name without the prefix `system-`");
        }
    } else if value.int().is_some_and(|value| value > MAX_PRIORITY) {
        e.forbidden(value, format!("must be at most {MAX_PRIORITY}"))
            .help(format!("use {MAX_PRIORITY} or less"));
    }
    if policy.is_set() && policy.is_empty() {
        e.required(policy, "to have a value")
            .help("remove `preemptionPolicy`");
    }
}

/// `ValidateLeaseSpec`.
pub(super) fn lease(object: Value<'_>, e: &mut Errors) {
    let spec = object.get("spec");
    read!(spec => duration = "leaseDurationSeconds", transitions = "leaseTransitions", acquired = "acquireTime",
        renewed = "renewTime");
    positive(duration, e);
    nonnegative(transitions, e);
    for time in [acquired, renewed] {
        if time.is_set() && time.text().is_some_and(|text| !is_time(&text, Some(6))) {
            e.invalid(
                time,
                "must be a time as in RFC 3339 with microseconds",
                "use a time as in `2006-01-02T15:04:05.000000Z`",
            );
        }
    }
}
