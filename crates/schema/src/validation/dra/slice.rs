//! ResourceSlices: what the drivers of devices publish.

use std::borrow::Cow;

use podwright_model::name::{dns_label, dns_subdomain, label_value, qualified_name};
use rustc_hash::FxHashSet;

use super::super::errors::Errors;
use super::super::names::{
    LABEL_HELP, QUALIFIED_HELP, SUBDOMAIN_HELP, check, label, nonnegative, one_of,
};
use super::super::pod;
use super::super::value::{Value, read};
use super::super::volume_source::csi_driver_name;
use super::capacity::capacity;
use super::{EFFECTS, MAX_ITEMS, attribute_name, items, set};

const MAX_DEVICES: usize = 128;
const MAX_DEVICES_WITH_TAINTS: usize = 64;
const MAX_TAINTS: usize = 16;
const MAX_CONDITIONS: usize = 4;
const MAX_COUNTER_SETS: usize = 8;
const MAX_CONSUMED_SETS: usize = 2;
const MAX_COUNTERS: usize = 32;
const MAX_ATTRIBUTE: usize = 64;

/// `ValidateResourceSlice`.
pub(in super::super) fn slice(object: Value<'_>, e: &mut Errors) {
    let spec = object.get("spec");
    read!(spec => driver, pool, devices, counters = "sharedCounters", per_device = "perDeviceNodeSelection");
    csi_driver_name(driver, e);
    self::pool(pool, e);
    nodes(spec, per_device, e);
    if devices.is_set() && counters.is_set() {
        // Earlier releases drop the shared counters.
        e.since(36, |e| {
            e.invalid(
                spec,
                "cannot have both `devices` and `sharedCounters`",
                "put the shared counters in another ResourceSlice",
            );
        });
    }
    let needs_more = |device: Value<'_>| {
        !device.get("taints").is_empty() || !device.get("consumesCounters").is_empty()
    };
    let max_devices = if devices.items().any(needs_more) {
        MAX_DEVICES_WITH_TAINTS
    } else {
        MAX_DEVICES
    };
    set(devices, max_devices, "name", e, |device, e| {
        self::device(device, per_device.is_true(), e);
    });
    set(counters, MAX_COUNTER_SETS, "name", e, |set, e| {
        counter_set(set, "name", e);
    });
}

/// `validateResourcePool`.
fn pool(pool: Value<'_>, e: &mut Errors) {
    read!(pool => name, count = "resourceSliceCount", generation);
    if name.is_empty() {
        e.required(name, "");
    } else if let Some(text) = name.text()
        && (text.len() > 253 || text.split('/').any(|part| dns_subdomain(part).is_err()))
    {
        e.invalid(
            name,
            "must be DNS subdomains with `/` between them",
            "use lowercase letters, digits, and inner `-`, `.` and `/`, at most 253 characters",
        );
    }
    if count.int_or_zero().is_some_and(|count| count <= 0) {
        e.invalid(
            count,
            "must be greater than 0",
            "use the number of ResourceSlices of the pool",
        );
    }
    nonnegative(generation, e);
}

/// Where the devices of a slice are.
fn nodes(spec: Value<'_>, per_device: Value<'_>, e: &mut Errors) {
    read!(spec => name = "nodeName", selector = "nodeSelector", all = "allNodes");
    let fields = [name, selector, all, per_device];
    if fields.iter().any(|field| field.is_unknown()) {
        return;
    }
    let mut count = node_name(name, e) + usize::from(selector.is_set());
    if selector.is_set() {
        pod::node_selector(selector, e);
        let terms = selector.get("nodeSelectorTerms");
        if terms.len() > 1 {
            e.invalid(
                terms,
                "must have exactly one term",
                "merge the terms, or use more ResourceSlices",
            );
        }
    }
    count += only_true(all, e) + only_true(per_device, e);
    let names = "`nodeName`, `nodeSelector`, `allNodes` and `perDeviceNodeSelection`";
    if count == 1 && per_device.is_true() {
        // Earlier releases drop it.
        e.before(36, |e| {
            e.required(
                spec,
                "to have one of `nodeName`, `nodeSelector` and `allNodes`",
            )
            .help("add one of them, or require Kubernetes 1.36");
        });
    }
    match count {
        0 => {
            e.required(spec, format!("to have one of {names}"))
                .help("add `nodeName`, or `allNodes: true`");
        }
        1 => {}
        _ => {
            e.invalid(
                spec,
                format!("can have only one of {names}"),
                "remove the others",
            );
        }
    }
}

/// A name of a node; 1 if it is set.
fn node_name(name: Value<'_>, e: &mut Errors) -> usize {
    if !name.is_set() {
        return 0;
    }
    if name.is_empty() {
        e.invalid(
            name,
            "cannot be empty",
            "remove it, or use the name of a node",
        );
        return 0;
    }
    check(name, dns_subdomain, "the name of a node", SUBDOMAIN_HELP, e);
    1
}

/// A boolean that cannot be false; 1 if it is true.
fn only_true(at: Value<'_>, e: &mut Errors) -> usize {
    if at.is_false() {
        e.invalid(at, "must be true or absent", "remove it");
    }
    usize::from(at.is_true())
}

/// `validateDevice`.
fn device(device: Value<'_>, is_per_device: bool, e: &mut Errors) {
    read!(device => name, attributes, capacity, taints, consumes = "consumesCounters",
        multiple = "allowMultipleAllocations");
    label(name, e);
    if attributes.len() + capacity.len() > MAX_ITEMS {
        e.invalid(
            device,
            format!("has more than {MAX_ITEMS} attributes and capacities"),
            format!("use at most {MAX_ITEMS} in total"),
        );
    }
    for (name, key, value) in attributes.entries() {
        attribute_name(key, &name, e);
        attribute(value, e);
    }
    for (name, key, value) in capacity.entries() {
        attribute_name(key, &name, e);
        self::capacity(value, multiple, e);
    }
    items(taints, MAX_TAINTS, e, |taint, e| {
        read!(taint => key, value, effect);
        check(key, qualified_name, "a qualified name", QUALIFIED_HELP, e);
        check(
            value,
            label_value,
            "a label value",
            "use letters, digits, and inner `-`, `_` and `.`",
            e,
        );
        if effect.is_empty() {
            e.required(effect, "");
        } else {
            one_of(effect, &EFFECTS, e);
        }
    });
    set(consumes, MAX_CONSUMED_SETS, "counterSet", e, |set, e| {
        counter_set(set, "counterSet", e);
    });
    // Earlier releases drop these fields.
    e.since(36, |e| node_of_device(device, is_per_device, e));
    binding_conditions(device, e);
}

/// The node of a device in a slice with `perDeviceNodeSelection`.
fn node_of_device(device: Value<'_>, is_per_device: bool, e: &mut Errors) {
    read!(device => node = "nodeName", selector = "nodeSelector", all = "allNodes");
    if is_per_device {
        let count = node_name(node, e) + usize::from(selector.is_set()) + only_true(all, e);
        if selector.is_set() {
            pod::node_selector(selector, e);
        }
        if count != 1 && ![node, selector, all].iter().any(|field| field.is_unknown()) {
            e.required(
                device,
                "to have one of `nodeName`, `nodeSelector` and `allNodes`",
            )
            .help("set one of them");
        }
    } else if let Some(field) = [node, selector, all].iter().find(|field| field.is_set()) {
        e.invalid(
            device,
            "can have `nodeName`, `nodeSelector` and `allNodes` only when `perDeviceNodeSelection` is true",
            "remove it, or set `perDeviceNodeSelection: true` in `spec`",
        )
        .at(*field);
    }
}

/// `validateDeviceAttribute`. The lists are dropped: the feature gate DRAListTypeAttributes is off by default.
fn attribute(attribute: Value<'_>, e: &mut Errors) {
    read!(attribute => bool, int, string, version);
    if attribute.is_unknown() {
        return;
    }
    let count = [bool, int, string, version]
        .iter()
        .filter(|field| !field.is_absent())
        .count();
    if count != 1 {
        e.invalid(
            attribute,
            "must have exactly one of `bool`, `int`, `string` and `version`",
            "keep one of them",
        );
    }
    for field in [string, version] {
        if field.text().is_some_and(|text| text.len() > MAX_ATTRIBUTE) {
            e.too_long(field, MAX_ATTRIBUTE);
        }
    }
    if version.is_set() && version.text().is_some_and(|text| !is_semantic(&text)) {
        e.invalid(
            version,
            "must be a version of semver.org",
            "use a version as in `1.2.3`",
        );
    }
}

/// Semantic version 2.0.0.
fn is_semantic(text: &str) -> bool {
    let (text, build) = text
        .split_once('+')
        .map_or((text, None), |(a, b)| (a, Some(b)));
    let (core, pre) = text
        .split_once('-')
        .map_or((text, None), |(a, b)| (a, Some(b)));
    let is_number = |part: &str| {
        !part.is_empty()
            && part.bytes().all(|b| b.is_ascii_digit())
            && (part == "0" || !part.starts_with('0'))
    };
    let is_word = |part: &str| {
        !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    let is_pre = |part: &str| {
        is_word(part) && (!part.bytes().all(|b| b.is_ascii_digit()) || is_number(part))
    };
    core.split('.').count() == 3
        && core.split('.').all(is_number)
        && pre.is_none_or(|pre| pre.split('.').all(is_pre))
        && build.is_none_or(|build| build.split('.').all(is_word))
}

/// `validateCounterSet` and `validateDeviceCounterConsumption`.
fn counter_set(set: Value<'_>, name: &'static str, e: &mut Errors) {
    let name = set.get(name);
    let counters = set.get("counters");
    if name.is_empty() {
        e.required(name, "");
    } else {
        label(name, e);
    }
    if counters.is_empty() {
        e.required(counters, "");
    } else if counters.len() > MAX_COUNTERS {
        e.too_many(counters, MAX_COUNTERS);
    }
    for (text, key, _) in counters.entries() {
        if let Err(error) = dns_label(&text) {
            e.name(key, "a DNS label", error, LABEL_HELP);
        }
    }
}

/// `validateDeviceBindingParameters`.
fn binding_conditions(device: Value<'_>, e: &mut Errors) {
    read!(device => conditions = "bindingConditions", failures = "bindingFailureConditions");
    for list in [conditions, failures] {
        if list.len() > MAX_CONDITIONS {
            e.too_many(list, MAX_CONDITIONS);
        }
        let mut seen: FxHashSet<Cow<'_, str>> = FxHashSet::default();
        for item in list.items() {
            check(item, qualified_name, "a qualified name", QUALIFIED_HELP, e);
            if item.text().is_some_and(|text| !seen.insert(text)) {
                e.duplicate(item, None);
            }
        }
    }
    let pairs = [
        (conditions, failures, "`bindingFailureConditions`"),
        (failures, conditions, "`bindingConditions`"),
    ];
    for (needed, list, other) in pairs {
        if needed.is_empty() && !list.is_empty() {
            e.invalid(
                needed,
                format!("is required when {other} is set"),
                format!("add it, or remove {other}"),
            );
        }
    }
}
