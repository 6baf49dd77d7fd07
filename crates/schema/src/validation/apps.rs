//! Workloads of `apps`: `pkg/apis/apps/validation/validation.go`.
//!
//! The rules `selector-template-mismatch` and `restart-policy-not-allowed` report what selectors and restart policies
//! have to match.

use super::errors::Errors;
use super::meta::workload_selector;
use super::names::{LABEL_HELP, nonnegative};
use super::pod::{self, Template};
use super::pvc;
use super::value::{IntOrText, Value, read};
use crate::releases::Releases;
use podwright_model::name::dns_label;

/// `ValidateDeploymentSpec`.
pub(super) fn deployment(object: Value<'_>, e: &mut Errors) {
    let spec = object.get("spec");
    read!(spec => selector, template, strategy, min_ready = "minReadySeconds", progress = "progressDeadlineSeconds");
    self::selector(selector, e);
    template_of(template, e);
    if let Some(kind) = strategy.get("type").text() {
        let update = strategy.get("rollingUpdate");
        match &*kind {
            "Recreate" if update.is_set() => {
                e.forbidden(update, "cannot be set when `type` is `Recreate`");
            }
            "RollingUpdate" | "" if update.is_set() => rolling_update_deployment(update, e),
            _ => {}
        }
    }
    if let (Some(progress_seconds), Some(ready)) = (progress.int(), min_ready.int_or_zero())
        && progress_seconds <= ready
        && progress_seconds >= 0
    {
        e.invalid(
            progress,
            "must be greater than `minReadySeconds`",
            format!("use {} or a larger number", ready.saturating_add(1)),
        );
    } else if let (true, Some(600..)) = (progress.is_absent(), min_ready.int()) {
        e.invalid(
            progress,
            "has the default 600, which must be greater than `minReadySeconds`",
            "set `progressDeadlineSeconds` to a number greater than `minReadySeconds`",
        );
    }
}

/// `ValidateRollingUpdateDeployment`, after defaulting.
fn rolling_update_deployment(update: Value<'_>, e: &mut Errors) {
    read!(update => max_unavailable = "maxUnavailable", max_surge = "maxSurge");
    positive_int_or_percent(max_unavailable, e);
    positive_int_or_percent(max_surge, e);
    if number(max_unavailable, 25) == Some(0) && number(max_surge, 25) == Some(0) {
        e.invalid(
            max_unavailable,
            "cannot be 0 when `maxSurge` is 0",
            "set `maxUnavailable` or `maxSurge` to 1 or more",
        );
    }
    not_more_than_100_percent(max_unavailable, e);
}

/// `ValidateReplicaSetSpec`.
pub(super) fn replica_set(object: Value<'_>, e: &mut Errors) {
    let spec = object.get("spec");
    read!(spec => selector, template);
    self::selector(selector, e);
    template_of(template, e);
}

/// `ValidateReplicationControllerSpec`. The selector has the labels of the template as default.
pub(super) fn replication_controller(object: Value<'_>, e: &mut Errors) {
    let spec = object.get("spec");
    read!(spec => selector, template);
    let labels = template.get("metadata").get("labels");
    if selector.is_empty() && labels.is_empty() {
        e.required(selector, "");
    }
    if template.is_absent() {
        e.required(template, "");
    }
    template_of(template, e);
}

/// `ValidateDaemonSetSpec`.
pub(super) fn daemon_set(object: Value<'_>, e: &mut Errors) {
    let spec = object.get("spec");
    read!(spec => selector, template, strategy = "updateStrategy", generation = "templateGeneration");
    self::selector(selector, e);
    template_of(template, e);
    nonnegative(generation, e);
    let update = strategy.get("rollingUpdate");
    if !matches!(
        strategy.get("type").text().as_deref(),
        Some("" | "RollingUpdate")
    ) || !update.is_set()
    {
        return;
    }
    read!(update => max_unavailable = "maxUnavailable", max_surge = "maxSurge");
    positive_int_or_percent(max_unavailable, e);
    positive_int_or_percent(max_surge, e);
    not_more_than_100_percent(max_unavailable, e);
    not_more_than_100_percent(max_surge, e);
    match (number(max_unavailable, 1), number(max_surge, 0)) {
        (Some(0), Some(0)) => {
            e.required(max_unavailable, "to be greater than 0 when `maxSurge` is 0")
                .help("set `maxUnavailable` or `maxSurge` to 1 or more");
        }
        (Some(unavailable), Some(surge)) if unavailable != 0 && surge != 0 => {
            e.invalid(
                max_surge,
                "cannot be greater than 0 unless `maxUnavailable` is 0",
                "set `maxUnavailable: 0`, or remove `maxSurge`",
            );
        }
        _ => {}
    }
}

/// `ValidateStatefulSetSpec`.
pub(super) fn stateful_set(object: Value<'_>, e: &mut Errors) {
    let spec = object.get("spec");
    read!(spec => selector, template, strategy = "updateStrategy", service_name = "serviceName", ordinals,
        claims = "volumeClaimTemplates");
    let update = strategy.get("rollingUpdate");
    match strategy.get("type").text().as_deref() {
        Some("OnDelete") if update.is_set() => {
            e.invalid(
                update,
                "is allowed only when `type` is `RollingUpdate`",
                "remove `rollingUpdate`, or set `type: RollingUpdate`",
            );
        }
        Some("" | "RollingUpdate") if update.is_set() => {
            nonnegative(update.get("partition"), e);
            // Dropped before.
            e.since(37, |e| at_least_one(update.get("maxUnavailable"), e));
        }
        _ => {}
    }
    e.earlier_in_made(34, |e| claim_templates(claims, e));
    nonnegative(ordinals.get("start"), e);
    if let Some(name) = service_name.text().filter(|name| !name.is_empty())
        && let Err(error) = dns_label(&name)
    {
        // Before, the Pods had it as their `subdomain`.
        e.earlier_in_made(33, |e| {
            e.name(service_name, "a DNS label", error, LABEL_HELP);
        });
    }
    self::selector(selector, e);
    if template.is_set() {
        let kind = Template {
            volumes_of_claims: Some(claims),
        };
        e.earlier_in_made(34, |e| pod::template(template, kind, e));
        no_deadline(template, e);
    }
}

/// Returns the releases that do not validate this field of a StatefulSet, but reject the Pods or claims that its controller
/// makes of it: see `ValidatePodTemplateSpecForStatefulSet` before Kubernetes 1.34.
#[must_use]
pub fn validated_later(field: &str) -> Releases {
    let is_later = match field.strip_prefix("spec.template.spec") {
        // Every release compares it with `Always`.
        Some(rest) => rest != ".restartPolicy",
        None => field.starts_with("spec.volumeClaimTemplates"),
    };
    match is_later {
        true => Releases::ALL.without(Releases::since(34)),
        false => Releases(0),
    }
}

/// `validateRollingUpdateStatefulSet`.
fn at_least_one(max_unavailable: Value<'_>, e: &mut Errors) {
    positive_int_or_percent(max_unavailable, e);
    if number(max_unavailable, 1) == Some(0) {
        e.invalid(max_unavailable, "cannot be 0", "use 1 or more");
    }
    not_more_than_100_percent(max_unavailable, e);
}

/// `validateVolumeClaimTemplates`.
fn claim_templates(claims: Value<'_>, e: &mut Errors) {
    for claim in claims.items() {
        // The claim is a volume of the template.
        let name = claim.get("metadata").get("name");
        if name.is_empty() {
            e.required(name, "");
        } else if let Some(text) = name.text()
            && let Err(error) = dns_label(&text)
        {
            e.name(name, "a DNS label", error, LABEL_HELP);
        }
        pvc::claim_spec(claim.get("spec"), false, e);
    }
}

/// `ValidateControllerRevisionCreate`.
pub(super) fn controller_revision(object: Value<'_>, e: &mut Errors) {
    read!(object => revision, data);
    nonnegative(revision, e);
    if data.is_absent() {
        e.required(data, "");
    } else if !data.is_mapping() && !data.is_unknown() {
        e.since(31, |e| {
            e.required(data, "to be a mapping").help("use a mapping");
        });
    }
}

/// `ValidatePodTemplateSpecForReplicaSet`, apart from the selector and the restart policy.
fn template_of(template: Value<'_>, e: &mut Errors) {
    if template.is_set() {
        pod::template(template, Template::default(), e);
        no_deadline(template, e);
    }
}

fn no_deadline(template: Value<'_>, e: &mut Errors) {
    let deadline = template.get("spec").get("activeDeadlineSeconds");
    if deadline.is_set() {
        e.forbidden(deadline, "is allowed only for Jobs and Pods");
    }
}

fn selector(selector: Value<'_>, e: &mut Errors) {
    workload_selector(selector, e);
    // Unknown fields are reported as such.
    let is_empty = selector.entries().all(|(key, _, value)| {
        matches!(&*key, "matchLabels" | "matchExpressions") && value.is_empty()
    });
    if selector.is_mapping() && is_empty {
        e.invalid(
            selector,
            "cannot be empty",
            "add `matchLabels` with labels of the template",
        );
    }
}

/// `ValidatePositiveIntOrPercent`, for a field that may be absent.
pub(super) fn positive_int_or_percent(at: Value<'_>, e: &mut Errors) {
    match at.int_or_text() {
        Some(IntOrText::Text(text)) if percent(&text).is_none() => {
            e.invalid(
                at,
                "must be an integer or a percentage",
                "use an integer, or a string of digits with `%` as in `25%`",
            );
        }
        Some(IntOrText::Int(_)) => nonnegative(at, e),
        _ => {}
    }
}

/// `IsNotMoreThan100Percent`.
pub(super) fn not_more_than_100_percent(at: Value<'_>, e: &mut Errors) {
    if let Some(IntOrText::Text(text)) = at.int_or_text()
        && percent(&text).is_some_and(|percent| percent > 100)
    {
        e.invalid(at, "must be at most 100%", "use `100%` or less");
    }
}

/// `getIntOrPercentValue`; `default` if the field is absent, `None` if it is not known.
fn number(at: Value<'_>, default: i64) -> Option<i64> {
    if at.is_absent() {
        return Some(default);
    }
    match at.int_or_text()? {
        IntOrText::Int(number) => Some(number),
        IntOrText::Text(text) => percent(&text),
    }
}

/// `IsValidPercent`: the number before `%`.
pub(super) fn percent(text: &str) -> Option<i64> {
    let digits = text.strip_suffix('%')?;
    let is_number = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    is_number.then(|| digits.parse().unwrap_or(i64::MAX))
}
