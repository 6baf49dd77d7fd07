//! LimitRanges and ResourceQuotas: `ValidateLimitRange` and `ValidateResourceQuotaSpec`.

use std::borrow::Cow;

use podwright_model::Quantity;
use podwright_model::name::qualified_name;

use super::errors::Errors;
use super::names::{QUALIFIED_HELP, check};
use super::pod::{ListKind, quantity_value, resource_key};
use super::resource_name::{is_overcommit_allowed, is_standard_quota};
use super::value::{Value, read};

/// `ValidateLimitRange`.
pub(super) fn limit_range(object: Value<'_>, e: &mut Errors) {
    let mut seen: Vec<Value<'_>> = Vec::new();
    for limit in object.get("spec").get("limits").items() {
        read!(limit => kind = "type", min, max, default, request = "defaultRequest", ratio = "maxLimitRequestRatio");
        let Some(text) = kind.text() else { continue };
        if !text.is_empty() {
            check(kind, qualified_name, "a qualified name", QUALIFIED_HELP, e);
            const KINDS: [&str; 3] = ["Pod", "Container", "PersistentVolumeClaim"];
            if !text.contains('/') && !KINDS.contains(&&*text) {
                let help = "use `Container`, `Pod` or `PersistentVolumeClaim`";
                e.invalid(kind, "is not a type of limits", help)
                    .near(&text, KINDS);
            }
        }
        match seen.iter().find(|other| other.is(&text)) {
            Some(other) => e.duplicate(kind, Some(*other)),
            None => seen.push(kind),
        }
        let names = match &*text {
            "Pod" | "Container" => ListKind::Container,
            _ => ListKind::Any,
        };
        if text == "Pod" {
            for list in [default, request] {
                if !list.is_empty() {
                    e.forbidden(list, "cannot be set when `type` is `Pod`")
                        .help("use `type: Container` for defaults");
                }
            }
        }
        for list in [min, max, default, request, ratio] {
            for (name, key, _) in list.entries() {
                resource_key(&name, key, names, e);
            }
        }
        if text == "PersistentVolumeClaim" {
            let has_storage =
                |list: Value<'_>| list.is_unknown() || !list.get("storage").is_absent();
            if !has_storage(min) && !has_storage(max) {
                e.required(max.absent("storage"), "unless `min` has it")
                    .help("add `storage` to `max` or `min`");
            }
        }
        limit_values(min, max, default, request, ratio, e);
    }
}

/// Comparison of the limits of each resource.
fn limit_values(
    min: Value<'_>,
    max: Value<'_>,
    default: Value<'_>,
    request: Value<'_>,
    ratio: Value<'_>,
    e: &mut Errors,
) {
    type Lists<'a> = Vec<(Cow<'a, str>, Value<'a>, Quantity)>;
    fn read<'a>(list: Value<'a>) -> Lists<'a> {
        list.entries()
            .filter_map(|(name, _, value)| Some((name, value, value.entry_quantity()?)))
            .collect()
    }
    let (min, max, default, request, ratio) = (
        read(min),
        read(max),
        read(default),
        read(request),
        read(ratio),
    );
    fn find<'l, 'a>(
        list: &'l Lists<'a>,
        name: &str,
    ) -> Option<&'l (Cow<'a, str>, Value<'a>, Quantity)> {
        list.iter().find(|(own, ..)| own == name)
    }
    let mut order =
        |low: &Lists<'_>, low_name: &str, high: &Lists<'_>, high_name: &str, is_at_low: bool| {
            for (name, low_value, low) in low {
                let Some((_, high_value, high)) = find(high, name) else {
                    continue;
                };
                if low <= high {
                    continue;
                }
                if is_at_low {
                    e.invalid(
                        *low_value,
                        format!("is above `{high_name}`, which is {high}"),
                        format!("use {high} or less"),
                    );
                } else {
                    e.invalid(
                        *high_value,
                        format!("is below `{low_name}`, which is {low}"),
                        format!("use {low} or more"),
                    );
                }
            }
        };
    order(&min, "min", &max, "max", true);
    order(&min, "min", &request, "defaultRequest", false);
    order(&request, "defaultRequest", &max, "max", true);
    order(&request, "defaultRequest", &default, "default", true);
    order(&min, "min", &default, "default", false);
    order(&default, "default", &max, "max", true);
    for (name, value, amount) in &ratio {
        let one: Quantity = match "1".parse() {
            Ok(one) => one,
            Err(_) => return,
        };
        if *amount < one {
            e.invalid(*value, "is below 1", "use 1 or a larger number");
        }
        if let (Some((_, _, low)), Some((_, _, high))) = (find(&min, name), find(&max, name)) {
            let milli = |quantity: &Quantity| quantity.rounded_up(3);
            if let (Some(ratio), Some(low), Some(high)) = (milli(amount), milli(low), milli(high))
                && low > 0
                && ratio.saturating_mul(low) > high.saturating_mul(1000)
            {
                e.invalid(
                    *value,
                    "is above the ratio of `max` to `min`",
                    "use a smaller ratio",
                );
            }
        }
    }
    for (name, value, amount) in &request {
        if let Some((_, _, limit)) = find(&default, name)
            && limit != amount
            && !is_overcommit_allowed(name)
        {
            e.invalid(
                *value,
                format!("must be equal to `default`, which is {limit}"),
                format!("use {limit}"),
            );
        }
    }
}

/// Scopes of a quota, and whether they need the operator `Exists`: `standardResourceQuotaScopes`.
const SCOPES: [&str; 7] = [
    "Terminating",
    "NotTerminating",
    "BestEffort",
    "NotBestEffort",
    "PriorityClass",
    "VolumeAttributesClass",
    "CrossNamespacePodAffinity",
];

/// `ValidateResourceQuotaSpec`.
pub(super) fn resource_quota(object: Value<'_>, e: &mut Errors) {
    let spec = object.get("spec");
    read!(spec => hard, scopes, selector = "scopeSelector");
    for (name, key, value) in hard.entries() {
        if key.is_unknown() {
            continue;
        }
        resource_key(&name, key, ListKind::Any, e);
        if !name.contains('/') && qualified_name(&name).is_ok() && !is_standard_quota(&name) {
            e.invalid(
                key,
                "is not a resource of quotas",
                "use a resource such as `requests.cpu` or `pods`",
            );
        }
        let quantity = value.entry_quantity();
        quantity_value(&name, value, quantity, e);
    }
    let mut named: Vec<Cow<'_, str>> = Vec::new();
    for scope in scopes.items() {
        let Some(text) = scope.text() else { continue };
        scope_fits(scope, &text, hard, e);
        named.push(text);
    }
    conflicting(&named, scopes, e);
    let mut named: Vec<Cow<'_, str>> = Vec::new();
    for requirement in selector.get("matchExpressions").items() {
        read!(requirement => scope = "scopeName", operator);
        let Some(text) = scope.text() else { continue };
        scope_fits(scope, &text, hard, e);
        if !matches!(&*text, "PriorityClass" | "VolumeAttributesClass")
            && SCOPES.contains(&&*text)
            && operator.is_none_of(&["Exists"])
        {
            e.invalid(
                operator,
                format!("must be `Exists` for the scope `{text}`"),
                "use `Exists`, and remove `values`",
            );
        }
        named.push(text);
    }
    conflicting(&named, selector, e);
}

/// `IsStandardResourceQuotaScope` and `IsResourceQuotaScopeValidForResource`.
fn scope_fits(at: Value<'_>, scope: &str, hard: Value<'_>, e: &mut Errors) {
    if !SCOPES.contains(&scope) {
        if !scope.is_empty() {
            let help = "use a scope such as `NotTerminating` or `PriorityClass`";
            e.invalid(at, "is not a scope of quotas", help)
                .near(scope, SCOPES);
        }
        return;
    }
    let fits: &[&str] = match scope {
        "BestEffort" => &["pods"],
        "VolumeAttributesClass" => &["persistentvolumeclaims", "requests.storage"],
        _ => &[
            "pods",
            "cpu",
            "memory",
            "limits.cpu",
            "limits.memory",
            "requests.cpu",
            "requests.memory",
        ],
    };
    let wrong = hard
        .entries()
        .find(|(name, ..)| is_standard_quota(name) && !fits.contains(&&**name));
    if let Some((name, ..)) = wrong {
        e.invalid(
            at,
            format!("does not apply to `{name}`"),
            format!("use a separate ResourceQuota for `{name}`"),
        );
    }
}

fn conflicting(named: &[Cow<'_, str>], at: Value<'_>, e: &mut Errors) {
    for (a, b) in [
        ("BestEffort", "NotBestEffort"),
        ("Terminating", "NotTerminating"),
    ] {
        if named.iter().any(|scope| scope == a) && named.iter().any(|scope| scope == b) {
            e.invalid(
                at,
                format!("contains both `{a}` and `{b}`"),
                "use a separate ResourceQuota for each",
            );
        }
    }
}
