//! Dynamic resource allocation: `pkg/apis/resource/validation`, for `v1` and `v1beta2`.

mod capacity;
mod selector;
mod slice;

pub(super) use slice::slice;

use std::borrow::Cow;

use podwright_model::name::{dns_subdomain, qualified_name};
use rustc_hash::{FxHashMap, FxHashSet};

use super::errors::Errors;
use super::names::{QUALIFIED_HELP, check, label, label_text, subdomain};
use super::resource_name;
use super::value::{Value, read};
use super::volume_source::csi_driver_name;
use selector::selectors;

/// Requests, results, constraints, configurations and selectors: `AllocationResultsMaxSize` and others.
const MAX_ITEMS: usize = 32;
const MAX_ALTERNATIVES: usize = 8;
/// `CELSelectorExpressionMaxLength` and `OpaqueParametersMaxLength`.
const MAX_BYTES: usize = 10 * 1024;
const MAX_DRIVER: usize = 63;
const MAX_IDENTIFIER: usize = 32;

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

/// `validateDeviceConstraint`.
fn constraint(constraint: Value<'_>, names: &Requests<'_>, e: &mut Errors) {
    read!(constraint => requests, matches = "matchAttribute", distinct = "distinctAttribute");
    references(requests, names, e);
    let attribute = if matches.is_absent() {
        distinct
    } else {
        matches
    };
    if matches.is_absent() && distinct.is_set() {
        // 1.35 drops `distinctAttribute`.
        e.since(35, |e| {
            e.before(36, |e| {
                e.required(matches, "before Kubernetes 1.36")
                    .help("use `matchAttribute`, or require Kubernetes 1.36");
            });
        });
    }
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
