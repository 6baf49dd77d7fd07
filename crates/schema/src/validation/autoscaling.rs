//! HorizontalPodAutoscalers: `pkg/apis/autoscaling/validation/validation.go`. The API table checks types, values of
//! policies, and that references have a kind and a name.

use podwright_model::Quantity;
use podwright_model::name::dns_label;

use super::errors::Errors;
use super::names::{LABEL_HELP, check, path_segment, positive};
use super::value::{Value, read};

/// Types of metrics and the fields that describe them, in the order in which the API server looks at them.
const METRICS: [(&str, &str); 5] = [
    ("Object", "object"),
    ("External", "external"),
    ("Pods", "pods"),
    ("Resource", "resource"),
    ("ContainerResource", "containerResource"),
];

/// Annotation of the version v1 with the metrics of the version v2.
const METRICS_ANNOTATION: &str = "autoscaling.alpha.kubernetes.io/metrics";

/// `ValidateHorizontalPodAutoscaler`.
pub(super) fn autoscaler(version: &str, object: Value<'_>, e: &mut Errors) {
    let spec = object.get("spec");
    read!(spec => min = "minReplicas", max = "maxReplicas", target = "scaleTargetRef", metrics, behavior,
        cpu = "targetCPUUtilizationPercentage");
    if let (Some(low), Some(high)) = (min.int(), max.int())
        && high < low
    {
        e.invalid(
            max,
            "must be at least `minReplicas`",
            format!("use {low} or a larger number, or lower `minReplicas`"),
        );
    }
    if target.is_mapping() {
        reference(target, e);
        target_group(target, e);
    }
    if version == "v1" {
        metrics_annotation(object.get("metadata").get("annotations"), e);
    }
    // The feature gate HPAScaleToZero is on since 1.37.
    if min.int() == Some(0) {
        e.before(37, |e| {
            e.invalid(
                min,
                "must be at least 1",
                "use 1 or a larger number: `0` requires the feature gate `HPAScaleToZero`",
            );
        });
        e.since(37, |e| scales_to_zero(version, object, metrics, e));
    }
    if version == "v1" {
        positive(cpu, e);
        return;
    }
    for metric in metrics.items() {
        self::metric(metric, e);
    }
    for direction in ["scaleUp", "scaleDown"] {
        let rules = behavior.get(direction);
        if rules.is_set() {
            read!(rules => policies, select = "selectPolicy");
            if select.is_set() && select.is_empty() {
                e.not_supported(select, &["Disabled", "Max", "Min"]);
            }
            // Absent policies get defaults.
            if policies.is_set() && policies.is_empty() {
                e.required(policies, "to have at least one policy")
                    .help("remove `policies`, or add a policy");
            }
            let tolerance = rules.get("tolerance");
            if tolerance
                .quantity()
                .is_some_and(|tolerance| tolerance.is_negative())
            {
                e.invalid(
                    tolerance,
                    "cannot be negative",
                    "use a quantity that is not negative",
                );
            }
        }
    }
}

/// The metrics of an autoscaler that scales to zero: `validateMetrics`. The version v1 has them in an annotation.
fn scales_to_zero(version: &str, object: Value<'_>, metrics: Value<'_>, e: &mut Errors) {
    let is_other = |metric: Value<'_>| metric.get("type").is_none_of(&["Object", "External"]);
    let annotations = object.get("metadata").get("annotations");
    let is_wrong = match version {
        "v1" => !annotations.is_unknown() && annotations.find(METRICS_ANNOTATION).is_none(),
        _ => !metrics.is_unknown() && metrics.items().all(is_other),
    };
    if is_wrong {
        e.forbidden(
            metrics,
            "must have a metric of the type `Object` or `External` when `minReplicas` is 0",
        )
        .help(
            "add such a metric in the version `autoscaling/v2`, or use 1 or more for `minReplicas`",
        );
    }
}

/// The group of the target, which 1.34 requires: `ValidateAPIVersion`.
fn target_group(target: Value<'_>, e: &mut Errors) {
    read!(target => api_version = "apiVersion", kind);
    let (Some(version), Some(kind)) = (api_version.text(), kind.text()) else {
        return;
    };
    // Several slashes are reported for every reference.
    let has_group = match version.split_once('/') {
        Some((group, rest)) => !group.is_empty() || rest.contains('/'),
        None => false,
    };
    if !has_group && kind != "ReplicationController" && !kind.is_empty() {
        e.since(34, |e| {
            let help = match &*kind {
                "Deployment" | "StatefulSet" | "ReplicaSet" => "use `apps/v1`",
                _ => "use the group and version of the target as in `apps/v1`",
            };
            e.invalid(api_version, "must have an API group", help);
        });
    }
}

/// `ValidateCrossVersionObjectReference`.
fn reference(reference: Value<'_>, e: &mut Errors) {
    read!(reference => api_version = "apiVersion", kind, name);
    for field in [kind, name] {
        check(
            field,
            path_segment,
            "a path segment",
            "use a name without `/` and `%`",
            e,
        );
    }
    // Since 1.36.
    if let Some(text) = api_version.text()
        && text.matches('/').count() > 1
    {
        e.since(34, |e| {
            e.invalid(
                api_version,
                "must be a group and a version",
                "use a group and a version as in `apps/v1`",
            );
        });
    }
}

/// `validateMetricSpec`.
fn metric(metric: Value<'_>, e: &mut Errors) {
    let mut found: [Option<Value<'_>>; METRICS.len()] = [None; METRICS.len()];
    let mut is_unknown = false;
    metric.each(|key, value| {
        if let Some(at) = METRICS.iter().position(|(_, field)| *field == key) {
            is_unknown |= value.is_unknown();
            if value.is_set() {
                found[at] = Some(value);
            }
        }
    });
    let kind = metric.get("type");
    let Some(kind_text) = kind.text() else { return };
    if is_unknown {
        return;
    }
    let expected = METRICS.iter().position(|(name, _)| *name == kind_text);
    if let Some(at) = expected
        && found[at].is_none()
    {
        e.required(
            metric.absent(METRICS[at].1),
            format!("when `type` is `{kind_text}`"),
        );
    }
    let present = found.iter().flatten().count();
    let first = found.iter().position(Option::is_some);
    if let Some(at) = first
        && let Some(source) = found[at]
    {
        metric_source(METRICS[at].1, source, e);
        // The API server drops it, and misses it.
        if kind_text == "ContainerResource" && METRICS[at].1 == "containerResource" {
            e.before(27, |e| {
                e.forbidden(source, "is not available");
            });
        }
    }
    if present != 1 {
        for (at, source) in found.iter().enumerate() {
            if let Some(source) = source
                && Some(at) != expected
            {
                e.forbidden(*source, "cannot be set beside another metric")
                    .help("use a separate item for each metric");
            }
        }
    }
}

fn metric_source(field: &str, source: Value<'_>, e: &mut Errors) {
    read!(source => described = "describedObject", metric, target, name, container);
    if field == "object" {
        if described.is_mapping() {
            reference(described, e);
        } else if described.is_absent() {
            e.required(described, "");
        }
    }
    if matches!(field, "object" | "external" | "pods") {
        let metric_name = metric.get("name");
        if metric_name.is_empty() {
            e.required(metric_name, "");
        } else {
            check(
                metric_name,
                path_segment,
                "a path segment",
                "use a name without `/` and `%`",
                e,
            );
        }
    }
    if matches!(field, "resource" | "containerResource") && name.is_empty() {
        e.required(name, "");
    }
    if field == "containerResource" {
        if container.is_empty() {
            e.required(container, "");
        } else {
            check(container, dns_label, "a DNS label", LABEL_HELP, e);
        }
    }
    metric_target(field, target, e);
}

/// `validateMetricTarget`, and which values a source requires.
fn metric_target(field: &str, target: Value<'_>, e: &mut Errors) {
    read!(target => kind = "type", value, average = "averageValue", utilization = "averageUtilization");
    if kind.is_empty() {
        e.required(kind, "")
            .help("add `type`: `Utilization`, `Value` or `AverageValue`");
    }
    for amount in [value, average] {
        if amount
            .quantity()
            .is_some_and(|amount| amount <= Quantity::ZERO)
        {
            e.invalid(
                amount,
                "must be greater than 0",
                "use a quantity that is greater than 0",
            );
        }
    }
    positive(utilization, e);
    if [value, average, utilization]
        .iter()
        .any(|field| field.is_unknown())
    {
        return;
    }
    match field {
        "object" | "external" => {
            if value.is_absent() && average.is_absent() {
                e.required(average, "unless `value` is set")
                    .help("add `value` or `averageValue`");
            }
            if field == "external" && value.is_set() && average.is_set() {
                e.forbidden(value, "cannot be set beside `averageValue`");
            }
        }
        "pods" if average.is_absent() => {
            e.required(average, "for a metric of Pods");
        }
        "resource" | "containerResource" => {
            if utilization.is_absent() && average.is_absent() {
                e.required(utilization, "unless `averageValue` is set")
                    .help("add `averageUtilization` or `averageValue`");
            }
            if utilization.is_set() && average.is_set() {
                e.forbidden(average, "cannot be set beside `averageUtilization`");
            }
        }
        _ => {}
    }
}

/// `Convert_v1_HorizontalPodAutoscaler_To_autoscaling_HorizontalPodAutoscaler`: the annotation has the metrics that
/// `autoscaling/v1` has no field for.
fn metrics_annotation(annotations: Value<'_>, e: &mut Errors) {
    const HELP: &str = "remove the annotation, and use `metrics` of `autoscaling/v2`";
    let Some(value) = annotations.find(METRICS_ANNOTATION) else {
        return;
    };
    let Some(text) = value.text() else { return };
    let Ok(list) = serde_json::from_str::<serde_json::Value>(&text) else {
        return;
    };
    for metric in list.as_array().into_iter().flatten() {
        let kind = metric.get("type").and_then(serde_json::Value::as_str);
        if kind.is_some_and(|kind| METRICS.iter().all(|(name, _)| *name != kind)) {
            e.invalid(value, "has a metric of an unknown type", HELP);
        }
    }
}
