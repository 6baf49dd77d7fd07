//! Defaults that depend on other fields: each function names the Go function that it follows. Feature gates are as in
//! Kubernetes 1.36.

use podwright_model::{ImageReference, KubernetesVersion};

use super::{Admitted, Fields, empty};

/// Release whose defaults these are.
const RELEASE: KubernetesVersion = KubernetesVersion(36);

/// Sets the defaults of an object of a type.
pub(super) fn set(name: &str, fields: &mut Fields) {
    match name {
        "core.v1.Volume" => volume(fields),
        "core.v1.ImageVolumeSource" => pull_policy(fields, "reference", "pullPolicy"),
        "core.v1.Container" | "core.v1.EphemeralContainer" => {
            pull_policy(fields, "image", "imagePullPolicy");
        }
        "core.v1.PodSpec" => account(fields),
        "core.v1.Pod" => within(fields, "spec", pod),
        "core.v1.Service" => within(fields, "spec", service),
        "core.v1.Namespace" => namespace(fields),
        "core.v1.ReplicationController" => replication_controller(fields),
        "core.v1.LimitRangeItem" => limit_range_item(fields),
        "core.v1.NodeStatus" => {
            if let (None, Some(capacity)) = (fields.get("allocatable"), fields.get("capacity")) {
                fields.insert("allocatable".to_owned(), capacity.clone());
            }
        }
        "core.v1.PersistentVolume" | "core.v1.PersistentVolumeClaim" => {
            within(fields, "status", |status| {
                text_default(status, "phase", "Pending")
            });
        }
        "apps.v1.DeploymentStrategy" | "apps.v1.DaemonSetUpdateStrategy" => {
            let own = fields.get("type").cloned();
            if is_text(own.as_ref(), "RollingUpdate") {
                fields
                    .entry("rollingUpdate".to_owned())
                    .or_insert_with(empty);
            } else if own == Some(Admitted::Unknown) {
                default(fields, "rollingUpdate", Admitted::Unknown);
            }
        }
        "apps.v1.StatefulSetUpdateStrategy" => stateful_strategy(fields),
        "autoscaling.v2.HorizontalPodAutoscalerSpec" => autoscaler(fields),
        "batch.v1.Job" => job(fields),
        "networking.v1.NetworkPolicySpec" => network_policy(fields),
        "rbac.v1.Subject" => {
            let is_person = |kind| is_text(fields.get("kind"), kind);
            if is_person("User") || is_person("Group") {
                text_default(fields, "apiGroup", "rbac.authorization.k8s.io");
            }
        }
        "resource.v1.ExactDeviceRequest" | "resource.v1.DeviceSubRequest"
            if is_text(fields.get("allocationMode"), "ExactCount") && is_unset(fields, "count") =>
        {
            fields.insert("count".to_owned(), Admitted::Int(1));
        }
        "apiextensions.v1.CustomResourceDefinition" => definition(fields),
        _ => {}
    }
}

/// Conversion to the internal type and back, as far as it changes the object.
pub(super) fn convert(kind: &str, fields: &mut Fields) {
    // `Convert_v1_Secret_To_core_Secret`: `stringData` becomes `data`, in base64.
    if kind == "Secret"
        && let Some(Admitted::Map(text)) = fields.remove("stringData")
        && let Admitted::Map(data) = fields.entry("data".to_owned()).or_insert_with(empty)
    {
        data.extend(text.into_keys().map(|key| (key, Admitted::Unknown)));
    }
    // `Convert_apps_StatefulSetSpec_To_v1_StatefulSetSpec`
    if kind == "StatefulSet" {
        within(fields, "spec", |spec| {
            let Some(Admitted::List(claims)) = spec.get_mut("volumeClaimTemplates") else {
                return;
            };
            for claim in claims {
                if let Admitted::Map(claim) = claim {
                    text_default(claim, "apiVersion", "v1");
                    text_default(claim, "kind", "PersistentVolumeClaim");
                }
            }
        });
    }
}

fn within(fields: &mut Fields, name: &str, set: impl FnOnce(&mut Fields)) {
    if let Some(Admitted::Map(inner)) = fields.get_mut(name) {
        set(inner);
    }
}

fn is_text(value: Option<&Admitted>, text: &str) -> bool {
    value.and_then(Admitted::text) == Some(text)
}

fn is_unset(fields: &Fields, name: &str) -> bool {
    fields.get(name).is_none_or(Admitted::is_empty)
}

/// Sets a pointer that is not set.
fn default(fields: &mut Fields, name: &str, value: Admitted) {
    fields.entry(name.to_owned()).or_insert(value);
}

fn text_default(fields: &mut Fields, name: &str, text: &str) {
    if is_unset(fields, name) {
        fields.insert(name.to_owned(), Admitted::Text(text.to_owned()));
    }
}

/// `SetDefaults_Volume`.
fn volume(fields: &mut Fields) {
    if fields.keys().all(|name| name == "name") {
        fields.insert("emptyDir".to_owned(), empty());
    }
}

/// `SetDefaults_Container`, `SetDefaults_Volume`.
fn pull_policy(fields: &mut Fields, image: &str, policy: &str) {
    if !is_unset(fields, policy) {
        return;
    }
    let value = match fields.get(image) {
        Some(Admitted::Unknown) => Admitted::Unknown,
        image => {
            let text = image.and_then(Admitted::text).unwrap_or_default();
            let is_latest = ImageReference::parse(text, RELEASE)
                .is_ok_and(|image| image.effective_tag() == Some("latest"));
            let policy = if is_latest { "Always" } else { "IfNotPresent" };
            Admitted::Text(policy.to_owned())
        }
    };
    fields.insert(policy.to_owned(), value);
}

/// `Convert_v1_PodSpec_To_core_PodSpec` and back: the old name of the field has the same value.
fn account(fields: &mut Fields) {
    const NEW: &str = "serviceAccountName";
    const OLD: &str = "serviceAccount";
    let own = [NEW, OLD].into_iter().find(|name| !is_unset(fields, name));
    if let Some(value) = own.and_then(|name| fields.get(name)).cloned() {
        fields.insert(NEW.to_owned(), value.clone());
        fields.insert(OLD.to_owned(), value);
    }
}

/// `SetDefaults_Pod`: only of a Pod, not of a template.
fn pod(spec: &mut Fields) {
    let is_on_host = spec.get("hostNetwork").cloned();
    for list in ["containers", "initContainers"] {
        let Some(Admitted::List(containers)) = spec.get_mut(list) else {
            continue;
        };
        for container in containers {
            let Admitted::Map(container) = container else {
                continue;
            };
            within(container, "resources", |resources| {
                if let Some(Admitted::Map(limits)) = resources.get("limits").cloned()
                    && let Admitted::Map(requests) =
                        resources.entry("requests".to_owned()).or_insert_with(empty)
                {
                    for (name, limit) in limits {
                        requests.entry(name).or_insert(limit);
                    }
                }
            });
            let is_uncertain = is_on_host == Some(Admitted::Unknown);
            if is_uncertain || is_on_host == Some(Admitted::Bool(true)) {
                host_ports(container, is_uncertain);
            }
        }
    }
    pod_requests(spec);
    default(spec, "enableServiceLinks", Admitted::Bool(true));
}

/// `defaultHostNetworkPorts`.
fn host_ports(container: &mut Fields, is_uncertain: bool) {
    let Some(Admitted::List(ports)) = container.get_mut("ports") else {
        return;
    };
    for port in ports {
        let Admitted::Map(port) = port else { continue };
        if is_unset(port, "hostPort")
            && let Some(own) = port.get("containerPort").cloned()
        {
            let value = if is_uncertain { Admitted::Unknown } else { own };
            port.insert("hostPort".to_owned(), value);
        }
    }
}

/// `defaultPodRequests`. The sum of the requests of the containers is not computed, but unknown.
fn pod_requests(spec: &mut Fields) {
    let lists = ["containers", "initContainers"];
    let containers = lists.iter().flat_map(|list| spec.get(*list));
    let requested: Vec<String> = containers
        .flat_map(Admitted::items)
        .filter_map(|container| container.get("resources")?.get("requests"))
        .flat_map(|requests| match requests {
            Admitted::Map(requests) => requests.keys().cloned().collect(),
            _ => Vec::new(),
        })
        .collect();
    within(spec, "resources", |resources| {
        let Some(Admitted::Map(limits)) = resources.get("limits").cloned() else {
            return;
        };
        if limits.is_empty() {
            return;
        }
        let Admitted::Map(requests) = resources.entry("requests".to_owned()).or_insert_with(empty)
        else {
            return;
        };
        let summed = requested
            .iter()
            .filter(|name| matches!(&***name, "cpu" | "memory"));
        for name in summed {
            requests.entry(name.clone()).or_insert(Admitted::Unknown);
        }
        for (name, limit) in limits {
            requests.entry(name).or_insert(limit);
        }
    });
}

/// `SetDefaults_Service`.
fn service(spec: &mut Fields) {
    text_default(spec, "sessionAffinity", "None");
    text_default(spec, "type", "ClusterIP");
    if is_text(spec.get("sessionAffinity"), "None") {
        spec.remove("sessionAffinityConfig");
    } else if is_text(spec.get("sessionAffinity"), "ClientIP") {
        let config = spec
            .entry("sessionAffinityConfig".to_owned())
            .or_insert_with(empty);
        if let Admitted::Map(config) = config
            && let Admitted::Map(client) = config.entry("clientIP".to_owned()).or_insert_with(empty)
        {
            default(client, "timeoutSeconds", Admitted::Int(10_800));
        }
    }
    if let Some(Admitted::List(ports)) = spec.get_mut("ports") {
        for port in ports {
            let Admitted::Map(port) = port else { continue };
            if is_unset(port, "targetPort")
                && let Some(own) = port.get("port").cloned()
            {
                port.insert("targetPort".to_owned(), own);
            }
        }
    }
    let own = spec.get("type").cloned().unwrap_or(Admitted::Unknown);
    let is_unknown = own == Admitted::Unknown;
    let is_any = |types: &[&str]| own.text().is_some_and(|own| types.contains(&own));
    let has_addresses = spec.get("externalIPs").is_some_and(|list| !list.is_empty());
    if is_any(&["LoadBalancer", "NodePort"]) || is_any(&["ClusterIP"]) && has_addresses {
        text_default(spec, "externalTrafficPolicy", "Cluster");
    } else if is_unknown {
        default(spec, "externalTrafficPolicy", Admitted::Unknown);
    }
    if is_any(&["ClusterIP", "LoadBalancer", "NodePort"]) {
        default(
            spec,
            "internalTrafficPolicy",
            Admitted::Text("Cluster".to_owned()),
        );
    } else if is_unknown {
        default(spec, "internalTrafficPolicy", Admitted::Unknown);
    }
    if is_any(&["LoadBalancer"]) {
        default(spec, "allocateLoadBalancerNodePorts", Admitted::Bool(true));
    } else if is_unknown {
        default(spec, "allocateLoadBalancerNodePorts", Admitted::Unknown);
    }
}

/// `SetDefaults_Namespace`.
fn namespace(fields: &mut Fields) {
    within(fields, "metadata", |metadata| {
        let Some(name) = metadata.get("name").cloned() else {
            return;
        };
        if let Admitted::Map(labels) = metadata.entry("labels".to_owned()).or_insert_with(empty) {
            labels.insert("kubernetes.io/metadata.name".to_owned(), name);
        }
    });
}

fn template_labels(fields: &Fields) -> Option<Admitted> {
    let spec = fields.get("spec")?;
    let labels = spec.get("template")?.get("metadata")?.get("labels")?;
    Some(labels.clone())
}

fn own_labels(fields: &mut Fields, labels: Admitted) {
    within(fields, "metadata", |metadata| {
        if is_unset(metadata, "labels") {
            metadata.insert("labels".to_owned(), labels);
        }
    });
}

/// `SetDefaults_ReplicationController`.
fn replication_controller(fields: &mut Fields) {
    let Some(labels) = template_labels(fields) else {
        return;
    };
    within(fields, "spec", |spec| {
        if is_unset(spec, "selector") {
            spec.insert("selector".to_owned(), labels.clone());
        }
    });
    own_labels(fields, labels);
}

/// `SetDefaults_LimitRangeItem`.
fn limit_range_item(fields: &mut Fields) {
    if !is_text(fields.get("type"), "Container") {
        return;
    }
    for (from, to) in [
        ("max", "default"),
        ("default", "defaultRequest"),
        ("min", "defaultRequest"),
    ] {
        let Some(Admitted::Map(amounts)) = fields.get(from).cloned() else {
            continue;
        };
        if let Admitted::Map(own) = fields.entry(to.to_owned()).or_insert_with(empty) {
            for (name, amount) in amounts {
                own.entry(name).or_insert(amount);
            }
        }
    }
}

/// `SetDefaults_StatefulSet`.
fn stateful_strategy(fields: &mut Fields) {
    if is_unset(fields, "type") {
        text_default(fields, "type", "RollingUpdate");
        fields
            .entry("rollingUpdate".to_owned())
            .or_insert_with(empty);
    }
    if is_text(fields.get("type"), "RollingUpdate") {
        within(fields, "rollingUpdate", |update| {
            default(update, "partition", Admitted::Int(0));
        });
    }
}

/// `SetDefaults_HorizontalPodAutoscaler`.
fn autoscaler(spec: &mut Fields) {
    let text = |text: &str| Admitted::Text(text.to_owned());
    let object = |fields: &[(&str, Admitted)]| {
        let fields = fields
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.clone()));
        Admitted::Map(fields.collect())
    };
    if is_unset(spec, "metrics") {
        let target = object(&[
            ("type", text("Utilization")),
            ("averageUtilization", Admitted::Int(80)),
        ]);
        let resource = object(&[("name", text("cpu")), ("target", target)]);
        let metric = object(&[("type", text("Resource")), ("resource", resource)]);
        spec.insert("metrics".to_owned(), Admitted::List(vec![metric]));
    }
    let policy = |kind: &str, value| {
        object(&[
            ("type", text(kind)),
            ("value", Admitted::Int(value)),
            ("periodSeconds", Admitted::Int(15)),
        ])
    };
    within(spec, "behavior", |behavior| {
        let up = vec![policy("Pods", 4), policy("Percent", 100)];
        let down = vec![policy("Percent", 100)];
        for (name, policies, window) in [("scaleUp", up, Some(0)), ("scaleDown", down, None::<i64>)]
        {
            if let Admitted::Map(rules) = behavior.entry(name.to_owned()).or_insert_with(empty) {
                default(rules, "selectPolicy", text("Max"));
                default(rules, "policies", Admitted::List(policies));
                if let Some(window) = window {
                    default(rules, "stabilizationWindowSeconds", Admitted::Int(window));
                }
            }
        }
    });
}

/// `SetDefaults_Job`: only of a Job, not of the template of a CronJob.
fn job(fields: &mut Fields) {
    let labels = template_labels(fields);
    within(fields, "spec", |spec| {
        let has = |name: &str, spec: &Fields| spec.contains_key(name);
        if !has("completions", spec) && !has("parallelism", spec) {
            default(spec, "completions", Admitted::Int(1));
        }
        default(spec, "parallelism", Admitted::Int(1));
        let is_by_index = has("backoffLimitPerIndex", spec);
        let limit = if is_by_index { i64::from(i32::MAX) } else { 6 };
        default(spec, "backoffLimit", Admitted::Int(limit));
        default(
            spec,
            "completionMode",
            Admitted::Text("NonIndexed".to_owned()),
        );
        default(spec, "suspend", Admitted::Bool(false));
        let replaced = match has("podFailurePolicy", spec) {
            true => "Failed",
            false => "TerminatingOrFailed",
        };
        default(
            spec,
            "podReplacementPolicy",
            Admitted::Text(replaced.to_owned()),
        );
        default(spec, "manualSelector", Admitted::Bool(false));
    });
    if let Some(labels) = labels {
        own_labels(fields, labels);
    }
}

/// `SetDefaults_NetworkPolicy`.
fn network_policy(spec: &mut Fields) {
    if is_unset(spec, "policyTypes") {
        let mut types = vec![Admitted::Text("Ingress".to_owned())];
        if !is_unset(spec, "egress") {
            types.push(Admitted::Text("Egress".to_owned()));
        }
        spec.insert("policyTypes".to_owned(), Admitted::List(types));
    }
}

/// `SetDefaults_CustomResourceDefinition`.
fn definition(fields: &mut Fields) {
    let mut stored = None;
    within(fields, "spec", |spec| {
        within(spec, "names", |names| {
            let Some(kind) = names
                .get("kind")
                .and_then(Admitted::text)
                .map(str::to_owned)
            else {
                return;
            };
            text_default(names, "singular", &kind.to_lowercase());
            text_default(names, "listKind", &format!("{kind}List"));
        });
        let strategy = ("strategy".to_owned(), Admitted::Text("None".to_owned()));
        default(spec, "conversion", Admitted::Map(Fields::from([strategy])));
        let versions = spec
            .get("versions")
            .map(Admitted::items)
            .unwrap_or_default();
        let mut versions = versions.iter();
        let storage = versions.find(|one| one.get("storage") == Some(&Admitted::Bool(true)));
        stored = storage.and_then(|version| version.get("name").cloned());
    });
    within(fields, "status", |status| {
        if let (true, Some(name)) = (is_unset(status, "storedVersions"), stored) {
            status.insert("storedVersions".to_owned(), Admitted::List(vec![name]));
        }
    });
}
