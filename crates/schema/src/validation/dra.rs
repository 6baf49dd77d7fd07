//! Dynamic resource allocation: `pkg/apis/resource/validation`, for `v1` and `v1beta2`.

use std::borrow::Cow;

use podwright_model::name::{dns_label, dns_subdomain, label_value, qualified_name};
use rustc_hash::{FxHashMap, FxHashSet};

use super::cel;
use super::errors::Errors;
use super::names::{
    LABEL_HELP, QUALIFIED_HELP, SUBDOMAIN_HELP, check, label, label_text, subdomain,
};
use super::pod;
use super::resource_name;
use super::value::{Value, read};
use super::volume_source::csi_driver_name;

/// Requests, results, constraints, configurations and selectors: `AllocationResultsMaxSize` and others.
const MAX_ITEMS: usize = 32;
const MAX_ALTERNATIVES: usize = 8;
const MAX_DEVICES: usize = 128;
const MAX_DEVICES_WITH_TAINTS: usize = 64;
const MAX_TAINTS: usize = 16;
const MAX_CONDITIONS: usize = 4;
const MAX_COUNTER_SETS: usize = 8;
const MAX_CONSUMED_SETS: usize = 2;
const MAX_COUNTERS: usize = 32;
/// `CELSelectorExpressionMaxLength` and `OpaqueParametersMaxLength`.
const MAX_BYTES: usize = 10 * 1024;
const MAX_DRIVER: usize = 63;
const MAX_IDENTIFIER: usize = 32;
const MAX_ATTRIBUTE: usize = 64;

const EFFECTS: [&str; 3] = ["NoExecute", "NoSchedule", "None"];

/// Names of requests with the names of their alternatives. `None` if a placeholder hides them.
type Requests<'a> = Option<FxHashMap<Cow<'a, str>, Vec<Cow<'a, str>>>>;

/// `ValidateResourceClaim`.
pub(super) fn claim(object: Value<'_>, e: &mut Errors) {
    claim_spec(object.get("spec"), e);
}

/// `ValidateResourceClaimTemplate`.
pub(super) fn claim_template(object: Value<'_>, e: &mut Errors) {
    let spec = object.get("spec");
    read!(spec => metadata, inner = "spec");
    metadata.each(|key, value| {
        if !matches!(key, "labels" | "annotations") && value.is_set() && !value.is_empty() {
            e.forbidden(value, "is not allowed in a template")
                .help("keep only `labels` and `annotations`");
        }
    });
    claim_spec(inner, e);
}

/// `ValidateDeviceClass`.
pub(super) fn device_class(object: Value<'_>, e: &mut Errors) {
    let spec = object.get("spec");
    read!(spec => selectors, config, extended = "extendedResourceName");
    self::selectors(selectors, e);
    self::items(config, MAX_ITEMS, e, opaque);
    if extended.is_set()
        && extended
            .text()
            .is_some_and(|text| !resource_name::is_extended(&text))
    {
        e.since(34, |e| {
            e.invalid(
                extended,
                "must be the name of an extended resource",
                "use a domain and a name as in `example.com/gpu`",
            );
        });
    }
}

/// `validateDeviceClaim`.
fn claim_spec(spec: Value<'_>, e: &mut Errors) {
    let devices = spec.get("devices");
    read!(devices => requests, constraints, config);
    let names = request_names(requests);
    set(requests, MAX_ITEMS, "name", e, request);
    items(constraints, MAX_ITEMS, e, |constraint, e| {
        self::constraint(constraint, &names, e);
    });
    items(config, MAX_ITEMS, e, |config, e| {
        references(config.get("requests"), &names, e);
        opaque(config, e);
    });
}

/// `gatherRequestNames`.
fn request_names(requests: Value<'_>) -> Requests<'_> {
    if requests.is_unknown() {
        return None;
    }
    let mut names = FxHashMap::default();
    for request in requests.items() {
        let mut alternatives = Vec::new();
        for alternative in request.get("firstAvailable").items() {
            alternatives.push(alternative.get("name").text()?);
        }
        names.insert(request.get("name").text()?, alternatives);
    }
    Some(names)
}

/// `validateDeviceRequest`.
fn request(request: Value<'_>, e: &mut Errors) {
    read!(request => name, exactly, alternatives = "firstAvailable");
    label(name, e);
    if alternatives.is_unknown() || exactly.is_unknown() {
        return;
    }
    match (exactly.is_set(), !alternatives.is_empty()) {
        (false, false) => {
            e.required(request, "to have `exactly` or `firstAvailable`")
                .help("add `exactly` with `deviceClassName`");
        }
        (true, true) => {
            e.invalid(
                request,
                "cannot have both `exactly` and `firstAvailable`",
                "remove one of the two",
            );
        }
        (true, false) => exact_request(exactly, e),
        (false, true) => set(
            alternatives,
            MAX_ALTERNATIVES,
            "name",
            e,
            |alternative, e| {
                label(alternative.get("name"), e);
                exact_request(alternative, e);
            },
        ),
    }
}

/// `validateExactDeviceRequest` and `validateDeviceSubRequest`.
fn exact_request(request: Value<'_>, e: &mut Errors) {
    const MODES: [&str; 2] = ["All", "ExactCount"];
    read!(request => class = "deviceClassName", selectors, mode = "allocationMode", count, tolerations);
    if class.is_empty() {
        e.required(class, "");
    } else {
        subdomain(class, e);
    }
    self::selectors(selectors, e);
    match mode.text().as_deref() {
        Some("All") if count.int().is_some_and(|count| count != 0) => {
            e.invalid(
                count,
                "is not allowed when `allocationMode` is `All`",
                "remove `count`, or use `allocationMode: ExactCount`",
            );
        }
        Some("" | "ExactCount") if count.int().is_some_and(|count| count < 0) => {
            e.invalid(count, "must be greater than 0", "use 1 or a larger number");
        }
        Some("All" | "" | "ExactCount") | None => {}
        Some(_) => e.not_supported(mode, &MODES),
    }
    for toleration in tolerations.items() {
        self::toleration(toleration, e);
    }
}

/// `validateDeviceToleration`.
fn toleration(toleration: Value<'_>, e: &mut Errors) {
    read!(toleration => key, operator, value, effect);
    if !key.is_empty() {
        check(key, qualified_name, "a qualified name", QUALIFIED_HELP, e);
    }
    match operator.text().as_deref() {
        Some("Exists") if !value.is_empty() => {
            e.invalid(
                value,
                "must be empty when `operator` is `Exists`",
                "remove `value`, or use `operator: Equal`",
            );
        }
        Some("" | "Equal") => label_text(value, e),
        Some("Exists") | None => {}
        Some(_) => e.not_supported(operator, &["Equal", "Exists"]),
    }
    super::names::one_of(effect, &EFFECTS, e);
}

/// `validateSelectorSlice`.
fn selectors(selectors: Value<'_>, e: &mut Errors) {
    items(selectors, MAX_ITEMS, e, |selector, e| {
        let cel = selector.get("cel");
        let expression = cel.get("expression");
        if cel.is_absent() {
            e.required(cel, "");
        } else if expression
            .content()
            .is_some_and(|text| text.len() > MAX_BYTES)
        {
            e.too_long(expression.certain(), MAX_BYTES);
        } else {
            cel::expression(expression, e);
        }
    });
}

/// `validateDeviceConstraint`.
fn constraint(constraint: Value<'_>, names: &Requests<'_>, e: &mut Errors) {
    read!(constraint => requests, matches = "matchAttribute", distinct = "distinctAttribute");
    references(requests, names, e);
    let attribute = if matches.is_absent() {
        distinct
    } else {
        matches
    };
    if attribute.is_absent() {
        e.required(
            constraint,
            "to have `matchAttribute` or `distinctAttribute`",
        )
        .help("add `matchAttribute` with the name of an attribute");
        return;
    }
    let Some(text) = attribute.text() else { return };
    if text.contains('/') {
        attribute_name(attribute, &text, e);
    } else {
        e.invalid(
            attribute,
            "must be a domain and a name",
            "use a name as in `gpu.example.com/model`",
        );
    }
}

/// `validateQualifiedName`: a C identifier, or a domain and a C identifier.
fn attribute_name(at: Value<'_>, text: &str, e: &mut Errors) {
    let (domain, name) = match text.split_once('/') {
        Some((domain, name)) => (Some(domain), name),
        None => (None, text),
    };
    if name.contains('/') {
        return;
    }
    let is_identifier = name
        .bytes()
        .enumerate()
        .all(|(i, b)| b.is_ascii_alphabetic() || b == b'_' || i > 0 && b.is_ascii_digit())
        && !name.is_empty();
    let is_domain = domain.is_none_or(|domain| {
        domain.len() <= MAX_DRIVER && dns_subdomain(&domain.to_ascii_lowercase()).is_ok()
    });
    if name.len() > MAX_IDENTIFIER {
        e.too_long(at, MAX_IDENTIFIER);
    } else if !is_identifier || !is_domain {
        e.invalid(
            at,
            "must be an identifier of C, with an optional domain and `/` before it",
            "use letters, digits and `_` in the name, as in `gpu.example.com/model`",
        );
    }
}

/// Names of requests: `validateRequestNameRef`.
fn references(requests: Value<'_>, names: &Requests<'_>, e: &mut Errors) {
    let mut seen: FxHashSet<Cow<'_, str>> = FxHashSet::default();
    if requests.len() > MAX_ITEMS {
        e.too_many(requests, MAX_ITEMS);
        return;
    }
    for reference in requests.items() {
        let Some(text) = reference.text() else {
            continue;
        };
        let (name, alternative) = match text.split_once('/') {
            Some((name, alternative)) => (name, Some(alternative)),
            None => (&*text, None),
        };
        let is_known = names.as_ref().is_none_or(|names| {
            names.get(name).is_some_and(|alternatives| {
                alternative.is_none_or(|name| alternatives.iter().any(|other| other == name))
            })
        });
        if !is_known {
            e.invalid(
                reference,
                "is not the name of a request, or of a request and an alternative with `/` between them",
                "use a name that is in `requests` of the claim",
            );
        }
        if !seen.insert(text) {
            e.duplicate(reference, None);
        }
    }
}

/// `validateDeviceConfiguration`.
fn opaque(config: Value<'_>, e: &mut Errors) {
    let opaque = config.get("opaque");
    if opaque.is_absent() {
        e.required(opaque, "");
        return;
    }
    read!(opaque => driver, parameters);
    csi_driver_name(driver, e);
    if parameters.is_absent() {
        e.required(parameters, "")
            .help("use a mapping; an empty one is `{}`");
    } else if !parameters.is_unknown() && !parameters.is_mapping() {
        e.invalid(parameters, "must be a mapping", "use a mapping");
    } else if parameters
        .json()
        .is_some_and(|json| json.to_string().len() > MAX_BYTES)
    {
        e.too_large(
            parameters,
            format!("is larger than {MAX_BYTES} bytes as JSON"),
            format!("use at most {MAX_BYTES} bytes"),
        );
    }
}

/// `ValidateResourceSlice`.
pub(super) fn slice(object: Value<'_>, e: &mut Errors) {
    let spec = object.get("spec");
    read!(spec => driver, pool, devices, counters = "sharedCounters", per_device = "perDeviceNodeSelection");
    csi_driver_name(driver, e);
    self::pool(pool, e);
    nodes(spec, per_device, e);
    if devices.is_set() && counters.is_set() {
        e.invalid(
            spec,
            "cannot have both `devices` and `sharedCounters`",
            "put the shared counters in another ResourceSlice",
        );
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
    super::names::nonnegative(generation, e);
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
    read!(device => name, attributes, capacity, taints, consumes = "consumesCounters", node = "nodeName",
        selector = "nodeSelector", all = "allNodes", multiple = "allowMultipleAllocations");
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
            super::names::one_of(effect, &EFFECTS, e);
        }
    });
    set(consumes, MAX_CONSUMED_SETS, "counterSet", e, |set, e| {
        counter_set(set, "counterSet", e);
    });
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
    binding_conditions(device, e);
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

/// `validateMultiAllocatableDeviceCapacity` and `validateRequestPolicy`.
fn capacity(capacity: Value<'_>, multiple: Value<'_>, e: &mut Errors) {
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
    if !range.is_set() {
        let mut has_default = values.is_empty();
        for option in values.items() {
            let Some(size) = option.quantity() else {
                return;
            };
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
        return;
    }
    read!(range => low = "min", high = "max");
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

/// `validateSlice`.
fn items(
    list: Value<'_>,
    limit: usize,
    e: &mut Errors,
    mut item_of: impl FnMut(Value<'_>, &mut Errors),
) {
    if list.len() > limit {
        e.too_many(list, limit);
        return;
    }
    for item in list.items() {
        item_of(item, e);
    }
}

/// `validateSet`, with a field as key.
fn set(
    list: Value<'_>,
    limit: usize,
    key: &'static str,
    e: &mut Errors,
    mut item_of: impl FnMut(Value<'_>, &mut Errors),
) {
    let mut seen: FxHashSet<Cow<'_, str>> = FxHashSet::default();
    if list.len() > limit {
        e.too_many(list, limit);
        return;
    }
    for item in list.items() {
        item_of(item, e);
        if item.get(key).text().is_some_and(|text| !seen.insert(text)) {
            e.duplicate(item, None);
        }
    }
}
