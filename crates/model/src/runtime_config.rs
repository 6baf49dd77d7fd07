//! Configuration of a node's container runtime: containerd's `config.toml`, CRI-O's `crio.conf`, and their drop-ins.

mod containerd;
mod crio;
mod release;

pub use containerd::{ContainerdConfig, ContainerdTable, CriId, CriTable, Registry, RuntimeTable};
pub use crio::{CrioConfig, CrioRuntime, MisplacedTable};
pub use release::{ContainerdRelease, CrioRelease, RuntimeReleases};

use podwright_syntax::SyntaxTree;

/// Container runtime of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Engine {
    /// containerd
    Containerd,
    /// CRI-O
    Crio,
}

/// Configuration file of a container runtime. Nodes refer to the syntax tree that it was decoded from.
#[derive(Clone, Debug)]
pub enum RuntimeConfig {
    /// containerd configuration
    Containerd(ContainerdConfig),
    /// CRI-O configuration
    Crio(CrioConfig),
}

/// Strings that appear only in containerd configurations.
const MARKS_OF_CONTAINERD: [&str; 5] = [
    "io.containerd.",
    "plugins.cri",
    "plugins.\"cri\"",
    "plugins.'cri'",
    "disabled_plugins",
];

impl Engine {
    /// Name of the runtime.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Containerd => "containerd",
            Self::Crio => "CRI-O",
        }
    }

    /// Runtime whose configuration a file is, by its name and content; `None` if it is not a runtime configuration.
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
    /// Reads a TOML tree.
    #[must_use]
    pub fn decode(tree: &SyntaxTree, engine: Engine) -> Self {
        match engine {
            Engine::Containerd => Self::Containerd(ContainerdConfig::decode(tree)),
            Engine::Crio => Self::Crio(CrioConfig::decode(tree)),
        }
    }

    /// Runtime that uses the configuration.
    #[must_use]
    pub const fn engine(&self) -> Engine {
        match self {
            Self::Containerd(_) => Engine::Containerd,
            Self::Crio(_) => Engine::Crio,
        }
    }

    /// The configuration, if it is for containerd.
    #[must_use]
    pub const fn containerd(&self) -> Option<&ContainerdConfig> {
        match self {
            Self::Containerd(config) => Some(config),
            Self::Crio(_) => None,
        }
    }

    /// The configuration, if it is for CRI-O.
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
