//! Pods and their templates: `ValidatePodCreate`, `ValidatePodTemplateSpec` and `ValidatePodSpec` of
//! `pkg/apis/core/validation/validation.go`.

mod annotations;
mod container;
mod env;
mod handler;
mod host;
mod mount;
mod pod_level;
mod projected;
mod resources;
mod scheduling;
mod security;
mod volume;

pub(super) use resources::{ListKind, quantity_value, resource_key, resource_list};
pub(super) use scheduling::{node_selector, toleration, topology_selector_terms};

use std::borrow::Cow;

use super::errors::Errors;
use super::meta::{annotation_size, template_times};
use super::names::{one_of, subdomain};
use super::value::{Value, read};

/// How the template of a workload differs from a Pod.
#[derive(Clone, Copy, Default)]
pub(super) struct Template<'a> {
    /// Claims of a StatefulSet, each of which is a volume of the Pod with the same name.
    pub(super) volumes_of_claims: Option<Value<'a>>,
}

/// What validation of the parts of a Pod depends on.
struct Pod<'a> {
    spec: Value<'a>,
    /// Whether this is a Pod, and not a template.
    is_pod: bool,
    /// `restartPolicy`, after defaulting. `None` if it is not known.
    restart_policy: Option<Cow<'a, str>>,
    /// `os.name`: empty if it is absent.
    os: Option<Cow<'a, str>>,
    host_network: Option<bool>,
    host_users: bool,
    volumes: Vec<(Cow<'a, str>, Value<'a>)>,
    /// Whether `volumes` has all volumes.
    knows_volumes: bool,
    template: Template<'a>,
}

/// `ValidatePodCreate`.
pub(super) fn pod(object: Value<'_>, e: &mut Errors) {
    let spec = object.get("spec");
    if !spec.is_mapping() {
        return;
    }
    let meta = object.get("metadata");
    pod_spec(spec, meta, true, Template::default(), e);
    read!(spec => ephemeral = "ephemeralContainers", node_name = "nodeName", gates = "schedulingGates");
    if !ephemeral.is_empty() {
        e.forbidden(ephemeral, "cannot be set when a Pod is created")
            .help("remove it; use `kubectl debug` to add an ephemeral container to a running Pod");
    }
    if !node_name.is_empty() && !gates.is_empty() {
        e.forbidden(node_name, "cannot be set while there are `schedulingGates`");
    }
}

/// `ValidatePodTemplateSpec`.
pub(super) fn template(template: Value<'_>, kind: Template<'_>, e: &mut Errors) {
    read!(template => metadata, spec);
    e.always_in_object(|e| annotation_size(metadata.get("annotations"), e));
    template_times(metadata, e);
    if spec.is_absent() {
        e.required(spec.absent("containers"), "to have at least one container")
            .help("add `spec` with a container");
    }
    if !spec.is_mapping() {
        return;
    }
    pod_spec(spec, metadata, false, kind, e);
    let ephemeral = spec.get("ephemeralContainers");
    if !ephemeral.is_empty() {
        e.forbidden(ephemeral, "cannot be set in a Pod template");
    }
}

/// `ValidatePodSpec`.
fn pod_spec<'a>(
    spec: Value<'a>,
    meta: Value<'a>,
    is_pod: bool,
    template: Template<'a>,
    e: &mut Errors,
) {
    read!(spec => containers, init_containers = "initContainers", ephemeral_containers = "ephemeralContainers",
        volumes, resource_claims = "resourceClaims", restart_policy = "restartPolicy",
        host_users = "hostUsers", host_network = "hostNetwork",
        host_ipc = "hostIPC", host_pid = "hostPID", share_process_namespace = "shareProcessNamespace",
        security_context = "securityContext", affinity, dns_policy = "dnsPolicy", dns_config = "dnsConfig",
        readiness_gates = "readinessGates", scheduling_gates = "schedulingGates",
        spread = "topologySpreadConstraints", hostname_override = "hostnameOverride",
        fqdn = "setHostnameAsFQDN", service_account = "serviceAccountName", old_account = "serviceAccount", node_name = "nodeName",
        tolerations, host_aliases = "hostAliases", runtime_class = "runtimeClassName",
        preemption = "preemptionPolicy", overhead, os, resources);
    let (volume_list, knows_volumes) = volume::names(volumes, template.volumes_of_claims);
    let pod = Pod {
        spec,
        is_pod,
        restart_policy: restart_policy.text().map(|text| {
            if text.is_empty() {
                Cow::Borrowed("Always")
            } else {
                text
            }
        }),
        os: os.get("name").text(),
        host_network: if host_network.is_absent() {
            Some(false)
        } else {
            host_network.bool()
        },
        host_users: host_users.bool() != Some(false),
        volumes: volume_list,
        knows_volumes,
        template,
    };
    volume::volumes(&pod, volumes, meta, e);
    e.since(34, |e| resources::resource_claims(resource_claims, e));
    if containers.is_empty() {
        e.required(containers, "to have at least one container")
            .help("add a container");
    }
    container::containers(&pod, containers, e);
    container::init_containers(&pod, init_containers, containers, e);
    container::ephemeral_containers(&pod, ephemeral_containers, containers, init_containers, e);
    if resources.is_set() {
        e.since(34, |e| {
            pod_level::resources(&pod, resources, containers, init_containers, e);
        });
    }
    host::host_network_ports(&pod, containers, e);
    security::pod_security_context(security_context, e);
    security::sysctls(security_context.get("sysctls"), &pod, host_ipc, e);
    if share_process_namespace.is_true() && host_pid.is_true() {
        e.invalid(
            share_process_namespace,
            "cannot be true when `hostPID` is true",
            "remove `shareProcessNamespace` or `hostPID`",
        );
    }
    scheduling::affinity(affinity, e);
    host::dns(dns_policy, dns_config, e);
    scheduling::gates(readiness_gates, scheduling_gates, e);
    scheduling::topology_spread(spread, e);
    security::windows_host_process(&pod, security_context, e);
    e.since(33, |e| host::host_users(&pod, host_pid, host_ipc, e));
    e.since(35, |e| {
        host::hostname_override(&pod, hostname_override, fqdn, e)
    });
    // The conversion copies `serviceAccount` if the new field is empty.
    for account in [service_account, old_account] {
        if !account.is_empty() {
            subdomain(account, e);
            break;
        }
    }
    if !node_name.is_empty() {
        subdomain(node_name, e);
    }
    for each in tolerations.items() {
        toleration(each, e);
    }
    host::host_aliases(host_aliases, e);
    if runtime_class.is_set() {
        subdomain(runtime_class, e);
    }
    one_of(preemption, &["PreemptLowerPriority", "Never"], e);
    if overhead.is_set() {
        resource_list(overhead, ListKind::Container, e);
    }
    match pod.os.as_deref() {
        Some("linux") => security::linux(&pod, security_context, e),
        Some("windows") => security::windows(&pod, security_context, e),
        _ => {}
    }
    e.since(35, |e| env::file_key_volumes(&pod, e));
    annotations::pod_annotations(&pod, meta.get("annotations"), e);
}

impl<'a> Pod<'a> {
    /// Regular, init and ephemeral containers: `VisitContainersWithPath`, in its order.
    fn all_containers(&self) -> impl Iterator<Item = Value<'a>> + use<'a> {
        let spec = self.spec;
        ["initContainers", "containers", "ephemeralContainers"]
            .into_iter()
            .flat_map(move |name| spec.get(name).items())
    }
}
