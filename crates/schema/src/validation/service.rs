//! Services and their endpoints: `validateService`, `ValidateEndpoints`, and `pkg/apis/discovery/validation`.
//!
//! What depends on the address families and ranges of the cluster is not known here. The API table checks types,
//! protocols, ports and duplicate ports. The rules `port-name-duplicate` and `service-port-name-missing` check names.

use std::net::IpAddr;

use podwright_model::name::{dns_subdomain, qualified_name};
use rustc_hash::FxHashSet;

use super::errors::Errors;
use super::ip;
use super::meta::NameForm;
use super::names::{QUALIFIED_HELP, SUBDOMAIN_HELP, check, in_range, one_of};
use super::value::{Value, read};

/// Port of the kubelet, which a load balancer could not expose before 1.33.
const KUBELET_PORT: i64 = 10250;

const SOURCE_RANGES: &str = "service.beta.kubernetes.io/load-balancer-source-ranges";

/// `ValidateServiceCreate`.
pub(super) fn service(object: Value<'_>, e: &mut Errors) {
    read!(object => metadata, spec);
    // Since 1.36, the name can start with a digit.
    let name = metadata.get("name");
    if !name.is_empty() {
        e.before(36, |e| NameForm::Label1035.check(name, e));
    }
    let annotations = metadata.get("annotations");
    topology_annotations(annotations, e);
    if !spec.is_mapping() && !spec.is_absent() {
        return;
    }
    read!(spec => kind = "type", ports, cluster_ip = "clusterIP", cluster_ips = "clusterIPs",
        families = "ipFamilies", family_policy = "ipFamilyPolicy", external_name = "externalName",
        affinity = "sessionAffinity", affinity_config = "sessionAffinityConfig", external_ips = "externalIPs",
        source_ranges = "loadBalancerSourceRanges", allocate = "allocateLoadBalancerNodePorts",
        class = "loadBalancerClass", external_policy = "externalTrafficPolicy",
        health_port = "healthCheckNodePort", distribution = "trafficDistribution");
    let Some(type_text) = kind.text() else { return };
    let kind_name = if type_text.is_empty() {
        "ClusterIP"
    } else {
        &*type_text
    };
    let is_headless = cluster_ip.is("None");
    if ports.is_empty() && !is_headless && kind_name != "ExternalName" && !cluster_ip.is_unknown() {
        e.required(ports, "");
    }
    match kind_name {
        "LoadBalancer" | "NodePort" if is_headless => {
            e.invalid(
                cluster_ip,
                format!("cannot be `None` when `type` is `{kind_name}`"),
                "remove `clusterIP`, or use `type: ClusterIP`",
            );
        }
        "ExternalName" => external_name_service(
            &[cluster_ip, cluster_ips, families, family_policy],
            external_name,
            e,
        ),
        _ => {}
    }
    service_ports(ports, kind_name, e);
    // With `None`, the API server drops the configuration.
    if affinity.is("ClientIP") {
        let timeout = affinity_config.get("clientIP").get("timeoutSeconds");
        in_range(timeout, 1, 86_400, e);
    }
    if kind_name != "ExternalName" {
        cluster_addresses(cluster_ip, cluster_ips, families, e);
        single_stack(spec, is_headless, e);
    }
    for address in external_ips.items() {
        let count = e.count();
        ip::legacy_ip(address, e);
        if e.count() == count {
            ip::endpoint_ip(address, e);
        }
    }
    let is_load_balancer = kind_name == "LoadBalancer";
    const ONLY: &str = "is allowed only when `type` is `LoadBalancer`";
    if !source_ranges.is_empty() {
        if !is_load_balancer {
            e.forbidden(source_ranges, ONLY);
        }
        for range in source_ranges.items() {
            if let Some(text) = range.text() {
                ip::legacy_cidr(range, text.trim(), e);
            }
        }
    } else {
        let ranges = annotations.entries().find(|(key, ..)| key == SOURCE_RANGES);
        if let Some((_, _, ranges)) = ranges {
            if !is_load_balancer {
                e.forbidden(ranges, ONLY);
            }
            let text = ranges.text().unwrap_or_default();
            for range in text
                .split(',')
                .map(str::trim)
                .filter(|_| !text.trim().is_empty())
            {
                ip::legacy_cidr(ranges, range, e);
            }
        }
    }
    if allocate.is_set() && !is_load_balancer {
        e.forbidden(allocate, ONLY);
    }
    if class.is_set() {
        if is_load_balancer {
            check(class, qualified_name, "a qualified name", QUALIFIED_HELP, e);
        } else {
            e.forbidden(class, ONLY);
        }
    }
    // `validateServiceExternalTrafficPolicy`
    let is_external = matches!(kind_name, "LoadBalancer" | "NodePort")
        || (kind_name == "ClusterIP" && !external_ips.is_empty());
    if !external_policy.is_empty() && !is_external {
        e.invalid(
            external_policy,
            "is allowed only in a Service that is accessible from outside of the cluster",
            "remove `externalTrafficPolicy`, or use `type: NodePort` or `type: LoadBalancer`",
        );
    }
    if health_port.int().is_some_and(|port| port != 0) {
        if is_load_balancer && external_policy.is("Local") {
            in_range(health_port, 1, 65_535, e);
        } else if !external_policy.is_unknown() {
            e.invalid(
                health_port,
                "is allowed only when `type` is `LoadBalancer` and `externalTrafficPolicy` is `Local`",
                "remove `healthCheckNodePort`",
            );
        }
    }
    e.before(34, |e| one_of(distribution, &["PreferClose"], e));
    e.since(34, |e| {
        one_of(
            distribution,
            &["PreferClose", "PreferSameZone", "PreferSameNode"],
            e,
        );
    });
}

fn topology_annotations(annotations: Value<'_>, e: &mut Errors) {
    const MODE: &str = "service.kubernetes.io/topology-mode";
    const HINTS: &str = "service.kubernetes.io/topology-aware-hints";
    let (mut mode, mut hints) = (None, None);
    for (key, _, value) in annotations.entries() {
        match &*key {
            MODE => mode = Some(value),
            HINTS => hints = Some(value),
            _ => {}
        }
    }
    if let (Some(mode), Some(hints)) = (mode, hints)
        && let (Some(a), Some(b)) = (mode.text(), hints.text())
        && a != b
    {
        e.since(27, |e| {
            e.invalid(
                mode,
                format!("must be the same as the annotation `{HINTS}`"),
                format!("remove the annotation `{HINTS}`"),
            );
        });
    }
}

fn external_name_service(forbidden: &[Value<'_>], name: Value<'_>, e: &mut Errors) {
    for field in forbidden {
        if !field.is_empty() {
            e.forbidden(*field, "cannot be set when `type` is `ExternalName`");
        }
    }
    let Some(text) = name.text() else { return };
    let text = text.strip_suffix('.').unwrap_or(&text);
    if text.is_empty() {
        e.required(name, "when `type` is `ExternalName`");
    } else if let Err(error) = dns_subdomain(text) {
        e.name(name, "a DNS name", error, SUBDOMAIN_HELP);
    }
}

fn service_ports(ports: Value<'_>, kind: &str, e: &mut Errors) {
    let mut node_ports = FxHashSet::default();
    for port in ports.items() {
        read!(port => protocol, app_protocol = "appProtocol", node_port = "nodePort");
        if app_protocol.is_set() {
            check(
                app_protocol,
                qualified_name,
                "a qualified name",
                QUALIFIED_HELP,
                e,
            );
        }
        let number = port.get("port");
        if kind == "LoadBalancer" && number.int() == Some(KUBELET_PORT) {
            e.before(33, |e| {
                e.invalid(port, "exposes the port of the kubelet", "use another port")
                    .at(number);
            });
        }
        let Some(number) = node_port.int().filter(|number| *number != 0) else {
            continue;
        };
        if kind == "ClusterIP" {
            e.forbidden(node_port, "cannot be set when `type` is `ClusterIP`")
                .help("set `type: NodePort`, or remove `nodePort`");
        }
        if let Some(protocol) = protocol.text() {
            let protocol = match &*protocol {
                "" => "TCP".to_owned(),
                other => other.to_owned(),
            };
            if !node_ports.insert((protocol, number)) {
                e.duplicate(node_port, None);
            }
        }
    }
}

/// `ValidateServiceClusterIPsRelatedFields`.
fn cluster_addresses(single: Value<'_>, list: Value<'_>, families: Value<'_>, e: &mut Errors) {
    let Some(first) = single.text() else { return };
    if !list.is_empty() {
        let head = list.items().next().and_then(Value::text);
        if first.is_empty() {
            e.invalid(
                list,
                "must be empty when `clusterIP` is not set",
                "add `clusterIP` with the first address",
            );
        } else if head.is_some_and(|head| head != first) {
            e.invalid(
                list,
                "must start with the value of `clusterIP`",
                "use the value of `clusterIP` as the first item",
            );
        }
    }
    let mut seen: Vec<Value<'_>> = Vec::new();
    for family in families.items() {
        let Some(text) = family.text() else { continue };
        match seen.iter().find(|other| other.is(&text)) {
            Some(other) => e.duplicate(family, Some(*other)),
            None => seen.push(family),
        }
    }
    if list.is_empty() {
        // The API server copies `clusterIP` to `clusterIPs`.
        if !first.is_empty() && first != "None" {
            let count = e.count();
            ip::legacy_ip(single, e);
            if let Some(family) = families.items().next().filter(|_| e.count() == count) {
                same_family(single, family, e);
            }
        }
        return;
    }
    let many = list.len();
    let count = e.count();
    for (at, address) in list.items().enumerate() {
        if at == 0 && address.is("None") {
            if many > 1 {
                e.invalid(
                    list,
                    "can have `None` only as the single item",
                    "remove the other items",
                );
            }
            continue;
        }
        ip::legacy_ip(address, e);
    }
    if many > 2 {
        e.invalid(
            list,
            "has more than 2 items",
            "use at most one address of each family",
        );
    }
    if e.count() > count {
        return;
    }
    let parsed: Option<Vec<IpAddr>> = list.items().map(|item| ip::parse(&item.text()?)).collect();
    if let Some([a, b]) = parsed.as_deref()
        && a.is_ipv4() == b.is_ipv4()
    {
        e.invalid(
            list,
            "has two addresses of the same family",
            "use at most one address of each family",
        );
    }
    for (address, family) in list.items().zip(families.items()) {
        same_family(address, family, e);
    }
}

fn same_family(address: Value<'_>, family: Value<'_>, e: &mut Errors) {
    let own = address.text().and_then(|text| ip::parse(&text));
    let is_wrong = own.is_some_and(|own| {
        (family.is("IPv4") && own.is_ipv6()) || (family.is("IPv6") && own.is_ipv4())
    });
    if is_wrong {
        e.invalid(
            address,
            "is not an address of the family in `ipFamilies`",
            "use the order of `ipFamilies`",
        );
    }
}

/// `initIPFamilyFields`, as far as it does not depend on the families of the cluster: a Service with one family cannot
/// have two addresses or families. One family is the default.
fn single_stack(spec: Value<'_>, is_headless: bool, e: &mut Errors) {
    read!(spec => policy = "ipFamilyPolicy", ips = "clusterIPs", families = "ipFamilies", selector);
    let is_single =
        policy.is("SingleStack") || policy.is_absent() && (!is_headless || selector.is_set());
    if !is_single {
        return;
    }
    for (list, name) in [(ips, "clusterIPs"), (families, "ipFamilies")] {
        if list.len() == 2 {
            e.invalid(
                policy,
                format!("must allow two families because `{name}` has two items"),
                "use `ipFamilyPolicy: PreferDualStack`",
            );
        }
    }
}
