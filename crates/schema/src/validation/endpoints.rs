//! Endpoints and EndpointSlices: `ValidateEndpointsCreate` and `pkg/apis/discovery/validation`.

use podwright_model::name::{dns_label, dns_subdomain, qualified_name};
use rustc_hash::FxHashSet;

use super::errors::Errors;
use super::ip;
use super::names::{LABEL_HELP, QUALIFIED_HELP, SUBDOMAIN_HELP, check, label_text, subdomain};
use super::value::{Value, read};

/// `ValidateEndpointsCreate`.
pub(super) fn endpoints(object: Value<'_>, e: &mut Errors) {
    for subset in object.get("subsets").items() {
        read!(subset => addresses, not_ready = "notReadyAddresses", ports);
        if addresses.is_empty() && not_ready.is_empty() {
            e.required(subset, "to have `addresses` or `notReadyAddresses`")
                .help("add `addresses`, or remove the item");
        }
        for address in addresses.items().chain(not_ready.items()) {
            read!(address => own = "ip", hostname, node = "nodeName");
            if own.is_set() && !own.is_empty() {
                let count = e.count();
                ip::legacy_ip(own, e);
                if e.count() == count {
                    ip::endpoint_ip(own, e);
                }
            }
            if !hostname.is_empty() {
                check(hostname, dns_label, "a DNS label", LABEL_HELP, e);
            }
            if node.is_set() {
                subdomain(node, e);
            }
        }
        let many = ports.len();
        for port in ports.items() {
            read!(port => name, app_protocol = "appProtocol");
            if name.is_empty() {
                if many > 1 {
                    e.required(name, "when there is more than one port");
                }
            } else {
                check(name, dns_label, "a DNS label", LABEL_HELP, e);
            }
            if app_protocol.is_set() {
                check(
                    app_protocol,
                    qualified_name,
                    "a qualified name",
                    QUALIFIED_HELP,
                    e,
                );
            }
        }
    }
}

/// `ValidateEndpointSlice`.
pub(super) fn endpoint_slice(object: Value<'_>, e: &mut Errors) {
    read!(object => kind = "addressType", endpoints, ports);
    if ports.len() > 20_000 {
        e.too_many(ports, 20_000);
    } else {
        slice_ports(ports, e);
    }
    if endpoints.len() > 1_000 {
        e.too_many(endpoints, 1_000);
        return;
    }
    for endpoint in endpoints.items() {
        read!(endpoint => addresses, node = "nodeName", hostname, hints);
        if addresses.is_set() && addresses.is_empty() {
            e.required(addresses, "");
        }
        if addresses.len() > 100 {
            e.too_many(addresses, 100);
        }
        for address in addresses.items() {
            let Some(text) = address.text() else { continue };
            let count = e.count();
            match kind.content().as_deref() {
                Some("IPv4") => {
                    ip::legacy_ip(address, e);
                    if e.count() == count {
                        if ip::parse(&text).is_some_and(|own| own.is_ipv6()) {
                            e.invalid(address, "must be an IPv4 address", "use an IPv4 address");
                        }
                        ip::endpoint_ip(address, e);
                    }
                }
                Some("IPv6") => {
                    ip::canonical_ip(address, e);
                    if e.count() == count {
                        if ip::parse(&text).is_some_and(|own| own.is_ipv4()) {
                            e.invalid(address, "must be an IPv6 address", "use an IPv6 address");
                        }
                        ip::endpoint_ip(address, e);
                    }
                }
                Some("FQDN") => fully_qualified(address, &text, e),
                _ => {}
            }
        }
        if node.is_set() {
            subdomain(node, e);
        }
        if hostname.is_set() {
            check(hostname, dns_label, "a DNS label", LABEL_HELP, e);
        }
        slice_hints(hints, e);
    }
}

/// `IsFullyQualifiedDomainName`.
fn fully_qualified(at: Value<'_>, text: &str, e: &mut Errors) {
    let name = text.strip_suffix('.').unwrap_or(text);
    if text.is_empty() {
        e.required(at, "");
    } else if let Err(error) = dns_subdomain(name) {
        e.name(at, "a DNS name", error, SUBDOMAIN_HELP);
    } else if !name.contains('.') || name.split('.').any(|label| dns_label(label).is_err()) {
        e.invalid(
            at,
            "must be a DNS name of at least two labels",
            "use a name as in `example.com`",
        );
    }
}

fn slice_ports(ports: Value<'_>, e: &mut Errors) {
    let mut seen: FxHashSet<String> = FxHashSet::default();
    for port in ports.items() {
        read!(port => name, protocol, app_protocol = "appProtocol");
        if let Some(text) = name.text() {
            if !text.is_empty() {
                check(name, dns_label, "a DNS label", LABEL_HELP, e);
            }
            if !seen.insert(text.into_owned()) {
                e.duplicate(name, None);
            }
        }
        // The default of an absent protocol is TCP, but an empty one is rejected.
        if protocol.is_set() && protocol.is_none_of(&["TCP", "UDP", "SCTP"]) {
            e.not_supported(protocol, &["SCTP", "TCP", "UDP"]);
        }
        if app_protocol.is_set() {
            check(
                app_protocol,
                qualified_name,
                "a qualified name",
                QUALIFIED_HELP,
                e,
            );
        }
    }
}

fn slice_hints(hints: Value<'_>, e: &mut Errors) {
    for field in ["forZones", "forNodes"] {
        let list = hints.get(field);
        if list.len() > 8 {
            e.too_many(list, 8);
            return;
        }
        let mut seen: FxHashSet<String> = FxHashSet::default();
        for item in list.items() {
            let name = item.get("name");
            let Some(text) = name.text() else { continue };
            if !seen.insert(text.into_owned()) {
                e.duplicate(name, None);
            }
            match field {
                "forZones" => label_text(name, e),
                _ => subdomain(name, e),
            }
        }
    }
}
