//! Host namespaces, ports of the host, names and DNS.

use super::super::errors::Errors;
use super::super::ip;
use super::super::names::{subdomain, subdomain_with_underscore};
use super::super::value::{Value, read};
use super::Pod;

/// `validatePodHostNetworkDeps`.
pub(super) fn host_network_ports(pod: &Pod<'_>, containers: Value<'_>, e: &mut Errors) {
    if pod.host_network != Some(true) {
        return;
    }
    for container in containers.items() {
        for port in container.get("ports").items() {
            read!(port => host_port = "hostPort", container_port = "containerPort");
            // An absent port of the host gets the port of the container when the Pod is created.
            if let (Some(host), Some(own)) = (host_port.int(), container_port.int())
                && host != 0
                && host != own
            {
                e.invalid(
                    host_port,
                    "must be equal to `containerPort` when `hostNetwork` is true",
                    format!("use {own}, or remove `hostPort`"),
                );
            }
        }
    }
}

/// `validateHostUsers`.
pub(super) fn host_users(pod: &Pod<'_>, host_pid: Value<'_>, host_ipc: Value<'_>, e: &mut Errors) {
    if pod.host_users {
        return;
    }
    const MESSAGE: &str = "cannot be true when `hostUsers` is false";
    if pod.host_network == Some(true) {
        e.forbidden(pod.spec.get("hostNetwork"), MESSAGE);
    }
    for field in [host_pid, host_ipc] {
        if field.is_true() {
            e.forbidden(field, MESSAGE);
        }
    }
    for container in pod.all_containers() {
        let devices = container.get("volumeDevices");
        if !devices.is_empty() {
            e.forbidden(devices, "cannot be set when `hostUsers` is false");
        }
    }
}

/// `validatePodHostName`. The rule `hostname-override-conflict` reports what it cannot be combined with.
pub(super) fn hostname_override(pod: &Pod<'_>, name: Value<'_>, fqdn: Value<'_>, e: &mut Errors) {
    if !name.is_set() {
        return;
    }
    if fqdn.is_true() {
        e.forbidden(name, "cannot be set when `setHostnameAsFQDN` is true");
    }
    if pod.host_network == Some(true) {
        e.forbidden(name, "cannot be set when `hostNetwork` is true");
    }
    if name.text().is_some_and(|text| text.len() > 64) {
        e.too_long(name, 64);
    }
    subdomain(name, e);
}

/// `ValidateHostAliases`.
pub(super) fn host_aliases(aliases: Value<'_>, e: &mut Errors) {
    for alias in aliases.items() {
        read!(alias => address = "ip", hostnames);
        if !address.is_empty() {
            ip::legacy_ip(address, e);
        }
        for name in hostnames.items() {
            subdomain(name, e);
        }
    }
}

/// `validatePodDNSConfig`.
pub(super) fn dns(policy: Value<'_>, config: Value<'_>, e: &mut Errors) {
    read!(config => nameservers, searches, options);
    if policy.is("None") {
        if config.is_absent() {
            e.required(config, "when `dnsPolicy` is `None`");
            return;
        }
        if nameservers.is_empty() {
            e.required(nameservers, "when `dnsPolicy` is `None`");
            return;
        }
    }
    if !config.is_mapping() {
        return;
    }
    if nameservers.len() > 3 {
        e.invalid(
            nameservers,
            "has more than 3 items",
            "use at most 3 name servers",
        );
    }
    for server in nameservers.items() {
        ip::legacy_ip(server, e);
    }
    if searches.len() > 32 {
        e.invalid(
            searches,
            "has more than 32 items",
            "use at most 32 search paths",
        );
    }
    let sizes = searches
        .items()
        .map(|item| item.text().map_or(0, |text| text.len() + 1));
    if sizes.sum::<usize>() > 2049 {
        e.invalid(
            searches,
            "has more than 2048 characters in total",
            "use fewer or shorter search paths",
        );
    }
    for search in searches.items() {
        // A dot at the end is fine, and so is a lone one.
        let Some(text) = search.text() else { continue };
        if text == "." {
            e.before(33, |e| subdomain(search, e));
        } else if let Some(rest) = text.strip_suffix('.') {
            let rest = rest.replace('_', "");
            if podwright_model::name::dns_subdomain(&rest).is_err() {
                subdomain_with_underscore(search, e);
            }
        } else {
            e.before(33, |e| {
                if text.contains('_') {
                    subdomain(search, e);
                }
            });
            subdomain_with_underscore(search, e);
        }
    }
    for option in options.items() {
        if option.get("name").is_empty() {
            e.required(option.get("name"), "");
        }
    }
}
