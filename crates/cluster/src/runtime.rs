//! Determines which runtimes a node has, by reading the configuration as containerd and CRI-O do.
//!
//! containerd: `cmd/containerd/server/config/config.go` (before 2.0 `services/server/config`), `plugins/cri/runtime`,
//! `internal/cri/config` (before 2.0 `pkg/cri/config`). CRI-O: `pkg/config/config.go`.

mod containerd;
mod crio;
mod import;
mod setup;
mod similar;
#[cfg(test)]
mod tests;

pub use crio::fault as crio_fault;
pub use import::{import_path, is_glob, matches_import};
pub use setup::{
    DropReason, Dropped, Failure, Handler, PassedOver, Release, Replaced, Served, Setup, Spot,
};
pub use similar::{drops_sandbox, similar_handler};

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHashMap;

use crate::workspace::node::{CONTAINERD_CONFIGS, CONTAINERD_DROP_INS, CRIO_CONFIG, CRIO_DROP_INS};
use crate::workspace::{Node, ObjectId, Workspace};
use podwright_model::{Body, Engine};
use podwright_syntax::text::FileId;

/// Returns the engine that the kubelet of a node is configured to use; `None` if that is not known or it is another
/// engine.
#[must_use]
pub fn configured_engine(workspace: &Workspace, node: &Node<'_>) -> Option<Engine> {
    let flags = workspace.kubelet_flags(node);
    let endpoint = flags.value("container-runtime-endpoint").map(str::to_owned);
    let endpoint = endpoint.or_else(|| configured_endpoint(workspace, node))?;
    if endpoint.contains("crio") {
        Some(Engine::Crio)
    } else if endpoint.contains("containerd") {
        Some(Engine::Containerd)
    } else {
        None
    }
}

fn configured_endpoint(workspace: &Workspace, node: &Node<'_>) -> Option<String> {
    let configs = super::pull::kubelet_configs(workspace, node);
    let mut endpoints = configs.iter().rev();
    endpoints.find_map(|(_, config)| {
        let endpoint = config.container_runtime_endpoint.text()?;
        (!endpoint.is_empty()).then(|| endpoint.to_owned())
    })
}

/// Returns the container runtime setup that the Pods of a node use; `None` if the files of the node do not define one.
///
/// If both engines are configured, the kubelet configuration must select one of them.
#[must_use]
pub fn setup_in_force(workspace: &Workspace, node: &Node<'_>) -> Option<Arc<Setup>> {
    let compute = || {
        if let Some(engine) = configured_engine(workspace, node) {
            return setup(workspace, node, engine);
        }
        match (
            setup(workspace, node, Engine::Containerd),
            setup(workspace, node, Engine::Crio),
        ) {
            (Some(one), None) | (None, Some(one)) => Some(one),
            _ => None,
        }
    };
    Setups::get(workspace, (node.root.to_owned(), None), compute)
}

/// Returns the setup of one engine on a node; `None` if the node has no configuration for it.
#[must_use]
pub fn setup(workspace: &Workspace, node: &Node<'_>, engine: Engine) -> Option<Arc<Setup>> {
    let compute = || computed_setup(workspace, node, engine);
    let engine = Some(engine == Engine::Crio);
    Setups::get(workspace, (node.root.to_owned(), engine), compute)
}

fn computed_setup(workspace: &Workspace, node: &Node<'_>, engine: Engine) -> Option<Arc<Setup>> {
    match engine {
        Engine::Containerd => {
            let path = CONTAINERD_CONFIGS
                .into_iter()
                .find(|path| node.file(path).is_some())?;
            Some(Arc::new(containerd::on_node(workspace, node, path)))
        }
        Engine::Crio => {
            let files = crio_files(node);
            let is_there = !files.is_empty();
            is_there.then(|| Arc::new(crio::on_node(workspace, node, &files)))
        }
    }
}

/// Root of a node, and whether the engine is CRI-O; `None` for the one that the kubelet uses.
type SetupKey = (PathBuf, Option<bool>);

/// Setups that were computed.
#[derive(Default)]
struct Setups(Mutex<FxHashMap<SetupKey, Option<Arc<Setup>>>>);

impl Setups {
    fn get(
        workspace: &Workspace,
        key: SetupKey,
        compute: impl FnOnce() -> Option<Arc<Setup>>,
    ) -> Option<Arc<Setup>> {
        let all = workspace.kept(|_| Self::default());
        let lock = || all.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = lock().get(&key).cloned();
        known.unwrap_or_else(|| {
            let setup = compute();
            lock().insert(key, setup.clone());
            setup
        })
    }
}

/// Returns the setups that a container runtime configuration file is part of: one for each of its nodes, or one for the
/// file alone if it does not belong to a node.
#[must_use]
pub fn setups(workspace: &Workspace, file: FileId) -> Vec<Arc<Setup>> {
    let Some(config) = &workspace.file(file).runtime_config else {
        return Vec::new();
    };
    if let Some(on_nodes) = &workspace.file(file).on_nodes {
        let engine = config.engine();
        let nodes = workspace.file(file).context.nodes.iter();
        let own = nodes.filter(|node| on_nodes.paths.iter().any(|path| path.root == node.root));
        // A node may have thousands of drop-in files, so they are listed only once.
        return own
            .filter_map(|directory| {
                let compute = || computed_setup(workspace, &workspace.node(directory), engine);
                let key = (directory.root.clone(), Some(engine == Engine::Crio));
                Setups::get(workspace, key, compute)
            })
            .collect();
    }
    match config.engine() {
        Engine::Containerd => {
            let setup = containerd::alone(workspace, file);
            setup.map(Arc::new).into_iter().collect()
        }
        // CRI-O nearly always has drop-in files, so nothing is known from a single file.
        Engine::Crio => Vec::new(),
    }
}

/// Returns the known setups of all nodes on which the Pods of `from` may run.
#[must_use]
pub fn setups_for(workspace: &Workspace, from: FileId) -> Vec<Arc<Setup>> {
    let nodes = workspace.nodes(from);
    nodes
        .iter()
        .filter_map(|node| setup_in_force(workspace, node))
        .collect()
}

/// Returns the files in the drop-in directory of containerd that its configuration does not import.
#[must_use]
pub fn drop_ins_left_out(workspace: &Workspace, node: &Node<'_>) -> Vec<FileId> {
    let Some(setup) = setup(workspace, node, Engine::Containerd) else {
        return Vec::new();
    };
    // The directory belongs to the `config.toml` next to it; k3s and other distributions do not have it.
    let is_beside = node.file("/etc/containerd/config.toml") == setup.files.first().copied();
    let drop_ins = node
        .files
        .iter()
        .filter(|(path, _)| is_beside && path.starts_with(CONTAINERD_DROP_INS));
    drop_ins
        .map(|&(_, file)| file)
        .filter(|file| !setup.files.contains(file) && !setup.is_uncertain())
        .filter(|file| workspace.file(*file).runtime_config.is_some())
        .collect()
}

/// Returns the files of CRI-O in the order in which it reads them.
fn crio_files(node: &Node<'_>) -> Vec<FileId> {
    let mut drop_ins: Vec<&(String, FileId)> = node
        .files
        .iter()
        .filter(|(path, _)| path.starts_with(CRIO_DROP_INS))
        .collect();
    // Directory by directory, in the order of `filepath.Walk`.
    drop_ins.sort_by_key(|(path, _)| path.split('/').collect::<Vec<_>>());
    let main = node.file(CRIO_CONFIG);
    main.into_iter()
        .chain(drop_ins.into_iter().map(|&(_, file)| file))
        .collect()
}

/// RuntimeClasses with this handler, in order.
#[must_use]
pub fn classes_for(workspace: &Workspace, handler: &str) -> Vec<ObjectId> {
    let all = workspace.kept(|workspace| {
        let mut all: FxHashMap<String, Vec<ObjectId>> = FxHashMap::default();
        for id in workspace.of_kind("node.k8s.io", "RuntimeClass") {
            if let Body::RuntimeClass(class) = &workspace.object(id).body
                && let Some(handler) = class.handler.text()
            {
                all.entry(handler.to_owned()).or_default().push(id);
            }
        }
        ClassesByHandler(all)
    });
    all.0.get(handler).cloned().unwrap_or_default()
}

struct ClassesByHandler(FxHashMap<String, Vec<ObjectId>>);

/// Whether the workspace has a RuntimeClass with this handler.
#[must_use]
pub fn has_class_for(workspace: &Workspace, handler: &str) -> bool {
    !classes_for(workspace, handler).is_empty()
}
