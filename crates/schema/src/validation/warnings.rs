//! Warnings that the API server answers a create request with: `WarningsOnCreate` in `pkg/registry`.
//!
//! Other rules have the warnings about names of Pods, duplicate ports, variables and pull secrets, fractions of bytes, and
//! deprecated API versions. The warning about the key of a TLS Secret is left out: it needs the keys.

mod pod;
mod webhook;

use std::net::Ipv6Addr;

use super::errors::Errors;
use super::value::{Value, read};
use pod::{node_label, node_selector_term, template};

/// Adds the warnings about an object.
pub(super) fn warnings(group: &str, kind: &str, object: Value<'_>, e: &mut Errors) {
    read!(object => metadata, spec);
    match (group, kind) {
        ("", "Pod") => template(object, false, e),
        ("", "PodTemplate") => template(object.get("template"), true, e),
        ("apps", "Deployment" | "ReplicaSet" | "DaemonSet") | ("", "ReplicationController") => {
            template(spec.get("template"), true, e);
        }
        ("apps", "StatefulSet") => {
            template(spec.get("template"), true, e);
            let limit = spec.get("revisionHistoryLimit");
            if limit.int().is_some_and(|limit| limit < 0) {
                e.since(34, |e| {
                    let help = "use 0 or a larger number";
                    e.warn(limit, "is negative, so all revisions are kept", help);
                });
            }
        }
        ("batch", "Job") => job(spec, e),
        ("batch", "CronJob") => job(spec.get("jobTemplate").get("spec"), e),
        ("", "Service") => service(metadata, spec, e),
        ("", "Node") => node(spec, e),
        ("", "PersistentVolume") => persistent_volume(spec, e),
        ("", "PersistentVolumeClaim") => {
            let annotations = metadata.get("annotations");
            if let Some(class) = annotations.find("volume.beta.kubernetes.io/storage-class") {
                e.deprecated(class, "", "use `storageClassName`");
            }
            dropped_source(spec, e);
        }
        ("", "ServiceAccount") => {
            let annotations = metadata.get("annotations");
            if let Some(annotation) = annotations.find("kubernetes.io/enforce-mountable-secrets") {
                e.since(32, |e| {
                    let help = "remove it, and use namespaces to separate Secrets";
                    e.deprecated(annotation, "since Kubernetes 1.32", help);
                });
            }
        }
        ("", "ResourceQuota") => quota(spec.get("hard"), e),
        ("", "Endpoints") => {
            for subset in object.get("subsets").items() {
                for list in ["addresses", "notReadyAddresses"] {
                    for address in subset.get(list).items() {
                        ip(address.get("ip"), e);
                    }
                }
            }
        }
        ("discovery.k8s.io", "EndpointSlice") => {
            let kind = object.get("addressType");
            if kind.is("FQDN") {
                e.deprecated(kind, "with the value `FQDN`", "use `IPv4` or `IPv6`");
            }
        }
        ("networking.k8s.io", "Ingress") => {
            let annotations = metadata.get("annotations");
            // The controllers of GKE read only the annotation.
            const GKE: [&str; 2] = ["gce", "gce-internal"];
            if let Some(class) = annotations.find("kubernetes.io/ingress.class")
                && spec.get("ingressClassName").is_absent()
                && class.is_none_of(&GKE)
            {
                let help = "use `spec.ingressClassName` with the name of an IngressClass of the controller";
                e.deprecated(class, "", help);
            }
        }
        ("storage.k8s.io", "StorageClass") => {
            for term in object.get("allowedTopologies").items() {
                for expression in term.get("matchLabelExpressions").items() {
                    let key = expression.get("key");
                    node_label(key, key, e);
                }
            }
        }
        ("storage.k8s.io", "CSIStorageCapacity") => {
            let topology = object.get("nodeTopology");
            for expression in topology.get("matchExpressions").items() {
                let key = expression.get("key");
                node_label(key, key, e);
            }
            for (_, key, value) in topology.get("matchLabels").entries() {
                node_label(key, value, e);
            }
        }
        ("resource.k8s.io", "ResourceSlice") => {
            let driver = spec.get("driver");
            if driver
                .text()
                .is_some_and(|text| text.contains(char::is_uppercase))
            {
                e.since(36, |e| {
                    e.warn(
                        driver,
                        "has uppercase characters",
                        "use lowercase characters",
                    );
                });
            }
        }
        (
            "admissionregistration.k8s.io",
            "ValidatingWebhookConfiguration" | "MutatingWebhookConfiguration",
        ) => e.since(37, |e| webhook::excluded_rules(object, e)),
        ("storage.k8s.io", "CSIDriver") => {
            read!(spec => requests = "tokenRequests", in_secrets = "serviceAccountTokenInSecrets");
            if !requests.is_empty() && in_secrets.is_absent() {
                e.since(36, |e| {
                    e.deprecated(
                        requests,
                        "without `serviceAccountTokenInSecrets: true`",
                        "set `serviceAccountTokenInSecrets: true` if the driver reads the tokens from its secrets",
                    );
                });
            }
        }
        _ => {}
    }
}

/// `EnforceDataSourceBackwardsCompatibility` and `DropDisabledFields`: the API server drops the field silently.
fn dropped_source(spec: Value<'_>, e: &mut Errors) {
    read!(spec => source = "dataSource", source_ref = "dataSourceRef");
    if source_ref.is_set() && !source_ref.get("namespace").is_empty() {
        e.dropped(
            source_ref,
            "has a namespace, so the API server drops it",
            "remove `namespace`, unless the feature gate `CrossNamespaceVolumeDataSource` is on",
        );
    } else if source.is_mapping() && source_ref.is_absent() {
        read!(source => kind, group = "apiGroup");
        let (Some(kind), Some(group)) = (kind.text(), group.text()) else {
            return;
        };
        let is_kept = matches!(
            (&*group, &*kind),
            ("", "PersistentVolumeClaim") | ("snapshot.storage.k8s.io", "VolumeSnapshot")
        );
        if !is_kept {
            e.dropped(
                source,
                "names neither a claim nor a snapshot, so the API server drops it",
                match &*kind {
                    "VolumeSnapshot" => "use `apiGroup: snapshot.storage.k8s.io`",
                    "PersistentVolumeClaim" => "remove `apiGroup`",
                    _ => "use `dataSourceRef`",
                },
            );
        }
    }
}

/// `WarningsForJobSpec`.
fn job(spec: Value<'_>, e: &mut Errors) {
    read!(spec => mode = "completionMode", completions, parallelism);
    let is_above = |value: Value<'_>, limit| value.int().is_some_and(|number| number > limit);
    if mode.is("Indexed") && is_above(completions, 100_000) && is_above(parallelism, 10_000) {
        e.warn(
            completions,
            "is above 100000 with a `parallelism` above 10000: Kubernetes may not track all indexes",
            "use at most 100000 completions or a `parallelism` of at most 10000",
        );
    }
    template(spec.get("template"), true, e);
}

/// `GetWarningsForService`.
fn service(metadata: Value<'_>, spec: Value<'_>, e: &mut Errors) {
    const HINTS: &str = "service.kubernetes.io/topology-aware-hints";
    read!(spec => kind = "type", cluster_ip = "clusterIP", cluster_ips = "clusterIPs", affinity = "sessionAffinity",
        balancer_ip = "loadBalancerIP", external_ips = "externalIPs", name = "externalName",
        distribution = "trafficDistribution");
    if let Some(hints) = metadata.get("annotations").find(HINTS) {
        e.deprecated(
            hints,
            "",
            "use the annotation `service.kubernetes.io/topology-mode`",
        );
    }
    for address in [cluster_ip, balancer_ip] {
        ip(address, e);
    }
    for address in cluster_ips.items().chain(external_ips.items()) {
        ip(address, e);
    }
    let Some(kind) = kind.text() else { return };
    let is_external = kind == "ExternalName";
    let is_headless = matches!(&*kind, "" | "ClusterIP") && cluster_ip.is("None");
    if is_headless {
        let has_affinity = affinity.is("ClientIP");
        for (field, is_used) in [
            (balancer_ip, !balancer_ip.is_empty()),
            (external_ips, !external_ips.is_empty()),
            (affinity, has_affinity),
        ] {
            if is_used {
                e.warn(field, "has no effect in a headless Service", "remove it");
            }
        }
    } else if !external_ips.is_empty() {
        match is_external {
            true => e.warn(
                external_ips,
                "has no effect when `type` is `ExternalName`",
                "remove it",
            ),
            false => e.since(36, |e| {
                e.deprecated(
                    external_ips,
                    "since Kubernetes 1.36",
                    "use `type: LoadBalancer` or a Gateway",
                );
            }),
        }
    }
    if !is_external && !name.is_empty() {
        e.warn(
            name,
            "has no effect unless `type` is `ExternalName`",
            "remove it, or use `type: ExternalName`",
        );
    }
    if distribution.is("PreferClose") {
        e.since(36, |e| {
            e.deprecated(
                distribution,
                "with the value `PreferClose`",
                "use `PreferSameZone`",
            );
        });
    }
}

/// `GetWarningsForIP`. Since 1.36, validation rejects the other forms.
fn ip(address: Value<'_>, e: &mut Errors) {
    let Some(text) = address.text() else { return };
    let Ok(own) = text.parse::<Ipv6Addr>() else {
        return;
    };
    if own.to_ipv4_mapped().is_none() && own.to_string() != text {
        e.since(34, |e| {
            let help = format!("use `{own}`");
            e.deprecated(
                address,
                "with an IPv6 address that is not in canonical form",
                help,
            );
        });
    }
}

/// `nodeWarnings`.
fn node(spec: Value<'_>, e: &mut Errors) {
    read!(spec => source = "configSource", id = "externalID");
    if source.is_set() {
        e.warn(
            source,
            "has no effect: the feature was removed",
            "remove it",
        );
    }
    if !id.is_empty() {
        e.warn(id, "has no effect: Kubernetes does not use it", "remove it");
    }
}

/// Types of volumes that were removed: the field, and the release since which it does nothing.
pub(super) const REMOVED_VOLUMES: [(&str, u16); 8] = [
    ("photonPersistentDisk", 16),
    ("scaleIO", 22),
    ("flocker", 25),
    ("storageos", 25),
    ("quobyte", 25),
    ("glusterfs", 26),
    ("cephfs", 31),
    ("rbd", 31),
];

fn removed_volumes(volume: Value<'_>, e: &mut Errors) {
    for (name, release) in REMOVED_VOLUMES {
        let source = volume.get(name);
        if source.is_set() {
            e.since(release, |e| {
                e.warn(
                    source,
                    format!("is not supported since Kubernetes 1.{release}"),
                    "use a CSI driver",
                );
            });
        }
    }
}

/// `warningsForPersistentVolumeSpecAndMeta`.
fn persistent_volume(spec: Value<'_>, e: &mut Errors) {
    read!(spec => policy = "persistentVolumeReclaimPolicy", affinity = "nodeAffinity");
    if policy.is("Recycle") {
        let help = "use `Delete` or `Retain`, and dynamic provisioning";
        e.deprecated(policy, "with the value `Recycle`", help);
    }
    for term in affinity.get("required").get("nodeSelectorTerms").items() {
        node_selector_term(term, e);
    }
    removed_volumes(spec, e);
}

/// Warnings about a ResourceQuota, since 1.36.
fn quota(hard: Value<'_>, e: &mut Errors) {
    const RESOURCES: [(&str, &str, &str); 3] = [
        ("requests.cpu", "cpu", "limits.cpu"),
        ("requests.memory", "memory", "limits.memory"),
        ("requests.ephemeral-storage", "", "limits.ephemeral-storage"),
    ];
    for (request, bare, limit) in RESOURCES {
        let own = hard.find(request).or_else(|| hard.find(bare));
        let (Some(own), Some(limit_value)) = (own, hard.find(limit)) else {
            continue;
        };
        if let (Some(low), Some(high)) = (own.entry_quantity(), limit_value.entry_quantity())
            && low > high
        {
            e.since(36, |e| {
                e.warn(
                    own,
                    format!("is above `{limit}`, which is {high}"),
                    format!("use {high} or less"),
                );
            });
        }
    }
}
