//! Resources of containers: `ValidateContainerResourceRequirements` and `validatePodResourceClaims`. The rule
//! `request-above-limit` compares requests with limits, and the API table reports negative quantities.

use podwright_model::Quantity;
use podwright_model::name::qualified_name;

use super::super::errors::Errors;
use super::super::names::{QUALIFIED_HELP, label, subdomain};
use super::super::resource_name::{
    self, is_extended, is_huge_pages, is_integer, is_native, is_overcommit_allowed,
};
use super::super::value::{Value, read};
use super::Pod;

/// Which resources a list can have.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum ListKind {
    /// `validateContainerResourceName`
    Container,
    /// `validatePodResourceName`
    Pod,
    /// `validateResourceName`
    Any,
}

/// `validateResourceRequirements` of a container.
pub(super) fn container_resources(pod: &Pod<'_>, resources: Value<'_>, e: &mut Errors) {
    if !resources.is_mapping() {
        return;
    }
    requirements(resources, e);
    let claims = resources.get("claims");
    if claims.is_empty() {
        return;
    }
    let known = pod.spec.get("resourceClaims");
    for (at, claim) in claims.items().enumerate() {
        read!(claim => name, request);
        let (Some(text), Some(asked)) = (name.text(), request.text()) else {
            continue;
        };
        if text.is_empty() {
            e.required(name, "");
            continue;
        }
        if !asked.is_empty() {
            label(request, e);
        }
        let earlier = claims.items().take(at).find(|other| {
            let request = other.get("request");
            let is_whole = asked.is_empty() || request.is_empty();
            other.get("name").is(&text) && (is_whole || request.is(&asked))
        });
        if earlier.is_some() {
            e.duplicate(claim, earlier);
        }
        let is_unknown = known.items().any(|own| own.get("name").is_unknown());
        if !is_unknown && !known.items().any(|own| own.get("name").is(&text)) {
            e.invalid(
                claim,
                "names no item of `resourceClaims` of the Pod",
                "add the claim to `spec.resourceClaims`",
            );
        }
    }
}

/// `validateResourceRequirements`, apart from claims.
fn requirements(resources: Value<'_>, e: &mut Errors) {
    read!(resources => limits, requests);
    resource_list(limits, ListKind::Container, e);
    resource_list(requests, ListKind::Container, e);
    let (mut has_huge_pages, mut has_compute) = (None, false);
    for (name, _, _) in limits.entries().chain(requests.entries()) {
        has_compute |= matches!(&*name, "cpu" | "memory");
    }
    for (name, key, _) in limits.entries() {
        if is_huge_pages(&name) {
            has_huge_pages = Some(key);
        }
    }
    for (name, key, value) in requests.entries() {
        if is_huge_pages(&name) {
            has_huge_pages = Some(key);
        }
        if is_overcommit_allowed(&name) || qualified_name(&name).is_err() {
            continue;
        }
        let limit = limits.entries().find(|(own, ..)| *own == name);
        match limit {
            None if !limits.is_unknown() => {
                e.required(
                    limits,
                    "to have a limit for each resource that cannot be overcommitted",
                )
                .at(key)
                .help(format!(
                    "set the limit of `{name}` to the same value as the request"
                ));
            }
            Some((_, _, limit)) => {
                if let (Some(limit), Some(request)) =
                    (limit.entry_quantity(), value.entry_quantity())
                    && limit != request
                {
                    e.invalid(
                        value,
                        format!("must be equal to the limit, which is {limit}"),
                        format!("use `{limit}`, or remove the request"),
                    );
                }
            }
            None => {}
        }
    }
    if let Some(key) = has_huge_pages
        && !has_compute
    {
        e.forbidden(key, "requires `cpu` or `memory` beside it")
            .help("add a limit for `memory` or `cpu`");
    }
}

/// Names and quantities of a resource list.
pub(in super::super) fn resource_list(list: Value<'_>, kind: ListKind, e: &mut Errors) {
    for (name, key, value) in list.entries() {
        if key.is_unknown() {
            continue;
        }
        resource_key(&name, key, kind, e);
        let quantity = value.entry_quantity();
        quantity_value(&name, value, quantity, e);
        if is_huge_pages(&name)
            && let Some(quantity) = quantity
        {
            let size = name.strip_prefix("hugepages-").unwrap_or_default();
            let is_multiple = size
                .parse::<Quantity>()
                .is_ok_and(|size| quantity.is_multiple_of(&size));
            if !is_multiple {
                e.invalid(
                    value,
                    format!("must be a multiple of the page size `{size}`"),
                    format!("use a multiple of `{size}`"),
                );
            }
        }
    }
}

/// `ValidateResourceQuantityValue`. The API table reports negative quantities of containers.
pub(in super::super) fn quantity_value(
    name: &str,
    value: Value<'_>,
    quantity: Option<Quantity>,
    e: &mut Errors,
) {
    let Some(quantity) = quantity else { return };
    if quantity.is_negative() {
        e.invalid(
            value,
            "cannot be negative",
            "use a quantity that is not negative",
        );
    }
    // The API server rounds up to thousandths first.
    if is_integer(name)
        && quantity
            .rounded_up(3)
            .is_some_and(|milli| milli % 1000 != 0)
    {
        e.invalid(
            value,
            "must be a whole number",
            "use a whole number: the resource cannot be divided",
        );
    }
}

/// `validateResourceName`, and `validateContainerResourceName` or `validatePodResourceName`.
pub(in super::super) fn resource_key(name: &str, key: Value<'_>, kind: ListKind, e: &mut Errors) {
    if matches!(name, "cpu" | "memory") {
        return;
    }
    if let Err(error) = qualified_name(name) {
        e.name(key, "the name of a resource", error, QUALIFIED_HELP);
        return;
    }
    let is_right = match kind {
        ListKind::Any => name.contains('/') || resource_name::is_standard(name),
        ListKind::Pod => is_huge_pages(name),
        ListKind::Container if !name.contains('/') => {
            name == "ephemeral-storage" || is_huge_pages(name)
        }
        ListKind::Container => is_native(name) || is_extended(name),
    };
    if is_right {
        return;
    }
    if kind == ListKind::Pod {
        e.not_supported(key, &["cpu", "memory", "hugepages-2Mi"]);
        return;
    }
    let help = "use `cpu`, `memory`, `ephemeral-storage`, `hugepages-` with a size, or an extended resource with a \
                domain as in `example.com/device`";
    e.invalid(key, "is not a resource of containers", help)
        .near(name, ["cpu", "memory", "ephemeral-storage"]);
}

/// `validatePodResourceClaims`. The API table checks the names.
pub(super) fn resource_claims(claims: Value<'_>, e: &mut Errors) {
    for claim in claims.items() {
        read!(claim => name, claim_name = "resourceClaimName", template = "resourceClaimTemplateName");
        if !name.is_empty() {
            label(name, e);
        }
        match (claim_name.is_set(), template.is_set()) {
            (true, true) => {
                e.invalid(
                    claim,
                    "cannot have both `resourceClaimName` and `resourceClaimTemplateName`",
                    "remove one of the two",
                );
            }
            (false, false) => {
                e.invalid(
                    claim,
                    "has no claim",
                    "add `resourceClaimName` or `resourceClaimTemplateName`",
                );
            }
            (true, false) => subdomain(claim_name, e),
            (false, true) => subdomain(template, e),
        }
    }
}
