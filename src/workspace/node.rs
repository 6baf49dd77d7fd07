//! The nodes of the cluster, as far as their files are among those of the run.

mod paths;

pub use paths::{
    CONTAINERD_CONFIGS, CONTAINERD_DROP_INS, CRIO_CONFIG, CRIO_DROP_INS, FLAG_FILES,
    docker_config_paths, kubelet_config_paths, misplaced_docker_configs, provider_config_paths,
    runtime_of_path,
};

use std::path::PathBuf;

use super::Workspace;
use crate::model::docker_config::Shape;
use crate::model::{Engine, KubeletFlags};
use crate::text::FileId;

/// A folder that mirrors the root of a node of the cluster, as far as its files matter.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeFolder {
    /// The folder as it is written: what the node is called.
    pub name: String,
    /// Where the folder is, an absolute path.
    pub root: PathBuf,
}

/// Where on a node a file lies.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodePath {
    /// The folder of the node, [`NodeFolder::root`].
    pub root: PathBuf,
    /// The path from the node's root: `/var/lib/kubelet/config.json`. A file that a link leads to has that of the
    /// link.
    pub path: String,
}

/// What a file is to the kubelet or the container runtime, whatever is in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NodeRole {
    /// It is looked for as a docker configuration.
    DockerConfig(Shape),
    /// It says how the kubelet is started.
    KubeletFlags,
    /// It is a KubeletConfiguration or a CredentialProviderConfig.
    Configuration,
    /// It is of the configuration of the container runtime, or lies where that is looked for.
    Runtime(Engine),
}

/// A file's part on the nodes that it lies on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OnNodes {
    /// What it is to the kubelet.
    pub role: NodeRole,
    /// Where it lies.
    pub paths: Vec<NodePath>,
}

/// A node, as far as its files are among those of the run.
#[derive(Clone, Debug)]
pub struct Node<'w> {
    /// The name of its folder.
    pub name: &'w str,
    /// Its files with their paths from the root, in the order of the paths.
    pub files: Vec<(&'w str, FileId)>,
}

impl Node<'_> {
    /// The file at a path from the root.
    #[must_use]
    pub fn file(&self, path: &str) -> Option<FileId> {
        let found = self.files.binary_search_by_key(&path, |(path, _)| path);
        found.ok().map(|index| self.files[index].1)
    }
}

impl Workspace {
    /// The nodes on which the Pods of a file may run: those that its configuration names.
    #[must_use]
    pub fn nodes(&self, from: FileId) -> Vec<Node<'_>> {
        let folders = self.file(from).surroundings.nodes.iter();
        folders.map(|folder| self.node(folder)).collect()
    }

    fn node<'w>(&'w self, folder: &'w NodeFolder) -> Node<'w> {
        let mut files = Vec::new();
        for (file, id) in self.files.iter().zip(0..) {
            let paths = file.on_nodes.iter().flat_map(|on| &on.paths);
            let own = paths.filter(|path| path.root == folder.root);
            files.extend(own.map(|path| (path.path.as_str(), FileId(id))));
        }
        files.sort_unstable();
        Node {
            name: &folder.name,
            files,
        }
    }
}

impl Workspace {
    /// How the kubelet of a node is started, as its files say.
    #[must_use]
    pub fn kubelet_flags(&self, node: &Node<'_>) -> KubeletFlags {
        let mut all = KubeletFlags::default();
        for place in FLAG_FILES {
            let is_there = |path: &str| match place.strip_suffix('/') {
                Some(_) => path.starts_with(place),
                None => path == place,
            };
            let files = node.files.iter().filter(|(path, _)| is_there(path));
            for flags in files.filter_map(|(_, id)| self.file(*id).kubelet_flags.as_deref()) {
                all.extend(flags);
            }
        }
        all
    }
}
