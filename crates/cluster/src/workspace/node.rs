//! Cluster nodes whose files are part of the run.

mod paths;

pub use paths::{
    CERTS_DIRECTORIES, CONTAINERD_CONFIGS, CONTAINERD_DROP_INS, CONTAINERD_TEMPLATES, CRIO_CONFIG,
    CRIO_DROP_INS, FLAG_FILES, HOSTS_FILE, MISNAMED_REGISTRIES_YAML, REGISTRIES_CONF,
    REGISTRIES_CONF_DROP_INS, REGISTRIES_YAML, docker_config_paths, kubelet_config_paths,
    misplaced_docker_configs, provider_config_paths, runtime_of_path,
};

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::Workspace;
use podwright_model::{Engine, KubeletFlags, RegistryFormat, docker_config::Shape};
use podwright_syntax::text::FileId;

/// Directory that mirrors the root of a cluster node, as far as its files are relevant.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeDirectory {
    /// Directory as configured, used as the name of the node.
    pub name: String,
    /// Absolute path of the directory.
    pub root: PathBuf,
}

/// Path of a file on a node.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodePath {
    /// Directory of the node, [`NodeDirectory::root`].
    pub root: PathBuf,
    /// Path from the node's root: `/var/lib/kubelet/config.json`. For the target of a symbolic link, this is the path
    /// of the link.
    pub path: String,
}

/// Role of a file for the kubelet or the container runtime, regardless of its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NodeRole {
    /// A path where the kubelet looks for a docker config.
    DockerConfig(Shape),
    /// Sets kubelet flags.
    KubeletFlags,
    /// KubeletConfiguration or CredentialProviderConfig.
    Configuration,
    /// Part of the container runtime configuration, or located where the runtime looks for it.
    Runtime(Engine),
    /// Determines how registries are reached.
    Registries(RegistryFormat),
    /// `/etc/hosts`
    HostNames,
}

/// Role of a file on the nodes that contain it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OnNodes {
    /// Role for the kubelet.
    pub role: NodeRole,
    /// Paths of the file on the nodes.
    pub paths: Vec<NodePath>,
}

/// Node whose files are part of the run.
#[derive(Clone, Debug)]
pub struct Node<'w> {
    /// Name of its directory.
    pub name: &'w str,
    /// Absolute path of the directory.
    pub root: &'w Path,
    /// Files with their paths from the node's root, sorted by path.
    pub files: Arc<[(String, FileId)]>,
}

impl Node<'_> {
    /// Returns the file at a path from the node's root.
    #[must_use]
    pub fn file(&self, path: &str) -> Option<FileId> {
        let found = self
            .files
            .binary_search_by_key(&path, |(path, _)| path.as_str());
        found.ok().map(|index| self.files[index].1)
    }
}

/// Files of the nodes, by their roots.
struct FilesOfNodes(FxHashMap<PathBuf, FilesOfNode>);

/// Files of a node with their paths from its root, sorted by path.
type FilesOfNode = Arc<[(String, FileId)]>;

impl FilesOfNodes {
    fn new(workspace: &Workspace) -> Self {
        let mut all: FxHashMap<&Path, Vec<(String, FileId)>> = FxHashMap::default();
        for (file, id) in workspace.files.iter().zip(0..) {
            for path in file.on_nodes.iter().flat_map(|on| &on.paths) {
                let list = all.entry(&path.root).or_default();
                list.push((path.path.clone(), FileId(id)));
            }
        }
        let sorted = all.into_iter().map(|(root, mut list)| {
            list.sort_unstable();
            (root.to_owned(), list.into())
        });
        Self(sorted.collect())
    }
}

impl Workspace {
    /// Nodes on which the Pods of a file may run: those listed in the file's configuration.
    #[must_use]
    pub fn nodes(&self, from: FileId) -> Vec<Node<'_>> {
        let directories = self.file(from).context.nodes.iter();
        directories.map(|directory| self.node(directory)).collect()
    }

    pub(crate) fn node<'w>(&'w self, directory: &'w NodeDirectory) -> Node<'w> {
        let all = self.kept(FilesOfNodes::new);
        Node {
            name: &directory.name,
            root: &directory.root,
            files: all.0.get(&directory.root).cloned().unwrap_or_default(),
        }
    }
}

impl Workspace {
    /// Whether `/etc/hosts` of a node has the host name.
    #[must_use]
    pub fn has_host_name(&self, node: &Node<'_>, host: &str) -> bool {
        let file = node.file(HOSTS_FILE).map(|id| self.file(id));
        file.is_some_and(|file| {
            let mut lines = file.source.text.lines();
            lines.any(|line| {
                let entry = line.split('#').next().unwrap_or("");
                let mut names = entry.split_whitespace().skip(1);
                names.any(|name| name.eq_ignore_ascii_case(host))
            })
        })
    }

    /// Kubelet flags of a node, according to its files.
    #[must_use]
    pub fn kubelet_flags(&self, node: &Node<'_>) -> KubeletFlags {
        let mut all = KubeletFlags::default();
        for place in FLAG_FILES {
            let is_there = |path: &str| match place.strip_suffix('/') {
                Some(_) => path.starts_with(place),
                None => path == place,
            };
            let files = node.files.iter().filter(|(path, _)| is_there(path));
            for (path, id) in files {
                if let Some(flags) = self.file(*id).kubelet_flags.as_deref() {
                    all.extend_from(path, flags);
                }
            }
        }
        all
    }
}
