use std::collections::BTreeMap;

use podwright_cluster::registries::host_directories;
use podwright_model::registry_config::{RegistriesYaml, RegistryContent};
use podwright_model::{ImageReference, RegistryConfig};
use podwright_rule::{RuleContext, declare_rule};
use podwright_syntax::NodeId;
use podwright_syntax::text::{Location, Span};

declare_rule! {
    name: "registry-mirror-host-mismatch",
    summary: "mirror configuration is for another host than the images",
    severity: Warning,
    since: "0.1.0",
    hooks: { registry_config: check },
}

/// Names of Docker Hub. Its images have the host `docker.io`.
const DOCKER_HUB_NAMES: [&str; 4] = [
    "index.docker.io",
    "registry-1.docker.io",
    "hub.docker.com",
    "registry.hub.docker.com",
];

fn check(config: &RegistryConfig, cx: &mut RuleContext<'_>) {
    if !["hosts.toml", "registries.yaml"].contains(&cx.file().name()) {
        return;
    }
    match &config.content {
        RegistryContent::RegistriesYaml(registries) => of_yaml(registries, cx),
        RegistryContent::HostsToml(_) => of_directory(cx),
        RegistryContent::RegistriesConf(_) | RegistryContent::ContainerdTemplate(_) => {}
    }
}

fn of_yaml(registries: &RegistriesYaml, cx: &mut RuleContext<'_>) {
    let images = image_hosts(cx);
    let mirrors = &registries.mirrors;
    for mirror in mirrors {
        let is_there = |host: &str| mirrors.iter().any(|one| one.host == host);
        if let Some(miss) = miss(&mirror.host, &images, is_there) {
            report(
                Some(mirror.key),
                &miss,
                "k3s and RKE2 use a mirror only for images",
                cx,
            );
        }
    }
    let hosts: Vec<(String, Option<Location>)> = mirrors
        .iter()
        .flat_map(|mirror| &mirror.endpoints)
        .map(|(endpoint, node)| (host_of(endpoint), Some(cx.place(*node))))
        .chain(images)
        .collect();
    for (host, key) in &registries.configs {
        let is_there = |other: &str| registries.configs.iter().any(|(one, _)| one == other);
        if let Some(miss) = miss(host, &hosts, is_there)
            && !DOCKER_HUB_NAMES.contains(&host.as_str())
        {
            report(
                Some(*key),
                &miss,
                "k3s and RKE2 use a configuration only for endpoints",
                cx,
            );
        }
    }
}

/// Checks the name of the directory that contains a `hosts.toml`.
fn of_directory(cx: &mut RuleContext<'_>) {
    let images = image_hosts(cx);
    let paths = cx.file().on_nodes.iter().flat_map(|on| &on.paths);
    let Some(path) = paths.map(|path| path.path.clone()).next() else {
        return;
    };
    let mut parts = path.rsplit('/').skip(1);
    let (Some(name), Some(_)) = (parts.next(), parts.next()) else {
        return;
    };
    let root = path
        .strip_suffix(&format!("/{name}/hosts.toml"))
        .unwrap_or("")
        .to_owned();
    let host = match name
        .strip_suffix('_')
        .and_then(|name| name.rsplit_once('_'))
    {
        Some((host, port))
            if !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()) =>
        {
            format!("{host}:{port}")
        }
        _ => name.to_owned(),
    };
    if host == "_default" {
        return;
    }
    let nodes = cx.workspace.nodes(cx.file_id);
    let is_there = |other: &str| {
        let names = host_directories(other);
        let mut paths = names.iter().map(|name| format!("{root}/{name}/hosts.toml"));
        paths.any(|path| nodes.iter().any(|node| node.file(&path).is_some()))
    };
    if let Some(miss) = miss(&host, &images, is_there) {
        report(None, &miss, "containerd uses this file only for images", cx);
    }
}

struct Miss {
    host: String,
    meant: String,
    why: &'static str,
    place: Option<Location>,
}

/// What is wrong with a host if nothing uses it. `is_there` tells whether there is an entry for another host.
fn miss(
    host: &str,
    used: &[(String, Option<Location>)],
    is_there: impl Fn(&str) -> bool,
) -> Option<Miss> {
    if host == "*" || used.iter().any(|(one, _)| one == host) {
        return None;
    }
    let new = |meant: String, why, place| Miss {
        host: host.to_owned(),
        meant,
        why,
        place,
    };
    if let Some((_, rest)) = host.split_once("://") {
        let meant = rest.split('/').next().unwrap_or(rest).to_owned();
        return Some(new(meant, "it has a scheme", None));
    }
    if DOCKER_HUB_NAMES.contains(&host) {
        return Some(new(
            "docker.io".to_owned(),
            "images of Docker Hub have the host `docker.io`",
            None,
        ));
    }
    if let Some((meant, _)) = host.split_once('/') {
        return Some(new(meant.to_owned(), "it has a path", None));
    }
    let name = |host: &str| host.split(':').next().unwrap_or(host).to_owned();
    let other = used
        .iter()
        .find(|(one, _)| name(one) == name(host) && !is_there(one));
    other.map(|(other, place)| new(other.clone(), "the ports differ", *place))
}

fn report(key: Option<NodeId>, miss: &Miss, used_for: &str, cx: &mut RuleContext<'_>) {
    let Miss {
        host, meant, why, ..
    } = miss;
    let message = format!("`{host}` does not match `{meant}`: {why}");
    let finding = match key {
        Some(key) => cx.report(key, message),
        None => cx.report_span(Span::at(0), message),
    };
    finding
        .note(format!(
            "{used_for} with exactly this host and port; an omitted port is not equal to any port"
        ))
        .help(match key {
            Some(_) => format!("use `{meant}`"),
            None => format!(
                "rename the directory to `{}`",
                meant.replace(':', "_") + if meant.contains(':') { "_" } else { "" }
            ),
        });
    if let Some(place) = miss.place {
        finding.related(place, format!("`{meant}` is used here"));
    }
}

fn host_of(endpoint: &str) -> String {
    let rest = endpoint
        .split_once("://")
        .map_or(endpoint, |(_, rest)| rest);
    rest.split('/').next().unwrap_or(rest).to_owned()
}

/// Hosts of the images that may run on the nodes of this file, each with one location.
fn image_hosts(cx: &RuleContext<'_>) -> Vec<(String, Option<Location>)> {
    let mut hosts = BTreeMap::new();
    for (image, place) in cx.images_on_own_nodes() {
        if let Ok(reference) = ImageReference::parse(&image, cx.versions.newest) {
            hosts.entry(reference.domain).or_insert(Some(place));
        }
    }
    hosts.into_iter().collect()
}
