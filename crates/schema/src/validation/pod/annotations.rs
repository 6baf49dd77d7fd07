//! Annotations of Pods that Kubernetes reads: `ValidatePodSpecificAnnotations`.

use podwright_model::name::{label_value, qualified_name};
use serde_json::Value as Json;

use super::super::errors::Errors;
use super::super::value::Value;
use super::Pod;

const SECCOMP_POD: &str = "seccomp.security.alpha.kubernetes.io/pod";
const SECCOMP_CONTAINER: &str = "container.seccomp.security.alpha.kubernetes.io/";
const TOLERATIONS: &str = "scheduler.alpha.kubernetes.io/tolerations";
const APPARMOR: &str = "container.apparmor.security.beta.kubernetes.io/";

/// `ValidatePodSpecificAnnotations`, and the comparison of annotations with fields.
pub(super) fn pod_annotations(pod: &Pod<'_>, annotations: Value<'_>, e: &mut Errors) {
    for (key, key_node, value) in annotations.entries() {
        // The prefix is that of nearly no annotation.
        if !key.contains("kubernetes.io/") {
            continue;
        }
        let Some(text) = value.text() else { continue };
        if key == "kubernetes.io/config.mirror" {
            static_pod(pod, e);
        }
        e.always_in_object(|e| pod_annotation(pod, annotations, (&key, key_node), value, &text, e));
        fields_match(pod, &key, &text, e);
    }
}

/// `ValidatePodSpecificAnnotations` for one annotation. Every release runs it on the template of a StatefulSet.
fn pod_annotation(
    pod: &Pod<'_>,
    annotations: Value<'_>,
    (key, key_node): (&str, Value<'_>),
    value: Value<'_>,
    text: &str,
    e: &mut Errors,
) {
    match key {
        "kubernetes.io/config.mirror" if pod.spec.get("nodeName").is_empty() => {
            e.invalid(
                value,
                "marks a mirror Pod, which must have `spec.nodeName`",
                "remove the annotation: only the kubelet sets it",
            );
        }
        "controller.kubernetes.io/pod-deletion-cost" if !is_deletion_cost(text) => {
            e.invalid(
                value,
                "must be a 32-bit integer",
                "use an integer in quotes, without `+` and leading zeros",
            );
        }
        TOLERATIONS => tolerations(value, annotations, text, e),
        SECCOMP_POD => seccomp(value, text, e),
        _ if key.starts_with(SECCOMP_CONTAINER) => seccomp(value, text, e),
        _ => {
            if let Some(name) = key.strip_prefix(APPARMOR) {
                apparmor(pod, name, key_node, value, text, e);
            }
        }
    }
}

/// `validatePodResourceClaim` for the copy of a static Pod. Since 1.34; before, most clusters drop the claims.
fn static_pod(pod: &Pod<'_>, e: &mut Errors) {
    let claims = pod.spec.get("resourceClaims");
    if !claims.is_empty() {
        e.since(34, |e| {
            e.forbidden(claims, "is not supported in static Pods")
                .help("remove the claims, or the annotation `kubernetes.io/config.mirror`");
        });
    }
}

/// `ValidateTolerationsInPodAnnotations`.
fn tolerations(value: Value<'_>, annotations: Value<'_>, text: &str, e: &mut Errors) {
    const HELP: &str = "use `spec.tolerations`: nothing reads the annotation";
    if text.is_empty() {
        return;
    }
    let list = match serde_json::from_str(text) {
        Ok(Json::Null) => Vec::new(),
        Ok(Json::Array(list)) if list.iter().all(is_toleration) => list,
        _ => {
            let message = "has tolerations that are not a JSON list of tolerations";
            e.invalid(annotations, message, HELP).at(value);
            return;
        }
    };
    for toleration in list {
        let field = |name: &str| toleration.get(name).and_then(Json::as_str).unwrap_or("");
        let (key, operator) = (field("key"), field("operator"));
        let (own, effect) = (field("value"), field("effect"));
        let has_seconds = toleration
            .get("tolerationSeconds")
            .is_some_and(Json::is_number);
        let is_right = (key.is_empty() || qualified_name(key).is_ok())
            && (!key.is_empty() || operator == "Exists")
            && (!has_seconds || effect == "NoExecute")
            && match operator {
                "" | "Equal" => label_value(own).is_ok(),
                "Exists" => own.is_empty(),
                // Behind a feature gate since 1.35.
                "Lt" | "Gt" => true,
                _ => false,
            }
            && matches!(effect, "" | "NoSchedule" | "PreferNoSchedule" | "NoExecute");
        if !is_right {
            e.invalid(value, "has an invalid toleration", HELP);
        }
    }
}

/// Whether Go decodes the value as a `v1.Toleration`.
fn is_toleration(value: &Json) -> bool {
    let Json::Object(fields) = value else {
        return value.is_null();
    };
    fields.iter().all(|(name, value)| match &**name {
        "key" | "operator" | "value" | "effect" => value.is_string() || value.is_null(),
        "tolerationSeconds" => value.is_i64() || value.is_null(),
        _ => true,
    })
}

/// `GetDeletionCostFromPodAnnotations`.
fn is_deletion_cost(text: &str) -> bool {
    let is_first = text == "0" || text.starts_with(|c: char| c == '-' || ('1'..='9').contains(&c));
    is_first && text.parse::<i32>().is_ok()
}

/// `ValidateSeccompProfile`.
fn seccomp(at: Value<'_>, profile: &str, e: &mut Errors) {
    let is_right = match profile.strip_prefix("localhost/") {
        Some(path) => !path.starts_with('/') && !path.split('/').any(|part| part == ".."),
        None => matches!(profile, "runtime/default" | "docker/default" | "unconfined"),
    };
    if !is_right {
        e.invalid(
            at,
            "is not a seccomp profile",
            "use `runtime/default`, `unconfined`, or `localhost/` with a relative path",
        );
    }
}

/// `ValidateAppArmorPodAnnotations`.
fn apparmor(
    pod: &Pod<'_>,
    name: &str,
    key: Value<'_>,
    value: Value<'_>,
    profile: &str,
    e: &mut Errors,
) {
    let names = || pod.all_containers().map(|container| container.get("name"));
    if names().all(|own| own.text().is_some_and(|own| own != name)) {
        e.invalid(
            key,
            "names no container of the Pod",
            "end the key with the name of a container",
        );
    }
    let is_right = matches!(profile, "" | "runtime/default" | "unconfined")
        || profile.starts_with("localhost/");
    if !is_right {
        e.invalid(
            value,
            "is not an AppArmor profile",
            "use `runtime/default`, `unconfined`, or `localhost/` with the name of a profile",
        );
    }
}

/// `validateSeccompAnnotationsAndFields` and `validateAppArmorAnnotationsAndFieldsMatchOnCreate`.
fn fields_match(pod: &Pod<'_>, key: &str, text: &str, e: &mut Errors) {
    let of_pod = pod.spec.get("securityContext");
    let of_container = |name: &str| {
        let mut all = pod.all_containers();
        all.find(|container| container.get("name").is(name))
            .map(|container| container.get("securityContext"))
    };
    let profile = if key == SECCOMP_POD {
        of_pod.get("seccompProfile")
    } else if let Some(context) = key.strip_prefix(SECCOMP_CONTAINER).and_then(of_container) {
        context.get("seccompProfile")
    } else if let Some(context) = key.strip_prefix(APPARMOR).and_then(of_container) {
        if pod.os.as_deref() == Some("windows") {
            return;
        }
        match context.get("appArmorProfile") {
            own if own.is_set() => own,
            _ => of_pod.get("appArmorProfile"),
        }
    } else {
        return;
    };
    if !profile.is_set() {
        return;
    }
    let kind = profile.get("type");
    let Some(kind_text) = kind.text() else { return };
    let own_type = match text {
        "unconfined" => "Unconfined",
        "runtime/default" | "docker/default" => "RuntimeDefault",
        _ if text.starts_with("localhost/") => "Localhost",
        _ => "",
    };
    if !kind_text.is_empty() && kind_text != own_type {
        e.forbidden(kind, format!("differs from the annotation `{key}`"))
            .help(format!("remove the annotation `{key}`"));
        return;
    }
    let file = profile.get("localhostProfile");
    if kind_text == "Localhost"
        && file
            .text()
            .is_some_and(|file| text.strip_prefix("localhost/") != Some(&*file))
    {
        e.forbidden(file, format!("differs from the annotation `{key}`"))
            .help(format!("remove the annotation `{key}`"));
    }
}
