//! Hosts of containerd: `config_path` and the `hosts.toml` files below it, and the mirrors of k3s.

use super::{Refusal, Route, Stop, registry_itself};
use crate::runtime::{Release, Setup, Spot};
use crate::workspace::{Node, Workspace};
use podwright_model::runtime_config::{ContainerdConfig, ContainerdRelease, CriId, CriTable};
use podwright_model::{Field, ImageReference};
use podwright_syntax::text::{FileId, REDACTED};

/// Directories in which containerd looks for `hosts.toml` files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostRoots {
    /// The directories.
    pub roots: Roots,
    /// Where `config_path` is set.
    pub at: Option<Spot>,
    /// Whether there are mirrors in the configuration of containerd itself, which are used if `config_path` is not set.
    pub has_mirrors: bool,
}

/// How `config_path` is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Roots {
    /// containerd looks in these directories, in order.
    Directories(Vec<String>),
    /// The transfer service takes the list for the path of one directory, which does not exist.
    UnsplitList(String),
    /// `config_path` is not set, and `hosts.toml` files are not read.
    Unset,
    /// Not known from the files.
    Unknown,
}

/// `config_path` if it is not set, since 2.2 on Linux (`plugins/cri/images/plugin.go`).
const DEFAULT: &str = "/etc/containerd/certs.d:/etc/docker/certs.d";

/// Whether the release reads a registry configuration in the table; `false` if the configuration version is not known.
#[must_use]
pub fn reads_table(
    table: &CriTable,
    config: &ContainerdConfig,
    release: ContainerdRelease,
) -> bool {
    let format = match config.version {
        Field::Value(format, _) => format,
        Field::Missing => 0,
        _ => return false,
    };
    let newest_old = if release < ContainerdRelease::new(2, 3) {
        2
    } else {
        3
    };
    match table.id {
        CriId::Runtime => false,
        CriId::Images => !release.is_1(),
        CriId::Grpc if release.is_1() => format == 2,
        CriId::Grpc => format <= newest_old,
        CriId::Short => format < 2,
    }
}

/// Returns the directories in which the containerd of a node looks for `hosts.toml` files.
///
/// Since 2.1, images are pulled with the transfer service, which takes `config_path` for one directory
/// (`registry.WithHostDir`). Before, and with settings that the transfer service does not support, it is a list.
#[must_use]
pub fn host_roots(workspace: &Workspace, setup: &Setup) -> HostRoots {
    let unknown = |at| HostRoots {
        roots: Roots::Unknown,
        at,
        has_mirrors: false,
    };
    let Release::Containerd(release) = setup.release else {
        return unknown(None);
    };
    let mut path: Option<(String, Spot)> = None;
    let (mut has_mirrors, mut pulls_locally) = (false, false);
    for &id in &setup.files {
        let config = workspace.file(id).runtime_config.as_ref();
        let Some(config) = config.and_then(|config| config.containerd()) else {
            continue;
        };
        for table in config
            .cri
            .iter()
            .filter(|table| reads_table(table, config, release))
        {
            pulls_locally |= table.pulls_locally;
            let Some(registry) = &table.registry else {
                continue;
            };
            has_mirrors |= registry.mirrors.is_some();
            match &registry.config_path {
                Field::Value(text, node) => path = Some((text.clone(), (id, *node))),
                Field::Missing | Field::Null(_) => {}
                Field::Unknown(node) | Field::Invalid(node) => return unknown(Some((id, *node))),
            }
        }
    }
    if setup.is_uncertain() || !setup.failures.is_empty() {
        return unknown(None);
    }
    let at = path.as_ref().map(|(_, at)| *at);
    let has_default = release >= ContainerdRelease::new(2, 2) && !has_mirrors;
    let text = path.map(|(text, _)| text).filter(|text| !text.is_empty());
    let text = text.or_else(|| has_default.then(|| DEFAULT.to_owned()));
    let roots = match text {
        None => Roots::Unset,
        Some(list)
            if list.contains(':') && release >= ContainerdRelease::new(2, 1) && !pulls_locally =>
        {
            Roots::UnsplitList(list)
        }
        Some(list) => {
            let directories = list.split(':').filter(|path| !path.is_empty());
            let directories = directories.map(|path| path.trim_end_matches('/').to_owned());
            Roots::Directories(directories.collect())
        }
    };
    HostRoots {
        roots,
        at,
        has_mirrors,
    }
}

/// Names of the directories in which containerd looks for the `hosts.toml` of a registry, in order (`hostPaths`).
#[must_use]
pub fn host_directories(host: &str) -> Vec<String> {
    let mut names = Vec::new();
    if let Some((name, port)) = host.rsplit_once(':').filter(|(name, _)| !name.is_empty()) {
        names.push(format!("{name}_{port}_"));
    }
    names.push(host.to_owned());
    names.push("_default".to_owned());
    names
}

pub(super) fn route(
    workspace: &Workspace,
    node: &Node<'_>,
    setup: &Setup,
    image: &ImageReference,
) -> Option<Route> {
    let roots = host_roots(workspace, setup);
    let directories = match roots.roots {
        Roots::Directories(directories) => directories,
        Roots::UnsplitList(_) => Vec::new(),
        Roots::Unset if !roots.has_mirrors => Vec::new(),
        Roots::Unset | Roots::Unknown => return None,
    };
    let file = directories.iter().find_map(|root| {
        let names = host_directories(&image.domain);
        let mut paths = names.iter().map(|name| format!("{root}/{name}/hosts.toml"));
        paths.find_map(|path| node.file(&path))
    });
    let Some(file) = file else {
        return Some(direct(image));
    };
    let source = workspace.file(file);
    let config = source.registry_config.as_deref()?;
    // containerd continues as if a file that it cannot decode did not exist.
    let is_rejected = !source.tree.errors().is_empty() || !config.faults.is_empty();
    let hosts = config
        .hosts_toml()
        .filter(|_| !is_rejected && source.skipped.is_none());
    let mut stops = Vec::new();
    for host in hosts.into_iter().flat_map(|hosts| &hosts.hosts) {
        if host.pulls && (host.resolves || image.digest.is_some()) {
            stops.push(Stop {
                place: url(&host.url, host.overrides_path, &image.path),
                at: Some((file, host.key)),
                is_rewritten: false,
            });
        }
    }
    let server = hosts
        .and_then(|hosts| hosts.server.as_ref())
        .filter(|(server, _)| !server.is_empty());
    stops.push(match server {
        Some((server, node)) => Stop {
            place: url(server, false, &image.path),
            at: Some((file, *node)),
            is_rewritten: false,
        },
        None => registry_itself(image),
    });
    Some(Route {
        stops,
        refusal: None,
    })
}

/// The way of an image without mirrors.
fn direct(image: &ImageReference) -> Route {
    Route {
        stops: vec![registry_itself(image)],
        refusal: None,
    }
}

/// URL of a repository on a host (`parseHostConfig`).
fn url(host: &str, overrides_path: bool, repository: &str) -> String {
    let url = match host.starts_with("http") {
        true => host.to_owned(),
        false => format!("https://{host}"),
    };
    let url = without_user_info(&url);
    let url = url.trim_end_matches('/');
    let has_version = url.ends_with("/v2");
    match has_version || overrides_path {
        true => format!("{url}/{repository}"),
        false => format!("{url}/v2/{repository}"),
    }
}

/// The URL with a user name and password hidden.
fn without_user_info(url: &str) -> String {
    let start = url.find("://").map_or(0, |at| at + 3);
    let end = url[start..].find('/').map_or(url.len(), |at| start + at);
    match url[start..end].rfind('@') {
        Some(at) => format!("{}{REDACTED}{}", &url[..start], &url[start + at..]),
        None => url.to_owned(),
    }
}

/// From where k3s and RKE2 pull an image: the endpoints of the mirror for exactly this host, or for `*`, then the registry
/// itself.
pub(super) fn of_yaml(
    workspace: &Workspace,
    file: FileId,
    image: &ImageReference,
) -> Option<Route> {
    let source = workspace.file(file);
    let config = source
        .registry_config
        .as_deref()
        .filter(|_| source.skipped.is_none())?;
    if !config.faults.is_empty() || !source.tree.errors().is_empty() {
        return Some(Route {
            stops: Vec::new(),
            refusal: Some(Refusal::Rejected { file }),
        });
    }
    let registries = config.registries_yaml()?;
    let mirrors = &registries.mirrors;
    let exact = mirrors.iter().find(|mirror| mirror.host == image.domain);
    let mirror = exact.or_else(|| mirrors.iter().find(|mirror| mirror.host == "*"));
    let Some(mirror) = mirror else {
        return Some(direct(image));
    };
    let mut stops: Vec<Stop> = Vec::new();
    for (endpoint, node) in &mirror.endpoints {
        let has_path = endpoint.split("://").last().is_some_and(|rest| {
            let path = rest.split_once('/').map_or("", |(_, path)| path);
            !matches!(path.trim_end_matches('/'), "" | "v2")
        });
        stops.push(Stop {
            place: url(endpoint, has_path, &image.path),
            at: Some((file, *node)),
            is_rewritten: !mirror.rewrites.is_empty(),
        });
    }
    let own = registry_itself(image);
    if stops.iter().all(|stop| stop.place != own.place) {
        stops.push(own);
    }
    Some(Route {
        stops,
        refusal: None,
    })
}
