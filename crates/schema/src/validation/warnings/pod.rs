//! Warnings about Pods and their templates: `warningsForPodSpecAndMeta` of `pkg/api/pod/warnings.go`.

use std::borrow::Cow;

use super::super::errors::Errors;
use super::super::value::{Value, read};
use super::{ip, removed_volumes};

/// `deprecatedNodeLabels` of `pkg/api/node/util.go`, and the labels to use.
const NODE_LABELS: [(&str, &str); 7] = [
    ("beta.kubernetes.io/arch", "kubernetes.io/arch"),
    ("beta.kubernetes.io/os", "kubernetes.io/os"),
    (
        "failure-domain.beta.kubernetes.io/region",
        "topology.kubernetes.io/region",
    ),
    (
        "failure-domain.beta.kubernetes.io/zone",
        "topology.kubernetes.io/zone",
    ),
    (
        "beta.kubernetes.io/instance-type",
        "node.kubernetes.io/instance-type",
    ),
    ("scheduler.alpha.kubernetes.io/preferAvoidPods", ""),
    (
        "node-role.kubernetes.io/master",
        "node-role.kubernetes.io/control-plane",
    ),
];

/// Annotations that nothing reads, and what to use.
const ANNOTATIONS: [(&str, &str); 3] = [
    (
        "scheduler.alpha.kubernetes.io/critical-pod",
        "use `priorityClassName`",
    ),
    (
        "security.alpha.kubernetes.io/sysctls",
        "use `securityContext.sysctls`",
    ),
    (
        "security.alpha.kubernetes.io/unsafe-sysctls",
        "use `securityContext.sysctls`",
    ),
];

/// `GetNodeLabelDeprecatedMessage` for the label at `key`. `at` is the field that the warning is about.
pub(super) fn node_label(key: Value<'_>, at: Value<'_>, e: &mut Errors) {
    let Some((own, other)) = NODE_LABELS.iter().find(|(own, _)| key.is(own)) else {
        return;
    };
    let warn = |e: &mut Errors| {
        if other.is_empty() {
            e.deprecated(
                at,
                format!("with the node label `{own}`"),
                "use taints and tolerations",
            );
        } else {
            e.deprecated(
                at,
                format!("with the node label `{own}`"),
                format!("use `{other}`"),
            );
        }
    };
    if *own == "node-role.kubernetes.io/master" {
        // Since 1.25, kubeadm does not set the label.
        e.since(31, warn);
    } else {
        warn(e);
    }
}

/// `GetWarningsForNodeSelectorTerm`.
pub(super) fn node_selector_term(term: Value<'_>, e: &mut Errors) {
    for expression in term.get("matchExpressions").items() {
        let key = expression.get("key");
        node_label(key, key, e);
    }
}

/// Warnings about a Pod or a template.
pub(super) fn template(template: Value<'_>, is_template: bool, e: &mut Errors) {
    read!(template => metadata, spec);
    if !spec.is_mapping() {
        return;
    }
    read!(spec => selector = "nodeSelector", affinity, spread = "topologySpreadConstraints", volumes,
        aliases = "hostAliases", grace = "terminationGracePeriodSeconds", dns = "dnsConfig",
        context = "securityContext");
    for (_, key, value) in selector.entries() {
        node_label(key, value, e);
    }
    self::affinity(affinity, e);
    for constraint in spread.items() {
        let key = constraint.get("topologyKey");
        node_label(key, key, e);
        null_selector(constraint, e);
    }
    let annotations = metadata.get("annotations");
    for (name, help) in ANNOTATIONS {
        if let Some(annotation) = annotations.find(name) {
            e.warn(annotation, "has no effect", help);
        }
    }
    profiles(spec, annotations, context, is_template, e);
    for volume in volumes.items() {
        removed_volumes(volume, e);
        let repository = volume.get("gitRepo");
        if repository.is_set() {
            let help = "clone the repository in an init container with an `emptyDir` volume";
            e.since(33, |e| {
                e.warn(
                    repository,
                    "is disabled by default since Kubernetes 1.33",
                    help,
                )
            });
            e.before(33, |e| {
                e.deprecated(repository, "since Kubernetes 1.11", help)
            });
        }
        overlapping_paths(volume, e);
    }
    let mut seen: Vec<Value<'_>> = Vec::new();
    for alias in aliases.items() {
        let address = alias.get("ip");
        ip(address, e);
        let Some(text) = address.text().filter(|text| !text.is_empty()) else {
            continue;
        };
        if seen.iter().any(|other| other.is(&text)) {
            let help = "list all `hostnames` of the address in one item";
            e.warn(address, "is also in an earlier item", help);
        }
        seen.push(address);
    }
    for address in dns.get("nameservers").items() {
        ip(address, e);
    }
    if grace.int().is_some_and(|seconds| seconds < 0) {
        let help = "use 0 or a larger number";
        e.warn(grace, "is negative, and Kubernetes uses 1 instead", help);
    }
    for list in ["initContainers", "containers"] {
        for container in spec.get(list).items() {
            for port in container.get("ports").items() {
                read!(port => host_ip = "hostIP", host_port = "hostPort");
                if !host_ip.is_empty() && host_port.int_or_zero() == Some(0) {
                    e.warn(
                        host_ip,
                        "has no effect without `hostPort`",
                        "add `hostPort`, or remove it",
                    );
                }
            }
        }
    }
}

fn affinity(affinity: Value<'_>, e: &mut Errors) {
    const REQUIRED: &str = "requiredDuringSchedulingIgnoredDuringExecution";
    const PREFERRED: &str = "preferredDuringSchedulingIgnoredDuringExecution";
    read!(affinity => nodes = "nodeAffinity", pods = "podAffinity", anti = "podAntiAffinity");
    for term in nodes.get(REQUIRED).get("nodeSelectorTerms").items() {
        node_selector_term(term, e);
    }
    for term in nodes.get(PREFERRED).items() {
        node_selector_term(term.get("preference"), e);
    }
    for own in [pods, anti] {
        for term in own.get(REQUIRED).items() {
            null_selector(term, e);
        }
        for term in own.get(PREFERRED).items() {
            null_selector(term.get("podAffinityTerm"), e);
        }
    }
}

fn null_selector(term: Value<'_>, e: &mut Errors) {
    let selector = term.get("labelSelector");
    if term.is_mapping() && selector.is_absent() {
        e.warn(
            selector,
            "is not set, which matches no Pod",
            "add `labelSelector` with the labels of the Pods; `{}` matches all Pods of the namespace",
        );
    }
}

/// Annotations with seccomp and AppArmor profiles.
fn profiles(
    spec: Value<'_>,
    annotations: Value<'_>,
    context: Value<'_>,
    is_template: bool,
    e: &mut Errors,
) {
    const SECCOMP: &str = "seccomp.security.alpha.kubernetes.io/pod";
    const SECCOMP_CONTAINER: &str = "container.seccomp.security.alpha.kubernetes.io/";
    const APPARMOR: &str = "container.apparmor.security.beta.kubernetes.io/";
    if annotations.is_empty() {
        return;
    }
    let seccomp = |at: Value<'_>, e: &mut Errors| {
        e.since(27, |e| {
            e.warn(
                at,
                "has no effect since Kubernetes 1.27",
                "use `securityContext.seccompProfile`",
            );
        });
    };
    if let Some(at) = annotations.find(SECCOMP)
        && context.get("seccompProfile").is_absent()
    {
        seccomp(at, e);
    }
    for list in ["initContainers", "containers"] {
        for container in spec.get(list).items() {
            let Some(name) = container.get("name").text() else {
                continue;
            };
            let own = container.get("securityContext");
            if let Some(at) = annotations.find(&format!("{SECCOMP_CONTAINER}{name}"))
                && own.get("seccompProfile").is_absent()
            {
                seccomp(at, e);
            }
            if is_template
                && let Some(at) = annotations.find(&format!("{APPARMOR}{name}"))
                && own.get("appArmorProfile").is_absent()
                && context.get("appArmorProfile").is_absent()
            {
                e.since(30, |e| {
                    e.deprecated(
                        at,
                        "since Kubernetes 1.30",
                        "use `securityContext.appArmorProfile`",
                    );
                });
            }
        }
    }
}

/// `warningsForOverlappingVirtualPaths`: a file cannot be a directory, too.
fn overlapping_paths(volume: Value<'_>, e: &mut Errors) {
    fn items(source: Value<'_>) -> Vec<Value<'_>> {
        let files = source.get("items").items();
        files.map(|item| item.get("path")).collect()
    }
    read!(volume => config = "configMap", secret, downward = "downwardAPI", projected);
    let mut lists = vec![items(config), items(secret), items(downward)];
    let mut all = Vec::new();
    for source in projected.get("sources").items() {
        for name in ["configMap", "secret", "downwardAPI"] {
            all.extend(items(source.get(name)));
        }
        for name in ["serviceAccountToken", "clusterTrustBundle"] {
            all.push(source.get(name).get("path"));
        }
    }
    lists.push(all);
    if projected.is_mapping() && projected.get("sources").is_empty() {
        e.since(32, |e| {
            let help = "add `sources`, or remove the volume";
            e.warn(projected, "has no sources, so the volume is empty", help);
        });
    }
    for list in lists {
        let mut seen: Vec<Cow<'_, str>> = Vec::new();
        for path in list {
            let Some(text) = path.text().filter(|text| !text.is_empty()) else {
                continue;
            };
            let own = text.trim_end_matches('/').to_owned();
            let is_inside = |inner: &str, outer: &str| {
                inner
                    .strip_prefix(outer)
                    .is_some_and(|rest| rest.starts_with('/'))
            };
            let other = seen
                .iter()
                .find(|other| ***other == own || is_inside(other, &own) || is_inside(&own, other));
            if let Some(other) = other {
                e.since(32, |e| {
                    let message = format!("overlaps with the path `{other}` of the same volume");
                    e.warn(path, message, "use different paths");
                });
            }
            seen.push(own.into());
        }
    }
}
