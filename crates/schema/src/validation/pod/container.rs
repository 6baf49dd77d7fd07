//! Containers: `validateContainers`, `validateInitContainers`, `validateEphemeralContainers` and what they share.

use std::borrow::Cow;

use rustc_hash::FxHashSet;

use super::super::errors::Errors;
use super::super::names::in_range;
use super::super::value::{Value, read};
use super::{Pod, env, handler, mount, resources, security};

/// `validateContainers`.
pub(super) fn containers<'a>(pod: &Pod<'a>, containers: Value<'a>, e: &mut Errors) {
    for container in containers.items() {
        if container.is_absent() {
            // Go reads null as a container without fields.
            e.required(container.get("name"), "");
        }
        if !container.is_mapping() {
            continue;
        }
        common(pod, container, e);
        read!(container => lifecycle, liveness = "livenessProbe", readiness = "readinessProbe",
            startup = "startupProbe", policy = "restartPolicy", rules = "restartPolicyRules");
        handler::lifecycle(pod, lifecycle, e);
        handler::probes(liveness, readiness, startup, e);
        restart_policy(policy, rules, false, e);
    }
    host_port_conflicts(containers.items(), e);
}

/// `validateInitContainers`. The rules `init-container-probe` and `lifecycle-init-container` report probes and hooks.
pub(super) fn init_containers<'a>(
    pod: &Pod<'a>,
    containers: Value<'a>,
    regular: Value<'a>,
    e: &mut Errors,
) {
    for container in containers.items() {
        if !container.is_mapping() {
            continue;
        }
        common(pod, container, e);
        read!(container => name, lifecycle, liveness = "livenessProbe", readiness = "readinessProbe",
            startup = "startupProbe", policy = "restartPolicy", rules = "restartPolicyRules",
            resize = "resizePolicy");
        restart_policy(policy, rules, true, e);
        if let Some(text) = name.text().filter(|text| !text.is_empty())
            && let Some(first) = regular.items().find(|other| other.get("name").is(&text))
        {
            e.duplicate(name, Some(first.get("name")));
        }
        host_port_conflicts(std::iter::once(container), e);
        let handlers = [lifecycle, liveness, readiness, startup];
        if policy.is("Always") {
            handler::lifecycle(pod, lifecycle, e);
            handler::probes(liveness, readiness, startup, e);
            // The field `restartPolicy` is dropped.
            e.before(29, |e| no_handlers(handlers, e));
        } else if policy.is_absent() || policy.is_none_of(&["Always"]) {
            no_handlers(handlers, e);
            e.since(36, |e| resize_of_init_container(resize, e));
        }
    }
}

fn no_handlers(handlers: [Value<'_>; 4], e: &mut Errors) {
    for field in handlers {
        if field.is_set() {
            e.forbidden(
                field,
                "cannot be set in an init container without `restartPolicy: Always`",
            )
            .help("remove it, or set `restartPolicy: Always` to make the container a sidecar");
        }
    }
}

fn resize_of_init_container(resize: Value<'_>, e: &mut Errors) {
    for entry in resize.items() {
        let policy = entry.get("restartPolicy");
        if policy.is("RestartContainer") {
            e.invalid(
                policy,
                "cannot be `RestartContainer` in an init container without `restartPolicy: Always`",
                "use `NotRequired`",
            );
        }
    }
}

/// Fields that an ephemeral container cannot have: `allowedEphemeralContainerFields`.
const NOT_EPHEMERAL: [&str; 8] = [
    "ports",
    "resources",
    "livenessProbe",
    "readinessProbe",
    "startupProbe",
    "lifecycle",
    "resizePolicy",
    "restartPolicy",
];

/// `validateEphemeralContainers`. A Pod or template with ephemeral containers is rejected anyway.
pub(super) fn ephemeral_containers<'a>(
    pod: &Pod<'a>,
    containers: Value<'a>,
    regular: Value<'a>,
    init: Value<'a>,
    e: &mut Errors,
) {
    for container in containers.items() {
        common(pod, container, e);
        for name in NOT_EPHEMERAL {
            let field = container.get(name);
            if !field.is_empty() {
                e.forbidden(field, "cannot be set in an ephemeral container");
            }
        }
        read!(container => name, target = "targetContainerName", mounts = "volumeMounts");
        let find = |text: &str| {
            let mut all = regular.items().chain(init.items());
            all.find(|other| other.get("name").is(text))
        };
        if let Some(first) = name.text().and_then(|text| find(&text)) {
            e.duplicate(name, Some(first.get("name")));
        }
        if let Some(text) = target.text().filter(|text| !text.is_empty())
            && find(&text).is_none()
        {
            e.invalid(
                target,
                "names no container of the Pod",
                "use the name of a container",
            );
        }
        for mount in mounts.items() {
            for name in ["subPath", "subPathExpr"] {
                let path = mount.get(name);
                if !path.is_empty() {
                    e.forbidden(path, "cannot be set in an ephemeral container");
                }
            }
        }
    }
}

/// `validateContainerCommon`. The API table checks the names and the pull policy.
fn common<'a>(pod: &Pod<'a>, container: Value<'a>, e: &mut Errors) {
    read!(container => image, ports, env, env_from = "envFrom", mounts = "volumeMounts",
        devices = "volumeDevices", resources, resize = "resizePolicy", security_context = "securityContext");
    if image.is_empty() {
        e.required(image, "");
    } else if let (true, Some(text)) = (pod.is_pod, image.text())
        && text.trim() != text
    {
        e.invalid(
            image,
            "cannot start or end with whitespace",
            "remove the whitespace",
        );
    }
    for port in ports.items() {
        let host_port = port.get("hostPort");
        if host_port.int().is_some_and(|number| number != 0) {
            in_range(host_port, 1, 65_535, e);
        }
    }
    env::env(env, e);
    env::env_from(env_from, e);
    mount::mounts(pod, mounts, devices, security_context, e);
    mount::devices(pod, mounts, devices, e);
    resources::container_resources(pod, resources, e);
    resize_policy(pod, resize, e);
    security::security_context(pod, security_context, e);
}

/// `validateResizePolicy`.
fn resize_policy(pod: &Pod<'_>, list: Value<'_>, e: &mut Errors) {
    let mut seen: [Option<Value<'_>>; 2] = [None, None];
    for entry in list.items() {
        read!(entry => resource = "resourceName", policy = "restartPolicy");
        let at = ["cpu", "memory"].iter().position(|name| resource.is(name));
        match at {
            Some(at) => {
                if let Some(first) = seen[at].replace(resource) {
                    e.duplicate(resource, Some(first));
                }
            }
            None if resource.is_set() => e.not_supported(resource, &["cpu", "memory"]),
            None => {}
        }
        if pod.restart_policy.as_deref() == Some("Never") && policy.is("RestartContainer") {
            e.invalid(
                policy,
                "must be `NotRequired` when the `restartPolicy` of the Pod is `Never`",
                "use `NotRequired`",
            );
        }
    }
}

/// `validateContainerRestartPolicy` and `validateInitContainerRestartPolicy`: container restart rules are enabled by
/// default since 1.35. Before 1.34, only an init container could have a restart policy, and 1.34 drops all others.
fn restart_policy(policy: Value<'_>, rules: Value<'_>, is_init: bool, e: &mut Errors) {
    if policy.is_set() {
        let is_other = !is_init || policy.is_none_of(&["Always"]);
        e.before(34, |e| match is_init {
            false => {
                e.forbidden(policy, "is allowed only in init containers");
            }
            true if is_other => e.not_supported(policy, &["Always"]),
            true => {}
        });
        e.since(34, |e| {
            if is_other {
                e.before(35, |e| {
                    e.dropped(policy, "is dropped", "remove it");
                });
            }
        });
    } else if !rules.is_empty() && policy.is_absent() {
        e.since(35, |e| {
            e.required(policy, "when there are `restartPolicyRules`");
        });
    }
    if rules.is_empty() {
        return;
    }
    if is_init && policy.is("Always") {
        e.since(35, |e| {
            e.before(36, |e| {
                e.forbidden(
                    rules,
                    "cannot be set in an init container that always restarts",
                );
            });
        });
    }
    if rules.len() > 20 {
        e.too_many(rules, 20);
    }
    for rule in rules.items() {
        read!(rule => action, exit_codes = "exitCodes");
        if action.is_none_of(&["Restart"]) {
            e.before(36, |e| e.not_supported(action, &["Restart"]));
        }
        if action.is_none_of(&["Restart", "RestartAllContainers"]) {
            e.since(36, |e| {
                e.not_supported(action, &["Restart", "RestartAllContainers"])
            });
        }
        if exit_codes.is_absent() {
            e.required(exit_codes, "");
            continue;
        }
        read!(exit_codes => operator, values);
        if operator.is_none_of(&["In", "NotIn"]) {
            e.not_supported(operator, &["In", "NotIn"]);
        }
        if values.len() > 255 {
            e.too_many(values, 255);
        }
    }
}

/// `AccumulateUniqueHostPorts`.
fn host_port_conflicts<'a>(containers: impl Iterator<Item = Value<'a>>, e: &mut Errors) {
    let mut seen: FxHashSet<(Cow<'a, str>, Cow<'a, str>, i64)> = FxHashSet::default();
    for container in containers {
        for port in container.get("ports").items() {
            read!(port => host_port = "hostPort", host_ip = "hostIP", protocol);
            let (Some(number), Some(ip), Some(protocol)) =
                (host_port.int(), host_ip.text(), protocol.text())
            else {
                continue;
            };
            let protocol = if protocol.is_empty() {
                Cow::Borrowed("TCP")
            } else {
                protocol
            };
            if number != 0 && !seen.insert((protocol, ip, number)) {
                e.duplicate(host_port, None);
            }
        }
    }
}
