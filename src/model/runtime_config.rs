//! The configuration of a node's container runtime: containerd's `config.toml`, CRI-O's `crio.conf`, and their
//! drop-ins.

mod containerd;
mod crio;
mod release;

pub use containerd::{ContainerdConfig, ContainerdTable, CriId, CriTable, Registry, RuntimeTable};
pub use crio::{CrioConfig, CrioRuntime, MisplacedTable};
pub use release::{ContainerdRelease, CrioRelease, RuntimeReleases};

use crate::syntax::Tree;

/// Which program runs the containers of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Engine {
    /// containerd
    Containerd,
    /// CRI-O
    Crio,
}

/// A file of the configuration of a container runtime. Nodes are those of the tree that it was decoded from.
#[derive(Clone, Debug)]
pub enum RuntimeConfig {
    /// containerd's
    Containerd(ContainerdConfig),
    /// CRI-O's
    Crio(CrioConfig),
}

/// What only a configuration of containerd holds.
const MARKS_OF_CONTAINERD: [&str; 5] = [
    "io.containerd.",
    "plugins.cri",
    "plugins.\"cri\"",
    "plugins.'cri'",
    "disabled_plugins",
];

impl Engine {
    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Containerd => "containerd",
            Self::Crio => "CRI-O",
        }
    }

    /// The engine whose configuration a file is, by its name and what is in it; `None` if it is none.
    #[must_use]
    pub fn of_file(path: &str, text: &str) -> Option<Self> {
        let name = path.rsplit('/').next().unwrap_or(path);
        if name == "crio.conf" || path.contains("crio.conf.d/") {
            return Some(Self::Crio);
        }
        if !name.ends_with(".toml") {
            return None;
        }
        let mut lines = text.lines().map(str::trim_start);
        if lines.any(|line| line.starts_with("[crio.") || line.starts_with("[crio]")) {
            return Some(Self::Crio);
        }
        let mut code = text.lines().map(str::trim_start);
        let is_containerd = code.any(|line| {
            !line.starts_with('#') && MARKS_OF_CONTAINERD.iter().any(|mark| line.contains(mark))
        });
        is_containerd.then_some(Self::Containerd)
    }
}

impl RuntimeConfig {
    /// Reads a tree of TOML.
    #[must_use]
    pub fn decode(tree: &Tree, engine: Engine) -> Self {
        match engine {
            Engine::Containerd => Self::Containerd(ContainerdConfig::decode(tree)),
            Engine::Crio => Self::Crio(CrioConfig::decode(tree)),
        }
    }

    /// Whose configuration it is.
    #[must_use]
    pub const fn engine(&self) -> Engine {
        match self {
            Self::Containerd(_) => Engine::Containerd,
            Self::Crio(_) => Engine::Crio,
        }
    }

    /// It as one of containerd.
    #[must_use]
    pub const fn containerd(&self) -> Option<&ContainerdConfig> {
        match self {
            Self::Containerd(config) => Some(config),
            Self::Crio(_) => None,
        }
    }

    /// It as one of CRI-O.
    #[must_use]
    pub const fn crio(&self) -> Option<&CrioConfig> {
        match self {
            Self::Crio(config) => Some(config),
            Self::Containerd(_) => None,
        }
    }
}

#[cfg(test)]
mod tests;
