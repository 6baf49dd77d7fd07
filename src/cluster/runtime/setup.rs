//! What a container runtime makes of its configuration.

use std::fmt;

use crate::model::Engine;
use crate::model::runtime_config::{ContainerdRelease, CriId, CrioRelease};
use crate::syntax::NodeId;
use crate::text::FileId;

/// A node of the tree of a file.
pub type Spot = (FileId, NodeId);

/// What runs the containers, in which release.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Release {
    /// containerd
    Containerd(ContainerdRelease),
    /// CRI-O
    Crio(CrioRelease),
}

/// A container runtime's configuration as it is in force.
#[derive(Clone, Debug)]
pub struct Setup<'w> {
    /// The node, by the name of its folder; `None` for a file that lies on no node.
    pub node: Option<&'w str>,
    /// What runs the containers there.
    pub release: Release,
    /// The files that it reads, in order.
    pub files: Vec<FileId>,
    /// Imports that lead to what is not among the files.
    pub outside: Vec<Spot>,
    /// Whether something in the files hides a part: a placeholder, a syntax error, or that they may be only a part.
    pub is_partial: bool,
    /// The runtimes; built-in ones first, then in order of appearance.
    pub handlers: Vec<Handler>,
    /// The runtime of Pods without a RuntimeClass, and where that is said; `None` where it is not known.
    pub default: Option<(String, Option<Spot>)>,
    /// Why it does not start, or serves no Pods.
    pub failures: Vec<Failure>,
    /// Runtimes that it leaves out (CRI-O).
    pub dropped: Vec<Dropped>,
    /// Tables that it passes over (containerd).
    pub passed_over: Vec<PassedOver>,
    /// Tables that an imported file replaces (containerd 1.x).
    pub replaced: Vec<Replaced>,
}

/// A runtime that Pods can be run with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handler {
    /// Its name: the `handler` of a RuntimeClass.
    pub name: String,
    /// The names of its tables, in the order in which they are read; none if it is built in.
    pub tables: Vec<Spot>,
    /// What runs: a runtime type of containerd, a path for CRI-O; `None` if that is not said.
    pub runs: Option<String>,
}

/// Why a container runtime does not start, or serves no Pods.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// A file is no TOML.
    Syntax(FileId),
    /// The format is newer than what the release reads.
    FormatTooNew {
        /// The value of `version`.
        at: Spot,
        /// It.
        format: i64,
    },
    /// A name in `[plugins]` is none of the format 2 (containerd 1.x).
    PluginName {
        /// The name.
        at: Spot,
        /// It.
        name: String,
    },
    /// A name in `disabled_plugins` is none of the format.
    DisabledName {
        /// The item.
        at: Spot,
        /// It.
        name: String,
    },
    /// The CRI plug-in is disabled.
    CriDisabled {
        /// The item of `disabled_plugins`.
        at: Spot,
    },
    /// The default runtime is not there; its name is empty if that is.
    NoDefault {
        /// What names it, or the table that left out the built-in one.
        at: Option<Spot>,
        /// Its name.
        name: String,
    },
    /// The default runtime is one that would be left out (CRI-O).
    BadDefault(Dropped),
}

/// A runtime that CRI-O leaves out with a warning in its log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dropped {
    /// Its name.
    pub name: String,
    /// What is wrong.
    pub at: Spot,
    /// Why.
    pub why: DropReason,
}

/// Why CRI-O leaves out a runtime.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DropReason {
    /// There is no such `runtime_type`.
    Type,
    /// The binary of the type `vm` is no shim of containerd by its name.
    ShimName,
    /// `runtime_config_path` is for the type `vm` only.
    ConfigPath,
}

/// A table that containerd passes over without an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PassedOver {
    /// Its name.
    pub at: Spot,
    /// By which name it stands there.
    pub id: CriId,
    /// The format of the file.
    pub format: i64,
    /// Where the format is said; `None` if it is not.
    pub format_at: Option<Spot>,
    /// The name that would count in this format.
    pub wanted: CriId,
}

/// A table that an imported file replaces as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replaced {
    /// The name of the table that is lost.
    pub before: Spot,
    /// The name of the table that counts.
    pub after: Spot,
    /// The runtimes that are lost.
    pub lost: Vec<String>,
}

/// What becomes of a Pod with a handler.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Served<'s> {
    /// This runtime runs it.
    By(&'s Handler),
    /// There is no such runtime: the Pod stays `Pending`.
    Missing,
    /// CRI-O leaves out the runtime of that name.
    Dropped(&'s Dropped),
    /// The container runtime itself does not start, or serves no Pods.
    Down,
    /// The files do not tell.
    Unknown,
}

impl Release {
    /// What it is a release of.
    #[must_use]
    pub const fn engine(self) -> Engine {
        match self {
            Self::Containerd(_) => Engine::Containerd,
            Self::Crio(_) => Engine::Crio,
        }
    }
}

impl fmt::Display for Release {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Containerd(release) => write!(f, "containerd {release}"),
            Self::Crio(release) => write!(f, "CRI-O {release}"),
        }
    }
}

impl<'w> Setup<'w> {
    pub(super) fn new(node: Option<&'w str>, release: Release) -> Self {
        Self {
            node,
            release,
            files: Vec::new(),
            outside: Vec::new(),
            is_partial: false,
            handlers: Vec::new(),
            default: None,
            failures: Vec::new(),
            dropped: Vec::new(),
            passed_over: Vec::new(),
            replaced: Vec::new(),
        }
    }

    /// Whether there may be more than what is known.
    #[must_use]
    pub fn is_uncertain(&self) -> bool {
        self.is_partial || !self.outside.is_empty()
    }

    /// The runtime of that name.
    #[must_use]
    pub fn handler(&self, name: &str) -> Option<&Handler> {
        self.handlers.iter().find(|handler| handler.name == name)
    }

    /// What becomes of a Pod with that handler; an empty one is the default.
    #[must_use]
    pub fn serve(&self, handler: &str) -> Served<'_> {
        if !self.failures.is_empty() {
            return Served::Down;
        }
        let name = match (handler, &self.default) {
            ("", Some((name, _))) => name,
            ("", None) => return Served::Unknown,
            (name, _) => name,
        };
        if let Some(handler) = self.handler(name) {
            return Served::By(handler);
        }
        if let Some(dropped) = self.dropped.iter().find(|dropped| dropped.name == name) {
            return Served::Dropped(dropped);
        }
        match self.is_uncertain() {
            true => Served::Unknown,
            false => Served::Missing,
        }
    }

    /// The table of a runtime, as it is read; a later one takes the place of an earlier.
    pub(super) fn define(&mut self, name: &str, at: Spot, runs: Option<&str>, merges: bool) {
        let known = self
            .handlers
            .iter_mut()
            .find(|handler| handler.name == name);
        match known {
            Some(handler) => {
                handler.tables.push(at);
                if !merges || runs.is_some() {
                    handler.runs = runs.map(str::to_owned);
                }
            }
            None => self.handlers.push(Handler {
                name: name.to_owned(),
                tables: vec![at],
                runs: runs.map(str::to_owned),
            }),
        }
    }

    pub(super) fn build_in(&mut self, name: &str, runs: &str) {
        self.handlers.push(Handler {
            name: name.to_owned(),
            tables: Vec::new(),
            runs: Some(runs.to_owned()),
        });
    }
}
