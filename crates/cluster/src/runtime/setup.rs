//! Effective setup of a container runtime.

use std::fmt;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use podwright_model::Engine;
use podwright_model::runtime_config::{ContainerdRelease, CriId, CrioRelease};
use podwright_syntax::{NodeId, text::FileId};

/// Syntax node in a file.
pub type Spot = (FileId, NodeId);

/// Container engine and its release.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Release {
    /// containerd
    Containerd(ContainerdRelease),
    /// CRI-O
    Crio(CrioRelease),
}

/// Effective configuration of a container runtime.
#[derive(Clone, Debug)]
pub struct Setup {
    /// Name of the node (its directory); `None` for a file that does not belong to a node.
    pub node: Option<Arc<str>>,
    /// Engine and release of the container runtime.
    pub release: Release,
    /// Configuration files in the order in which they are read.
    pub files: Vec<FileId>,
    /// Imports of files that are not in the input.
    pub outside: Vec<Spot>,
    /// Whether a part of the configuration is unknown: a placeholder, a syntax error, or possibly missing files.
    pub is_partial: bool,
    /// Runtimes: built-in ones first, then in order of appearance.
    pub handlers: Vec<Handler>,
    /// Runtime of Pods without a RuntimeClass, and where it is set; `None` if it is not known.
    pub default: Option<(String, Option<Spot>)>,
    /// Reasons why the container runtime does not start or does not serve Pods.
    pub failures: Vec<Failure>,
    /// Runtimes that are skipped (CRI-O).
    pub dropped: Vec<Dropped>,
    /// Tables that are ignored (containerd).
    pub passed_over: Vec<PassedOver>,
    /// Tables that an imported file replaces (containerd 1.x).
    pub replaced: Vec<Replaced>,
    /// Indexes of the runtimes, and of those that are skipped, by name.
    indexes: FxHashMap<String, usize>,
    dropped_indexes: FxHashMap<String, usize>,
}

/// A runtime that can run Pods.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handler {
    /// Name, as used in `handler` of a RuntimeClass.
    pub name: String,
    /// Table names in the order in which they are read; empty for a built-in runtime.
    pub tables: Vec<Spot>,
    /// Runtime type for containerd, path for CRI-O; `None` if it is not set.
    pub runs: Option<String>,
}

/// Reason why a container runtime does not start or does not serve Pods.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// A file is not valid TOML.
    Syntax(FileId),
    /// The configuration version is too new for the release.
    FormatTooNew {
        /// Location of the value of `version`.
        at: Spot,
        /// The version.
        format: i64,
    },
    /// A name in `[plugins]` is not valid in version 2 (containerd 1.x).
    PluginName {
        /// Location of the name.
        at: Spot,
        /// The name.
        name: String,
    },
    /// A name in `disabled_plugins` is not valid in the configuration version.
    DisabledName {
        /// Location of the item.
        at: Spot,
        /// The name.
        name: String,
    },
    /// The CRI plugin is disabled.
    CriDisabled {
        /// Location of the item in `disabled_plugins`.
        at: Spot,
    },
    /// The default runtime does not exist.
    NoDefault {
        /// Location that names it, or the table that omits the built-in runtime.
        at: Option<Spot>,
        /// Its name; may be empty.
        name: String,
    },
    /// The default runtime, or before 1.21 any runtime, is invalid (CRI-O).
    BadDefault(Dropped),
}

/// A runtime that CRI-O skips with a warning in its log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dropped {
    /// Name of the runtime.
    pub name: String,
    /// Location of the invalid value.
    pub at: Spot,
    /// Reason.
    pub why: DropReason,
}

/// Reason why CRI-O skips a runtime.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DropReason {
    /// `runtime_type` is invalid.
    Type,
    /// The binary for the type `vm` does not have the name of a containerd shim.
    ShimName,
    /// `runtime_config_path` is set, but the type is not `vm`.
    ConfigPath,
}

/// A table that containerd silently ignores.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PassedOver {
    /// Location of the table name.
    pub at: Spot,
    /// Name of the table.
    pub id: CriId,
    /// Configuration version of the file.
    pub format: i64,
    /// Where the version is set; `None` if it is not set.
    pub format_at: Option<Spot>,
    /// Table name that this version uses.
    pub wanted: CriId,
}

/// A table that an imported file replaces entirely.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replaced {
    /// Name of the table that is lost.
    pub before: Spot,
    /// Name of the table that is used.
    pub after: Spot,
    /// Names of the runtimes that are lost.
    pub lost: Vec<String>,
}

/// What happens to a Pod that uses a handler.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Served<'s> {
    /// This runtime runs it.
    By(&'s Handler),
    /// The runtime does not exist: the Pod stays `Pending`.
    Missing,
    /// CRI-O skips the runtime with this name.
    Dropped(&'s Dropped),
    /// The container runtime itself does not start or does not serve Pods.
    Down,
    /// Not known from the files.
    Unknown,
}

impl Release {
    /// Returns the engine of this release.
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

impl Setup {
    pub(super) fn new(node: Option<&str>, release: Release) -> Self {
        Self {
            node: node.map(Arc::from),
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
            indexes: FxHashMap::default(),
            dropped_indexes: FxHashMap::default(),
        }
    }

    /// Name of the node for display.
    #[must_use]
    pub fn node_name(&self) -> &str {
        self.node.as_deref().unwrap_or("?")
    }

    /// Whether there may be runtimes or settings that are not known.
    #[must_use]
    pub fn is_uncertain(&self) -> bool {
        self.is_partial || !self.outside.is_empty()
    }

    /// Returns the runtime with this name.
    #[must_use]
    pub fn handler(&self, name: &str) -> Option<&Handler> {
        let index = self.indexes.get(name)?;
        self.handlers.get(*index)
    }

    /// Returns what happens to a Pod that uses this handler; an empty string is the default runtime.
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
        if let Some(&index) = self.dropped_indexes.get(name) {
            return Served::Dropped(&self.dropped[index]);
        }
        match self.is_uncertain() {
            true => Served::Unknown,
            false => Served::Missing,
        }
    }

    /// Adds the table of a runtime. A later table replaces an earlier one, or is merged with it if `merges` is set.
    pub(super) fn define(&mut self, name: &str, at: Spot, runs: Option<&str>, merges: bool) {
        let index = self.indexes.get(name);
        match index.map(|&index| &mut self.handlers[index]) {
            Some(handler) => {
                handler.tables.push(at);
                if !merges || runs.is_some() {
                    handler.runs = runs.map(str::to_owned);
                }
            }
            None => self.add(Handler {
                name: name.to_owned(),
                tables: vec![at],
                runs: runs.map(str::to_owned),
            }),
        }
    }

    fn add(&mut self, handler: Handler) {
        let index = self.handlers.len();
        self.indexes.entry(handler.name.clone()).or_insert(index);
        self.handlers.push(handler);
    }

    /// Removes runtimes.
    pub(super) fn remove(&mut self, names: &FxHashSet<&str>) {
        let is_kept = |handler: &Handler| !names.contains(handler.name.as_str());
        self.handlers.retain(is_kept);
        self.indexes.clear();
        for (handler, index) in self.handlers.iter().zip(0..) {
            self.indexes.entry(handler.name.clone()).or_insert(index);
        }
    }

    /// Adds a runtime that is skipped.
    pub(super) fn skip(&mut self, dropped: Dropped) {
        let index = self.dropped.len();
        let indexes = &mut self.dropped_indexes;
        indexes.entry(dropped.name.clone()).or_insert(index);
        self.dropped.push(dropped);
    }

    pub(super) fn build_in(&mut self, name: &str, runs: &str) {
        self.add(Handler {
            name: name.to_owned(),
            tables: Vec::new(),
            runs: Some(runs.to_owned()),
        });
    }
}
