//! Where the files of a node lie that decide on pulling.

use crate::model::docker_config::Shape;
use crate::model::{Engine, KubeletFlags};

/// Files that say how the kubelet is started, in the order in which they override one another. What ends with `/` is
/// a folder, of which the `*.conf` count.
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

/// Where a KubeletConfiguration lies if no flag says so: on nodes of kubeadm, EKS and GKE.
const KUBELET_CONFIGS: [&str; 4] = [
    "/var/lib/kubelet/config.yaml",
    "/etc/kubernetes/kubelet/config.json",
    "/etc/kubernetes/kubelet/kubelet-config.json",
    "/home/kubernetes/kubelet-config.yaml",
];

/// Where a CredentialProviderConfig lies if no flag says so: on nodes of EKS, AKS, GKE and k3s. The kubelet itself has
/// no such place.
const PROVIDER_CONFIGS: [&str; 4] = [
    "/etc/eks/image-credential-provider/config.json",
    "/var/lib/kubelet/credential-provider-config.yaml",
    "/etc/srv/kubernetes/cri_auth_config.yaml",
    "/var/lib/rancher/credentialprovider/config.yaml",
];

/// Where containerd's configuration lies: in distributions that bring their own containerd (k3s, RKE2, k0s,
/// MicroK8s), and
/// on all other nodes. The first that is there is the kubelet's.
pub const CONTAINERD_CONFIGS: [&str; 5] = [
    "/var/lib/rancher/k3s/agent/etc/containerd/config.toml",
    "/var/lib/rancher/rke2/agent/etc/containerd/config.toml",
    "/etc/k0s/containerd.toml",
    "/var/snap/microk8s/current/args/containerd.toml",
    "/etc/containerd/config.toml",
];

/// Where files are kept that containerd's configuration is to import.
pub const CONTAINERD_DROP_INS: &str = "/etc/containerd/conf.d/";

/// CRI-O's configuration.
pub const CRIO_CONFIG: &str = "/etc/crio/crio.conf";

/// The folder of which CRI-O reads every file after that, folders in it too, in the order of their paths.
pub const CRIO_DROP_INS: &str = "/etc/crio/crio.conf.d/";

/// The container runtime in whose configuration the path of a node lies; what that imports from elsewhere does not.
#[must_use]
pub fn runtime_of_path(path: &str) -> Option<Engine> {
    let is_drop_in = path.starts_with(CONTAINERD_DROP_INS) && path.ends_with(".toml");
    if CONTAINERD_CONFIGS.contains(&path) || is_drop_in {
        return Some(Engine::Containerd);
    }
    (path == CRIO_CONFIG || path.starts_with(CRIO_DROP_INS)).then_some(Engine::Crio)
}

/// The root folder of the kubelet if `--root-dir` is not given.
const ROOT_DIR: &str = "/var/lib/kubelet";
/// The home of the user that the kubelet runs as. Without a `HOME` in its environment the kubelet looks in its working
/// folder instead; which it is, no file says that is read here.
const HOME: &str = "/root";

/// The eight places in which the kubelet looks for docker's credentials, in order: the first file there is that can be
/// decoded is the only one that counts (`pkg/credentialprovider/config.go`).
///
/// With no folder of its own the kubelet works in `/`, so that two of the last are one.
#[must_use]
pub fn docker_config_paths(flags: &KubeletFlags) -> [(String, Shape); 8] {
    let absolute = |folder: Option<&str>, otherwise: &str| {
        let folder = folder.filter(|folder| folder.starts_with('/'));
        folder.unwrap_or(otherwise).trim_end_matches('/').to_owned()
    };
    let root_dir = absolute(flags.value("root-dir"), ROOT_DIR);
    let working = absolute(flags.working_directory.as_deref(), "");
    let home = absolute(flags.home.as_deref(), HOME);
    let modern = |folder: &str| (format!("{folder}/config.json"), Shape::Modern);
    let legacy = |folder: &str| (format!("{folder}/.dockercfg"), Shape::Legacy);
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

/// Places that look as if the kubelet would find docker's credentials there, and where it does not look.
#[must_use]
pub fn misplaced_docker_configs(flags: &KubeletFlags) -> Vec<(String, Shape)> {
    let root_dir = flags
        .value("root-dir")
        .unwrap_or(ROOT_DIR)
        .trim_end_matches('/');
    let home = flags.home.as_deref().unwrap_or(HOME).trim_end_matches('/');
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

/// Where the KubeletConfigurations may lie, in the order in which they are applied; what ends with `/` is a folder, of
/// which the `*.conf` count.
#[must_use]
pub fn kubelet_config_paths(flags: &KubeletFlags) -> Vec<String> {
    let mut paths = named_or(flags.value("config"), &KUBELET_CONFIGS);
    let folder = flags.value("config-dir");
    paths.extend(folder.map(|folder| format!("{}/", folder.trim_end_matches('/'))));
    paths
}

/// Where the CredentialProviderConfigs may lie: files, or from 1.34 on a folder of `*.json`, `*.yaml` and `*.yml`.
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
