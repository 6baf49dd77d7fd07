//! Ingresses and network policies: `pkg/apis/networking/validation/validation.go`.

use podwright_model::name::{dns_label, dns_subdomain};

use super::batch::domain_prefixed_path;
use super::errors::Errors;
use super::ip;
use super::meta::{NameForm, label_selector};
use super::names::{LABEL_HELP, SUBDOMAIN_HELP, check, one_of, path_segment, subdomain};
use super::value::{IntOrText, Value, read};

/// `ValidateNetworkPolicy`.
pub(super) fn network_policy(object: Value<'_>, e: &mut Errors) {
    let spec = object.get("spec");
    read!(spec => selector = "podSelector", ingress, egress, types = "policyTypes");
    for policy_type in types.items() {
        if policy_type.is_empty() {
            e.not_supported(policy_type, &["Egress", "Ingress"]);
        }
    }
    label_selector(selector, e);
    for (rules, peers) in [(ingress, "from"), (egress, "to")] {
        for rule in rules.items() {
            for port in rule.get("ports").items() {
                policy_port(port, e);
            }
            for peer in rule.get(peers).items() {
                policy_peer(peer, e);
            }
        }
    }
    if types.len() > 2 {
        e.invalid(
            types,
            "has more than 2 items",
            "use `Ingress` and `Egress` at most once",
        );
    }
}

/// `ValidateNetworkPolicyPort`. The API table checks `port` and `protocol`.
fn policy_port(port: Value<'_>, e: &mut Errors) {
    read!(port => number = "port", end = "endPort");
    let Some(last) = end.int() else { return };
    match number.int_or_text() {
        Some(IntOrText::Int(first)) => {
            if last < first {
                e.invalid(
                    end,
                    "must be at least `port`",
                    format!("use {first} or a larger number"),
                );
            } else if !(1..=65_535).contains(&last) {
                e.invalid(
                    end,
                    "must be between 1 and 65535",
                    "use a number from 1 to 65535",
                );
            }
        }
        Some(IntOrText::Text(_)) => {
            e.invalid(
                end,
                "cannot be set when `port` is a name",
                "remove `endPort`, or use a number as `port`",
            );
        }
        None if number.is_absent() => {
            e.invalid(end, "cannot be set without `port`", "add `port`");
        }
        None => {}
    }
}

/// `ValidateNetworkPolicyPeer`.
fn policy_peer(peer: Value<'_>, e: &mut Errors) {
    read!(peer => pods = "podSelector", namespaces = "namespaceSelector", block = "ipBlock");
    label_selector(pods, e);
    label_selector(namespaces, e);
    if block.is_set() {
        ip_block(block, e);
        if pods.is_set() || namespaces.is_set() {
            e.forbidden(peer, "cannot have `ipBlock` beside a selector")
                .help("use a separate item for `ipBlock`");
        }
    } else if !pods.is_set() && !namespaces.is_set() && !peer.is_unknown() {
        let is_unknown = [pods, namespaces, block]
            .iter()
            .any(|field| field.is_unknown());
        if !is_unknown {
            e.required(peer, "to have a peer")
                .help("add `podSelector`, `namespaceSelector` or `ipBlock`");
        }
    }
}

/// `ValidateIPBlock`.
fn ip_block(block: Value<'_>, e: &mut Errors) {
    read!(block => cidr, except);
    let Some(text) = cidr.text().filter(|text| !text.is_empty()) else {
        return;
    };
    ip::legacy_cidr(cidr, &text, e);
    let Some(outer) = ip::Network::parse(&text) else {
        return;
    };
    for item in except.items() {
        let Some(text) = item.text() else { continue };
        ip::legacy_cidr(item, &text, e);
        if ip::Network::parse(&text).is_some_and(|inner| !outer.strictly_contains(&inner)) {
            e.invalid(
                item,
                "must be a part of `cidr`",
                "use a smaller network that is inside of `cidr`",
            );
        }
    }
}

/// `ValidateIngressCreate`.
pub(super) fn ingress(object: Value<'_>, e: &mut Errors) {
    read!(object => metadata, spec);
    read!(spec => rules, backend = "defaultBackend", tls, class = "ingressClassName");
    if rules.is_empty() && backend.is_absent() {
        e.invalid(
            spec,
            "has neither `rules` nor `defaultBackend`",
            "add `rules` or `defaultBackend`",
        );
    }
    if backend.is_set() {
        ingress_backend(backend, e);
    }
    for rule in rules.items() {
        ingress_rule(rule, e);
    }
    for item in tls.items() {
        read!(item => hosts, secret = "secretName");
        for host in hosts.items() {
            host_name(host, e);
        }
        if !secret.is_empty() {
            subdomain(secret, e);
        }
    }
    if class.is_set() {
        subdomain(class, e);
    }
    let annotation = metadata
        .get("annotations")
        .entries()
        .find(|(key, ..)| key == "kubernetes.io/ingress.class");
    if let Some((_, _, value)) = annotation
        && class.is_set()
    {
        e.before(27, |e| {
            e.invalid(
                value,
                "cannot be set beside `ingressClassName`",
                "remove the annotation",
            );
        });
    }
    if let Some((_, _, value)) = annotation
        && class.is_set()
        && let (Some(a), Some(b)) = (value.text(), class.text())
        && a != b
    {
        e.since(27, |e| {
            e.invalid(
                value,
                "must be the same as `ingressClassName`",
                "remove the annotation",
            );
        });
    }
}

/// `validateIngressRules`.
fn ingress_rule(rule: Value<'_>, e: &mut Errors) {
    read!(rule => host, http);
    if let Some(text) = host.text().filter(|text| !text.is_empty()) {
        if ip::parse(&text).is_some() {
            e.invalid(
                host,
                "must be a DNS name, not an IP address",
                "use a DNS name",
            );
        } else {
            host_name(host, e);
        }
    }
    let paths = http.get("paths");
    if http.is_set() && paths.is_set() && paths.is_empty() {
        e.required(paths, "");
    }
    for item in paths.items() {
        read!(item => path, kind = "pathType", backend);
        ingress_path(path, kind, e);
        if backend.is_set() {
            ingress_backend(backend, e);
        }
    }
}

/// `validateHTTPIngressPath`. The API table checks the type.
fn ingress_path(path: Value<'_>, kind: Value<'_>, e: &mut Errors) {
    let Some(text) = path.text() else { return };
    let is_strict = kind.is("Exact") || kind.is("Prefix");
    if !is_strict && !kind.is("ImplementationSpecific") {
        return;
    }
    if !text.starts_with('/') && (is_strict || !text.is_empty()) {
        e.invalid(path, "must be an absolute path", "start the path with `/`");
    }
    if !is_strict {
        return;
    }
    for part in ["//", "/./", "/../", "%2f", "%2F"] {
        if text.contains(part) {
            e.invalid(
                path,
                format!("cannot contain `{part}`"),
                "use a path without it",
            );
        }
    }
    for end in ["/..", "/."] {
        if text.ends_with(end) {
            e.invalid(
                path,
                format!("cannot end with `{end}`"),
                "use a path without it",
            );
        }
    }
}

/// A host, which may start with `*.`.
fn host_name(host: Value<'_>, e: &mut Errors) {
    let Some(text) = host.text() else { return };
    let name = match text.contains('*') {
        true => text.strip_prefix("*.").unwrap_or("*"),
        false => &text,
    };
    if let Err(error) = dns_subdomain(name) {
        let what = match name {
            "*" => "a DNS name, with `*.` only at its start",
            _ => "a DNS name",
        };
        let message = format!("must be {what}, but it {}", error.kind);
        e.invalid(host, message, SUBDOMAIN_HELP);
    }
}

/// `validateIngressBackend`.
fn ingress_backend(backend: Value<'_>, e: &mut Errors) {
    if !backend.is_mapping() {
        return;
    }
    read!(backend => resource, service);
    if resource.is_unknown() || service.is_unknown() {
        return;
    }
    match (resource.is_set(), service.is_set()) {
        (true, true) => {
            e.invalid(
                backend,
                "cannot have both `resource` and `service`",
                "remove one of the two",
            );
        }
        (true, false) => typed_reference(resource, e),
        (false, true) => {
            read!(service => name, port);
            if name.is_empty() {
                e.required(name, "");
            } else {
                e.since(36, |e| {
                    check(name, dns_label, "the name of a Service", LABEL_HELP, e)
                });
                e.before(36, |e| NameForm::Label1035.check(name, e));
            }
            read!(port => port_name = "name", number);
            match (port_name.is_empty(), number.int_or_zero()) {
                (false, Some(number)) if number != 0 => {
                    e.invalid(
                        port,
                        "cannot have both `name` and `number`",
                        "remove one of the two",
                    );
                }
                (true, Some(0)) => {
                    e.required(port, "to have `name` or `number`").help(
                        "add `port` with the `number` or the `name` of the port of the Service",
                    );
                }
                _ => {}
            }
        }
        (false, false) => {
            e.invalid(
                backend,
                "has no `service`",
                "add `service` with `name` and `port`",
            );
        }
    }
}

/// `validateIngressTypedLocalObjectReference`.
fn typed_reference(reference: Value<'_>, e: &mut Errors) {
    read!(reference => group = "apiGroup", kind, name);
    if group.is_set() {
        subdomain(group, e);
    }
    for field in [kind, name] {
        if field.is_empty() {
            e.required(field, "");
            continue;
        }
        check(
            field,
            path_segment,
            "a path segment",
            "use a name without `/` and `%`",
            e,
        );
    }
}

/// `ValidateIngressClass`.
pub(super) fn ingress_class(object: Value<'_>, e: &mut Errors) {
    let spec = object.get("spec");
    read!(spec => controller, parameters);
    if controller.text().is_some_and(|text| text.len() > 250) {
        e.too_long(controller, 250);
    }
    domain_prefixed_path(controller, e);
    if !parameters.is_mapping() {
        return;
    }
    typed_reference(parameters, e);
    read!(parameters => scope, namespace);
    // The default is `Cluster`.
    let Some(text) = scope.text() else { return };
    match &*text {
        "Namespace" => {
            if namespace.is_absent() {
                e.required(namespace, "when `scope` is `Namespace`");
            } else {
                check(
                    namespace,
                    dns_label,
                    "the name of a namespace",
                    LABEL_HELP,
                    e,
                );
            }
        }
        "Cluster" | "" if namespace.is_set() => {
            e.forbidden(namespace, "cannot be set when `scope` is `Cluster`")
                .help("set `scope: Namespace`, or remove `namespace`");
        }
        _ => one_of(scope, &["Cluster", "Namespace"], e),
    }
}

/// `ValidateIPAddress`.
pub(super) fn ip_address(object: Value<'_>, e: &mut Errors) {
    read!(object => metadata, spec);
    let name = metadata.get("name");
    if !name.is_empty() {
        ip::canonical_ip(name, e);
    }
    let parent = spec.get("parentRef");
    if parent.is_absent() {
        e.required(parent, "");
        return;
    }
    read!(parent => group, resource, name, namespace);
    if !group.is_empty() {
        subdomain(group, e);
    }
    for (field, is_required) in [(resource, true), (name, true), (namespace, false)] {
        if is_required && field.is_empty() {
            e.required(field, "");
        } else {
            check(
                field,
                path_segment,
                "a path segment",
                "use a name without `/` and `%`",
                e,
            );
        }
    }
}

/// `ValidateServiceCIDR`.
pub(super) fn service_cidr(object: Value<'_>, e: &mut Errors) {
    let cidrs = object.get("spec").get("cidrs");
    let many = cidrs.len();
    if cidrs.is_empty() {
        e.required(cidrs, "to have at least one CIDR");
        return;
    }
    if many > 2 {
        e.invalid(
            cidrs,
            "has more than 2 items",
            "use at most one CIDR of each family",
        );
        return;
    }
    for cidr in cidrs.items() {
        ip::canonical_cidr(cidr, e);
    }
    let families: Option<Vec<bool>> = cidrs
        .items()
        .map(|cidr| Some(ip::Network::parse(&cidr.text()?)?.address.is_ipv4()))
        .collect();
    if matches!(families.as_deref(), Some([a, b]) if a == b) {
        e.invalid(
            cidrs,
            "has two CIDRs of the same family",
            "use at most one CIDR of each family",
        );
    }
}
