//! Paths of node files that affect image pulls.

use podwright_model::{Engine, KubeletFlags, KubeletHome, docker_config::Shape};

/// Files that set kubelet flags; later ones override earlier ones. A path ending in `/` is a directory, of which
/// `*.conf` is read.
pub const FLAG_FILES: [&str; 9] = [
    "/lib/systemd/system/kubelet.service",
    "/usr/lib/systemd/system/kubelet.service",
    "/etc/systemd/system/kubelet.service",
    "/lib/systemd/system/kubelet.service.d/",
    "/usr/lib/systemd/system/kubelet.service.d/",
    "/etc/systemd/system/kubelet.service.d/",
    "/var/lib/kubelet/kubeadm-flags.env",
    "/etc/default/kubelet",
    "/etc/sysconfig/kubelet",
];

/// Paths of the KubeletConfiguration if no flag sets it, on kubeadm, EKS and GKE nodes.
const KUBELET_CONFIGS: [&str; 4] = [
    "/var/lib/kubelet/config.yaml",
    "/etc/kubernetes/kubelet/config.json",
    "/etc/kubernetes/kubelet/kubelet-config.json",
    "/home/kubernetes/kubelet-config.yaml",
];

/// Paths of the CredentialProviderConfig if no flag sets it: on EKS, AKS, GKE and k3s nodes, and usual names on others.
/// The kubelet itself has no default path.
const PROVIDER_CONFIGS: [&str; 8] = [
    "/etc/eks/image-credential-provider/config.json",
    "/var/lib/kubelet/credential-provider-config.yaml",
    "/etc/srv/kubernetes/cri_auth_config.yaml",
    "/var/lib/rancher/credentialprovider/config.yaml",
    "/etc/kubernetes/credential-provider-config.yaml",
    "/etc/kubernetes/credential-provider/config.yaml",
    "/etc/kubernetes/image-credential-provider-config.yaml",
    "/etc/kubernetes/image-credential-provider/config.yaml",
];

/// Paths of containerd's configuration: first in distributions with a bundled containerd (k3s, RKE2, k0s, MicroK8s),
/// then on all other nodes. The kubelet's containerd uses the first that exists.
pub const CONTAINERD_CONFIGS: [&str; 5] = [
    "/var/lib/rancher/k3s/agent/etc/containerd/config.toml",
    "/var/lib/rancher/rke2/agent/etc/containerd/config.toml",
    "/etc/k0s/containerd.toml",
    "/var/snap/microk8s/current/args/containerd.toml",
    "/etc/containerd/config.toml",
];

/// Conventional directory for files that containerd's configuration imports.
pub const CONTAINERD_DROP_INS: &str = "/etc/containerd/conf.d/";

/// CRI-O's configuration file.
pub const CRIO_CONFIG: &str = "/etc/crio/crio.conf";

/// Directory of CRI-O drop-ins. CRI-O reads every file in it and its subdirectories after the main file, sorted by
/// path.
pub const CRIO_DROP_INS: &str = "/etc/crio/crio.conf.d/";

/// Directories with a directory for each registry, which contains `hosts.toml`: containerd's defaults since 2.2, and those
/// of distributions with a bundled containerd.
pub const CERTS_DIRECTORIES: [&str; 6] = [
    "/etc/containerd/certs.d",
    "/etc/docker/certs.d",
    "/var/lib/rancher/k3s/agent/etc/containerd/certs.d",
    "/var/lib/rancher/rke2/agent/etc/containerd/certs.d",
    "/var/snap/microk8s/current/args/certs.d",
    "/etc/k0s/certs.d",
];

/// Registries of k3s and RKE2. Each of the two writes containerd's files from its own.
pub const REGISTRIES_YAML: [&str; 2] = [
    "/etc/rancher/k3s/registries.yaml",
    "/etc/rancher/rke2/registries.yaml",
];

/// Names that [`REGISTRIES_YAML`] is mistaken for.
pub const MISNAMED_REGISTRIES_YAML: [&str; 6] = [
    "/etc/rancher/k3s/registries.yml",
    "/etc/rancher/k3s/registry.yaml",
    "/etc/rancher/k3s/registry.yml",
    "/etc/rancher/rke2/registries.yml",
    "/etc/rancher/rke2/registry.yaml",
    "/etc/rancher/rke2/registry.yml",
];

/// Templates from which k3s and RKE2 write the configuration of containerd, and the configuration version of their base.
/// The first that exists is used.
pub const CONTAINERD_TEMPLATES: [(&str, u8); 4] = [
    (
        "/var/lib/rancher/k3s/agent/etc/containerd/config-v3.toml.tmpl",
        3,
    ),
    (
        "/var/lib/rancher/k3s/agent/etc/containerd/config.toml.tmpl",
        2,
    ),
    (
        "/var/lib/rancher/rke2/agent/etc/containerd/config-v3.toml.tmpl",
        3,
    ),
    (
        "/var/lib/rancher/rke2/agent/etc/containerd/config.toml.tmpl",
        2,
    ),
];

/// Registries of CRI-O and Podman.
pub const REGISTRIES_CONF: &str = "/etc/containers/registries.conf";

/// Directory of files that are read after [`REGISTRIES_CONF`], sorted by name; only `*.conf`, and not in subdirectories.
pub const REGISTRIES_CONF_DROP_INS: &str = "/etc/containers/registries.conf.d/";

/// Host names that the node resolves without DNS.
pub const HOSTS_FILE: &str = "/etc/hosts";

/// Container runtime whose configuration includes this node path. Files imported from elsewhere are not recognized.
#[must_use]
pub fn runtime_of_path(path: &str) -> Option<Engine> {
    let is_drop_in = path.starts_with(CONTAINERD_DROP_INS) && path.ends_with(".toml");
    if CONTAINERD_CONFIGS.contains(&path) || is_drop_in {
        return Some(Engine::Containerd);
    }
    (path == CRIO_CONFIG || path.starts_with(CRIO_DROP_INS)).then_some(Engine::Crio)
}

/// Root directory of the kubelet if `--root-dir` is not given.
const ROOT_DIR: &str = "/var/lib/kubelet";
/// Home directory of the kubelet if the files do not show whether `HOME` is set.
const HOME: &str = "/root";

/// The eight paths where the kubelet looks for docker credentials, in order. It uses only the first file that exists
/// and can be decoded (`pkg/credentialprovider/config.go`).
///
/// By default the kubelet's working directory is `/`, so two of the last paths are identical. If `HOME` is not set, the
/// paths in it are relative to the working directory.
#[must_use]
pub fn docker_config_paths(flags: &KubeletFlags) -> [(String, Shape); 8] {
    let absolute = |directory: Option<&str>, otherwise: &str| {
        let directory = directory.filter(|directory| directory.starts_with('/'));
        directory
            .unwrap_or(otherwise)
            .trim_end_matches('/')
            .to_owned()
    };
    let root_dir = absolute(flags.value("root-dir"), ROOT_DIR);
    let working = absolute(flags.working_directory.as_deref(), "");
    let home = match flags.kubelet_home() {
        KubeletHome::Directory(home) => absolute(Some(&home), HOME),
        KubeletHome::Unset => working.clone(),
        KubeletHome::Unknown => HOME.to_owned(),
    };
    let modern = |directory: &str| (format!("{directory}/config.json"), Shape::Modern);
    let legacy = |directory: &str| (format!("{directory}/.dockercfg"), Shape::Legacy);
    [
        modern(&root_dir),
        modern(&working),
        modern(&format!("{home}/.docker")),
        modern("/.docker"),
        legacy(&root_dir),
        legacy(&working),
        legacy(&home),
        legacy(""),
    ]
}

/// Paths where one might expect the kubelet to find docker credentials, but where it does not look.
#[must_use]
pub fn misplaced_docker_configs(flags: &KubeletFlags) -> Vec<(String, Shape)> {
    let root_dir = flags
        .value("root-dir")
        .unwrap_or(ROOT_DIR)
        .trim_end_matches('/');
    let home = match flags.kubelet_home() {
        KubeletHome::Directory(home) => home.trim_end_matches('/').to_owned(),
        KubeletHome::Unset | KubeletHome::Unknown => HOME.to_owned(),
    };
    let modern = [
        "docker.json",
        "dockerconfig.json",
        ".dockerconfigjson",
        ".docker/config.json",
        "docker/config.json",
    ];
    let mut places: Vec<(String, Shape)> = modern
        .iter()
        .map(|name| (format!("{root_dir}/{name}"), Shape::Modern))
        .collect();
    places.push((format!("{root_dir}/.docker/.dockercfg"), Shape::Legacy));
    places.push((format!("{HOME}/.docker/config.json"), Shape::Modern));
    places.push((format!("{HOME}/.dockercfg"), Shape::Legacy));
    places.push((format!("{home}/.dockerconfigjson"), Shape::Modern));
    places.push((format!("{home}/.docker/.dockerconfigjson"), Shape::Modern));
    places.push((format!("{home}/.docker/.dockercfg"), Shape::Legacy));
    places.push(("/etc/docker/config.json".to_owned(), Shape::Modern));
    places.push((
        "/etc/kubernetes/.docker/config.json".to_owned(),
        Shape::Modern,
    ));
    let found = docker_config_paths(flags);
    places.retain(|(path, _)| found.iter().all(|(place, _)| place != path));
    places
}

/// Paths of the KubeletConfigurations, in the order in which they are applied. A path ending in `/` is a directory, of
/// which `*.conf` is read.
#[must_use]
pub fn kubelet_config_paths(flags: &KubeletFlags) -> Vec<String> {
    let mut paths = named_or(flags.value("config"), &KUBELET_CONFIGS);
    let directory = flags.value("config-dir");
    paths.extend(directory.map(|directory| format!("{}/", directory.trim_end_matches('/'))));
    paths
}

/// Paths of the CredentialProviderConfigs: files or, since 1.34, a directory of `*.json`, `*.yaml` and `*.yml`.
#[must_use]
pub fn provider_config_paths(flags: &KubeletFlags) -> Vec<String> {
    named_or(
        flags.value("image-credential-provider-config"),
        &PROVIDER_CONFIGS,
    )
}

fn named_or(named: Option<&str>, usual: &[&str]) -> Vec<String> {
    match named.filter(|path| path.starts_with('/')) {
        Some(path) => vec![path.to_owned()],
        None => usual.iter().map(|&path| path.to_owned()).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kubelet_looks_in_eight_places() {
        let paths = |flags: &str| {
            let paths = docker_config_paths(&KubeletFlags::parse(flags));
            paths.map(|(path, _)| path)
        };
        assert_eq!(
            paths(""),
            [
                "/var/lib/kubelet/config.json",
                "/config.json",
                "/root/.docker/config.json",
                "/.docker/config.json",
                "/var/lib/kubelet/.dockercfg",
                "/.dockercfg",
                "/root/.dockercfg",
                "/.dockercfg",
            ]
        );
        let moved = paths("WorkingDirectory=/srv\nHOME=/home/x\nX=--root-dir=/data/\n");
        assert_eq!(
            moved[..3],
            [
                "/data/config.json",
                "/srv/config.json",
                "/home/x/.docker/config.json"
            ]
        );
    }
}
