//! The API server's verdict on a create request, beyond what [`problems`](crate::problems) finds.
//!
//! The API table knows the type of each field, and what `enforced.txt` says about single fields: whether it is required,
//! its values, its range, the kind of name. Everything else that validation does is here, function by function as in
//! `pkg/apis/*/validation` of Kubernetes 1.36: a file for each Go package or group of functions, and a doc comment that
//! names the Go function. Defaults are part of it where validation depends on them.
//!
//! Nothing is reported where a value is a placeholder: [`Errors`](errors::Errors) drops an error at such a value, and
//! [`Value`](value::Value) does not read it.

mod admission;
mod apps;
mod autoscaling;
mod batch;
mod cel;
mod cluster;
mod config;
mod crd;
mod cron;
mod dra;
mod endpoints;
mod errors;
mod extension;
mod flow_control;
mod gated;
mod ip;
mod meta;
mod names;
mod networking;
mod path;
mod persistent_volume;
mod pod;
mod policy;
mod pvc;
mod quota;
mod rbac;
mod resource_name;
mod service;
mod storage;
pub(crate) mod value;
mod volume_source;
mod warnings;

pub use apps::validated_later;
pub use errors::{ErrorType, Invalid};
pub use value::{IntOrText, Rest, Value};

use errors::Errors;

use podwright_model::Field;

use crate::api::Api;
use crate::releases::Releases;
use crate::walk::Subject;

/// Returns the errors with which the API server rejects the object, in the order of its validation, and its warnings. Empty for a patch, a
/// document with syntax errors, a custom resource, and an API version that no target release serves.
#[must_use]
pub fn invalid(subject: &Subject<'_>) -> Vec<Invalid> {
    let Subject { tree, object, .. } = *subject;
    if subject.is_partial || tree.documents()[object.document].broken {
        return Vec::new();
    }
    let (Some(api_version), Some(kind)) = (object.api_version.text(), object.kind.text()) else {
        return Vec::new();
    };
    if subject.custom.find(api_version, kind).is_some() {
        return Vec::new();
    }
    let Some(own) = Api::find(api_version, kind, subject.range).and_then(|api| api.own) else {
        return Vec::new();
    };
    let asked = Releases::of(subject.range);
    let releases = Releases(asked.0 & own.releases().0);
    if releases.0 == 0 {
        return Vec::new();
    }
    // One error is enough for an object that is not complete yet.
    let metadata = &object.metadata;
    let is_empty = |field: &Field<String>| field.is_unset() || field.text() == Some("");
    // The strategy of LimitRanges makes a name.
    if is_empty(&metadata.name) && is_empty(&metadata.generate_name) && kind != "LimitRange" {
        return Vec::new();
    }
    let (group, version) = api_version.rsplit_once('/').unwrap_or(("", api_version));
    let mut errors = Errors::new(releases);
    let value = Value::new(tree, object.node);
    kind_of(group, version, kind, value, &mut errors);
    warnings::warnings(group, kind, value, &mut errors);
    errors.list.retain_mut(|invalid| {
        let asked = Releases(invalid.releases.and(invalid.later).0 & releases.0);
        let (node, rest, error) = (invalid.node, &invalid.rest, invalid.error);
        let kept = gated::kept(tree, object.node, own, node, rest, error, asked);
        if kept != asked {
            invalid.releases = Releases(invalid.releases.0 & kept.0);
            invalid.later = Releases(invalid.later.0 & kept.0);
        }
        invalid.accepted = releases.without(kept);
        kept.0 != 0
    });
    errors.list
}

/// Validates an object of a kind of Kubernetes: the strategies of `pkg/registry`.
fn kind_of(group: &str, version: &str, kind: &str, object: Value<'_>, e: &mut Errors) {
    meta::object_meta(group, kind, object, e);
    match (group, kind) {
        ("", "Pod") => pod::pod(object, e),
        ("", "PodTemplate") => pod::template(object.get("template"), pod::Template::default(), e),
        ("", "PersistentVolumeClaim") => pvc::claim(object, e),
        ("", "PersistentVolume") => persistent_volume::volume(object, e),
        ("", "Node") => cluster::node(object, e),
        ("", "Namespace") => cluster::namespace(object, e),
        ("", "ReplicationController") => apps::replication_controller(object, e),
        ("apps", "Deployment") => apps::deployment(object, e),
        ("apps", "ReplicaSet") => apps::replica_set(object, e),
        ("apps", "DaemonSet") => apps::daemon_set(object, e),
        ("apps", "StatefulSet") => apps::stateful_set(object, e),
        ("apps", "ControllerRevision") => apps::controller_revision(object, e),
        ("batch", "Job") => batch::job(object, e),
        ("batch", "CronJob") => batch::cron_job(object, e),
        ("", "Service") => service::service(object, e),
        ("", "Endpoints") => endpoints::endpoints(object, e),
        ("discovery.k8s.io", "EndpointSlice") => endpoints::endpoint_slice(object, e),
        ("", "ConfigMap") => config::config_map(object, e),
        ("", "Secret") => config::secret(object, e),
        ("", "LimitRange") => quota::limit_range(object, e),
        ("", "ResourceQuota") => quota::resource_quota(object, e),
        ("autoscaling", "HorizontalPodAutoscaler") => autoscaling::autoscaler(version, object, e),
        ("policy", "PodDisruptionBudget") => policy::disruption_budget(object, e),
        ("rbac.authorization.k8s.io", "Role" | "ClusterRole") => {
            rbac::role(object, kind == "Role", e);
        }
        ("rbac.authorization.k8s.io", "RoleBinding" | "ClusterRoleBinding") => {
            rbac::binding(object, kind == "RoleBinding", e);
        }
        ("networking.k8s.io", "NetworkPolicy") => networking::network_policy(object, e),
        ("networking.k8s.io", "Ingress") => networking::ingress(object, e),
        ("networking.k8s.io", "IngressClass") => networking::ingress_class(object, e),
        ("networking.k8s.io", "IPAddress") => networking::ip_address(object, e),
        ("networking.k8s.io", "ServiceCIDR") => networking::service_cidr(object, e),
        ("storage.k8s.io", "StorageClass") => storage::storage_class(object, e),
        ("storage.k8s.io", "VolumeAttributesClass") => storage::volume_attributes_class(object, e),
        ("storage.k8s.io", "VolumeAttachment") => storage::volume_attachment(object, e),
        ("storage.k8s.io", "CSINode") => storage::csi_node(object, e),
        ("storage.k8s.io", "CSIDriver") => storage::csi_driver(object, e),
        ("storage.k8s.io", "CSIStorageCapacity") => storage::csi_storage_capacity(object, e),
        ("node.k8s.io", "RuntimeClass") => cluster::runtime_class(object, e),
        ("scheduling.k8s.io", "PriorityClass") => cluster::priority_class(object, e),
        ("coordination.k8s.io", "Lease") => cluster::lease(object, e),
        ("flowcontrol.apiserver.k8s.io", "FlowSchema") => flow_control::flow_schema(object, e),
        ("flowcontrol.apiserver.k8s.io", "PriorityLevelConfiguration") => {
            flow_control::priority_level(object, e);
        }
        ("apiextensions.k8s.io", "CustomResourceDefinition") => crd::definition(object, e),
        ("apiregistration.k8s.io", "APIService") => extension::api_service(object, e),
        ("certificates.k8s.io", "CertificateSigningRequest") => {
            extension::signing_request(object, e);
        }
        ("resource.k8s.io", _) if matches!(version, "v1" | "v1beta2") => match kind {
            "ResourceClaim" => dra::claim(object, e),
            "ResourceClaimTemplate" => dra::claim_template(object, e),
            "DeviceClass" => dra::device_class(object, e),
            "ResourceSlice" => dra::slice(object, e),
            _ => {}
        },
        ("admissionregistration.k8s.io", _) => admission(kind, object, e),
        _ => {}
    }
}

fn admission(kind: &str, object: Value<'_>, e: &mut Errors) {
    match kind {
        "ValidatingWebhookConfiguration" | "MutatingWebhookConfiguration" => {
            admission::webhooks(object, e);
        }
        "ValidatingAdmissionPolicy" => admission::validating_policy(object, e),
        "MutatingAdmissionPolicy" => admission::mutating_policy(object, e),
        "ValidatingAdmissionPolicyBinding" => admission::policy_binding(object, true, e),
        "MutatingAdmissionPolicyBinding" => admission::policy_binding(object, false, e),
        _ => {}
    }
}
