//! The field that the API server names in its answer, where it is not the one that a finding is about.
//!
//! A finding is about the most exact place: the key of a label, the item of a list. The API server often names the field
//! around it, and in some places one that the object does not have (`spec.HostPID`). Reports for programs show that
//! field. The paths are those of `pkg/apis/*/validation` of Kubernetes 1.36.

use std::borrow::Cow;

use podwright_rule::finding::Finding;

/// The field of a finding as the API server names it.
#[must_use]
pub fn server_field(finding: &Finding) -> Option<Cow<'_, str>> {
    let field = finding.field.as_deref()?;
    let kind = finding
        .object
        .as_ref()
        .map_or("", |object| object.kind.as_str());
    Some(of(finding.rule, kind, field).map_or(Cow::Borrowed(field), Cow::Owned))
}

/// What some rules say about a field that the API server says about another one.
fn of(rule: &str, kind: &str, field: &str) -> Option<String> {
    let with = |suffix: &str| Some(format!("{field}{suffix}"));
    match rule {
        "label-invalid" if !field.ends_with(']') || field.ends_with("\"]") => {
            let labels = without_last(field)?;
            let in_template = labels
                .strip_suffix("emplate.metadata.labels")
                .map(|start| (start, "labels"));
            let in_template = in_template.or_else(|| {
                let start = labels.strip_suffix("emplate.metadata.annotations")?;
                Some((start, "annotations"))
            });
            Some(match in_template {
                Some((start, name)) => format!("{start}emplate.{name}"),
                None => labels.to_owned(),
            })
        }
        "runtimeclass-invalid" if field.starts_with("scheduling.nodeSelector") => {
            without_last(field).map(str::to_owned)
        }
        "request-above-limit" => without_last(field).map(str::to_owned),
        "selector-template-mismatch" => {
            let (start, _) = field.rsplit_once("selector")?;
            Some(format!("{start}template.metadata.labels"))
        }
        "selector-requirement-values" => with(".values"),
        "image-missing" if !field.ends_with(".image") => with(".image"),
        "service-port-name-missing" if field.ends_with(']') => with(".name"),
        "restart-policy-not-allowed" if field.ends_with("spec") => with(".restartPolicy"),
        "env-value-and-valuefrom" => Some(format!("{}.valueFrom", without_last(field)?)),
        "env-from-source-count" => Some(field.get(..field.rfind("envFrom")? + 7)?.to_owned()),
        "lifecycle-sleep-out-of-range" => without_last(field).map(str::to_owned),
        "enum-value-invalid"
            if ["trategy.type", "spec.os.name"]
                .iter()
                .any(|end| field.ends_with(end)) =>
        {
            without_last(field).map(str::to_owned)
        }
        "list-map-key-duplicate" => {
            let list = field.rsplit(['.', ']']).find(|part| !part.is_empty())?;
            match list.split('[').next()? {
                "volumeMounts" => with(".mountPath"),
                "volumeDevices" => with(".devicePath"),
                "containers"
                | "initContainers"
                | "ephemeralContainers"
                | "volumes"
                | "webhooks" => with(".name"),
                _ => None,
            }
        }
        "required-field-missing" => missing(kind, field).or_else(|| quirk(field)),
        _ => quirk(field),
    }
}

/// The first field that is missing in a missing mapping.
fn missing(kind: &str, field: &str) -> Option<String> {
    let first = match (kind, field) {
        ("Pod", "spec") => "containers",
        ("CronJob", "spec") => "schedule",
        ("CronJob", "spec.jobTemplate" | "spec.jobTemplate.spec") => {
            let rest = if field.ends_with("spec") { "" } else { "spec." };
            return Some(format!("{field}.{rest}template.spec.containers"));
        }
        ("Job", "spec") => "template.spec.containers",
        (
            "Deployment" | "ReplicaSet" | "StatefulSet" | "DaemonSet" | "ReplicationController",
            "spec",
        ) => "selector",
        ("HorizontalPodAutoscaler", "spec") => "maxReplicas",
        ("HorizontalPodAutoscaler", "spec.scaleTargetRef") | (_, "roleRef") => "kind",
        (_, "spec.names") => "plural",
        _ if field.ends_with("emplate") => "spec.containers",
        _ if field.ends_with("podAffinityTerm") => "topologyKey",
        _ => return None,
    };
    Some(format!("{field}.{first}"))
}

/// Ends of fields that the API server names differently, with `#` for an index. `$` is the rest of the field.
static QUIRKS: [(&str, &str); 34] = [
    // The list instead of its item.
    ("accessModes[#]", "accessModes"),
    ("volumeLifecycleModes[#]", "volumeLifecycleModes"),
    ("resourceRules[#].verbs[#]", ""),
    ("spec.scopes[#]", "spec.scopes"),
    (
        "scopeSelector.matchExpressions[#].scopeName",
        "scopeSelector.matchExpressions.scopeName",
    ),
    (
        "scopeSelector.matchExpressions[#].operator",
        "scopeSelector.matchExpressions.operator",
    ),
    ("httpHeaders[#].name", "httpHeaders"),
    ("resizePolicy[#].resourceName", "resizePolicy"),
    ("resizePolicy[#].restartPolicy", "resizePolicy"),
    // A field without the index of its list.
    (
        "volumeMounts[#].mountPropagation",
        "volumeMounts.mountPropagation",
    ),
    (
        "volumeMounts[#].recursiveReadOnly",
        "volumeMounts.recursiveReadOnly",
    ),
    ("volumeMounts[#].subPath", "volumeMounts.subPath"),
    ("volumeMounts[#].subPathExpr", "volumeMounts.subPathExpr"),
    (
        "metadata.ownerReferences[#].apiVersion",
        "metadata.ownerReferences.apiVersion",
    ),
    (
        "metadata.ownerReferences[#].kind",
        "metadata.ownerReferences.kind",
    ),
    (
        "metadata.ownerReferences[#].name",
        "metadata.ownerReferences.name",
    ),
    (
        "metadata.ownerReferences[#].uid",
        "metadata.ownerReferences.uid",
    ),
    (
        "projected.sources[#].serviceAccountToken.path",
        "projected.path",
    ),
    // An item instead of its field.
    ("schedulingGates[#].name", ""),
    ("dnsConfig.options[#].name", ""),
    // Another field.
    ("tolerations[#].value", ""),
    ("spec.clusterIP", "spec.clusterIPs[0]"),
    ("spec.podCIDR", "spec.podCIDRs[0]"),
    ("spec.hostPID", "spec.HostPID"),
    ("spec.hostIPC", "spec.HostIPC"),
    (
        "spec.shareProcessNamespace",
        "spec.securityContext.shareProcessNamespace",
    ),
    ("iscsi.initiatorName", "iscsi.initiatorname"),
    ("iscsi.targetPortal", "iscsi.targetportal"),
    ("gcePersistentDisk.partition", "persistentDisk.partition"),
    ("resources.requests.storage", "resources[storage]"),
    ("backend.service.port", "backend"),
    (
        "webhook.conversionReviewVersions",
        "conversionReviewVersions",
    ),
    ("webhook.clientConfig", "webhookClientConfig"),
    ("limits[#].max.storage", ""),
];

fn quirk(field: &str) -> Option<String> {
    // Data of a Secret, after the conversion.
    if let Some(rest) = field.strip_prefix("stringData") {
        return Some(format!("data{rest}"));
    }
    if let Some((start, rest)) = field.split_once("].downwardAPI.items[")
        && let Some((_, rest)) = rest.split_once(']')
        && !start.contains(".projected.")
    {
        return Some(format!("{start}].downwardAPI{rest}"));
    }
    if let Some((start, rest)) = field.split_once("emplate.metadata.annotations") {
        return Some(format!("{start}emplate.annotations{rest}"));
    }
    if let Some(rest) = field.strip_prefix("spec.taints[") {
        return Some(format!("metadata.taints[{rest}"));
    }
    if let Some(rest) = field.strip_prefix("spec.loadBalancerSourceRanges[") {
        return Some(format!("spec.LoadBalancerSourceRanges[{rest}"));
    }
    let (_, (length, other)) = QUIRKS
        .iter()
        .filter_map(|(own, other)| Some((own, (ends_with(field, own)?, other))))
        .next()?;
    let end = &field[field.len() - length..];
    let start = &field[..field.len() - length];
    Some(match *other {
        "" if end.ends_with(".value") => format!("{}.operator", without_last(field)?),
        "" if end.ends_with(".max.storage") => {
            format!("{}.limits", without_last(without_last(field)?)?)
        }
        "" => without_last(field)?.to_owned(),
        other => format!("{start}{other}"),
    })
}

/// Length of the end of `field` that fits the pattern, if it begins a name.
fn ends_with(field: &str, pattern: &str) -> Option<usize> {
    let mut rest = field;
    for (at, part) in pattern.rsplit('#').enumerate() {
        if at > 0 {
            let digits = rest.bytes().rev().take_while(u8::is_ascii_digit).count();
            if digits == 0 {
                return None;
            }
            rest = &rest[..rest.len() - digits];
        }
        rest = rest.strip_suffix(part)?;
    }
    (rest.is_empty() || rest.ends_with('.')).then_some(field.len() - rest.len())
}

/// The path without its last step.
fn without_last(field: &str) -> Option<&str> {
    if field.ends_with("\"]") {
        return field.get(..field.rfind("[\"")?);
    }
    if field.ends_with(']') {
        return field.get(..field.rfind('[')?);
    }
    field.rsplit_once('.').map(|(start, _)| start)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_of_the_server() {
        for (rule, kind, field, expected) in [
            (
                "label-invalid",
                "Pod",
                "metadata.labels[\"a b\"]",
                "metadata.labels",
            ),
            (
                "label-invalid",
                "Job",
                "spec.template.metadata.labels.x",
                "spec.template.labels",
            ),
            (
                "selector-template-mismatch",
                "Deployment",
                "spec.selector.matchLabels.app",
                "spec.template.metadata.labels",
            ),
            (
                "list-map-key-duplicate",
                "Pod",
                "spec.containers[1]",
                "spec.containers[1].name",
            ),
            (
                "api-invalid",
                "Pod",
                "spec.tolerations[0].value",
                "spec.tolerations[0].operator",
            ),
            (
                "api-required",
                "PersistentVolumeClaim",
                "spec.resources.requests.storage",
                "spec.resources[storage]",
            ),
            (
                "enum-value-invalid",
                "Pod",
                "spec.containers[0].volumeMounts[2].mountPropagation",
                "spec.containers[0].volumeMounts.mountPropagation",
            ),
            (
                "api-invalid",
                "Pod",
                "spec.volumes[0].downwardAPI.items[1].path",
                "spec.volumes[0].downwardAPI.path",
            ),
            (
                "required-field-missing",
                "Deployment",
                "spec.template",
                "spec.template.spec.containers",
            ),
        ] {
            assert_eq!(
                of(rule, kind, field).as_deref(),
                Some(expected),
                "{rule} {field}"
            );
        }
        assert_eq!(of("api-invalid", "Pod", "spec.containers[0].name"), None);
        assert_eq!(of("api-invalid", "Node", "x.myspec.podCIDR"), None);
    }
}
