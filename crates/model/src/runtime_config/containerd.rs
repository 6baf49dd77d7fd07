//! containerd's `config.toml`, limited to what affects the runtimes of Pods.

use crate::{Field, decode::Record};
use podwright_syntax::{Entry, NodeId, SyntaxTree};

/// containerd configuration file.
#[derive(Clone, Debug)]
pub struct ContainerdConfig {
    /// Root node.
    pub node: NodeId,
    /// `version`
    pub version: Field<i64>,
    /// `imports`: other files, as globs.
    pub imports: Field<Vec<Field<String>>>,
    /// `disabled_plugins`
    pub disabled_plugins: Field<Vec<Field<String>>>,
    /// Names in `[plugins]` with their nodes.
    pub plugins: Vec<(String, NodeId)>,
    /// Tables in `[plugins]` of the CRI plugin.
    pub cri: Vec<CriTable>,
}

/// Name of the CRI plugin's configuration in `[plugins]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CriId {
    /// `cri`, in format 1
    Short,
    /// `io.containerd.grpc.v1.cri`, in format 2
    Grpc,
    /// `io.containerd.cri.v1.runtime`, since format 3
    Runtime,
    /// `io.containerd.cri.v1.images`, since format 3: the registry configuration
    Images,
}

/// Table of the CRI plugin.
#[derive(Clone, Debug)]
pub struct CriTable {
    /// ID of the table.
    pub id: CriId,
    /// Node of the name.
    pub key: NodeId,
    /// Node of the table.
    pub node: NodeId,
    /// `containerd`
    pub containerd: Option<ContainerdTable>,
    /// `registry`
    pub registry: Option<Registry>,
}

/// `containerd` in a table of the CRI plugin.
#[derive(Clone, Debug)]
pub struct ContainerdTable {
    /// `default_runtime_name`
    pub default_runtime_name: Field<String>,
    /// `runtimes`: its key and its tables.
    pub runtimes: Option<(NodeId, Vec<RuntimeTable>)>,
    /// `default_runtime`, before 2.0: a runtime called `default`.
    pub default_runtime: Option<RuntimeTable>,
    /// `untrusted_workload_runtime`, before 2.0: a runtime called `untrusted`.
    pub untrusted_workload_runtime: Option<RuntimeTable>,
}

/// Table of one runtime.
#[derive(Clone, Debug)]
pub struct RuntimeTable {
    /// Name of the runtime, which is the handler of a RuntimeClass.
    pub name: String,
    /// Node of the name.
    pub key: NodeId,
    /// Node of the table.
    pub node: NodeId,
    /// `runtime_type`
    pub runtime_type: Field<String>,
    /// `sandboxer`
    pub sandboxer: Option<NodeId>,
    /// `sandbox_mode`
    pub sandbox_mode: Option<NodeId>,
    /// Keys of the table with their nodes.
    pub keys: Vec<(String, NodeId)>,
}

/// `registry` in a table of the CRI plugin.
#[derive(Clone, Debug)]
pub struct Registry {
    /// `config_path`
    pub config_path: Field<String>,
    /// The key `mirrors`, if it is not empty.
    pub mirrors: Option<NodeId>,
    /// The key `auths`, if it is not empty.
    pub auths: Option<NodeId>,
    /// The `tls` keys in `configs`.
    pub tls: Vec<NodeId>,
    /// The key `configs`, if it is not empty.
    pub configs: Option<NodeId>,
}

impl CriId {
    const ALL: [Self; 4] = [Self::Short, Self::Grpc, Self::Runtime, Self::Images];

    /// Name in `[plugins]`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Short => "cri",
            Self::Grpc => "io.containerd.grpc.v1.cri",
            Self::Runtime => "io.containerd.cri.v1.runtime",
            Self::Images => "io.containerd.cri.v1.images",
        }
    }
}

impl ContainerdConfig {
    pub(super) fn decode(tree: &SyntaxTree) -> Self {
        let root = tree.documents().first().map(|document| document.root);
        let record = root.and_then(|root| Record::new(tree, root));
        let Some(record) = record else {
            let node = root.unwrap_or(NodeId(0));
            return Self {
                node,
                version: Field::Unknown(node),
                imports: Field::Unknown(node),
                disabled_plugins: Field::Unknown(node),
                plugins: Vec::new(),
                cri: Vec::new(),
            };
        };
        let plugins = record.record("plugins");
        let entries: Vec<Entry> = plugins.value().map_or_else(Vec::new, |all| all.entries());
        let name = |entry: &Entry| tree.key_text(entry.key).into_owned();
        Self {
            node: record.node(),
            version: record.integer("version"),
            imports: record.scripts("imports"),
            disabled_plugins: record.scripts("disabled_plugins"),
            cri: entries
                .iter()
                .filter_map(|entry| CriTable::decode(tree, *entry))
                .collect(),
            plugins: entries
                .iter()
                .map(|entry| (name(entry), entry.key))
                .collect(),
        }
    }

    /// Paths in `imports`; `None` if one of them is unknown.
    #[must_use]
    pub fn imported(&self) -> Option<Vec<(&str, NodeId)>> {
        match &self.imports {
            Field::Missing | Field::Null(_) => Some(Vec::new()),
            Field::Value(paths, _) => {
                let paths = paths.iter().map(|path| path.known());
                paths
                    .map(|path| path.map(|(path, node)| (path.as_str(), node)))
                    .collect()
            }
            Field::Unknown(_) | Field::Invalid(_) => None,
        }
    }

    /// Table with this ID.
    #[must_use]
    pub fn table(&self, id: CriId) -> Option<&CriTable> {
        self.cri.iter().find(|table| table.id == id)
    }

    /// Tables of all runtimes.
    pub fn runtimes(&self) -> impl Iterator<Item = (&CriTable, &RuntimeTable)> {
        self.cri.iter().flat_map(|table| {
            let containerd = table.containerd.iter();
            let runtimes = containerd.filter_map(|containerd| containerd.runtimes.as_ref());
            runtimes.flat_map(move |(_, all)| all.iter().map(move |one| (table, one)))
        })
    }
}

impl CriTable {
    fn decode(tree: &SyntaxTree, entry: Entry) -> Option<Self> {
        let name = tree.key_text(entry.key);
        let id = CriId::ALL.into_iter().find(|id| id.name() == name)?;
        let record = Record::new(tree, entry.value)?;
        let containerd = record.record("containerd");
        let registry = record.record("registry");
        Some(Self {
            id,
            key: entry.key,
            node: record.node(),
            containerd: containerd
                .value()
                .map(|table| ContainerdTable::decode(*table)),
            registry: registry.value().map(|table| Registry::decode(*table)),
        })
    }
}

impl ContainerdTable {
    fn decode(record: Record<'_>) -> Self {
        let one = |key: &str, name: &str| {
            let entry = record.entry(key)?;
            RuntimeTable::decode(record.tree(), entry, name.to_owned())
        };
        let runtimes = record.entry("runtimes").map(|entry| {
            let tree = record.tree();
            let tables = tree.fields(entry.value).into_iter();
            let tables = tables.filter_map(|table| {
                let name = tree.key_text(table.key).into_owned();
                RuntimeTable::decode(tree, table, name)
            });
            (entry.key, tables.collect())
        });
        Self {
            default_runtime_name: record.text("default_runtime_name"),
            runtimes,
            default_runtime: one("default_runtime", "default"),
            untrusted_workload_runtime: one("untrusted_workload_runtime", "untrusted"),
        }
    }
}

impl RuntimeTable {
    fn decode(tree: &SyntaxTree, entry: Entry, name: String) -> Option<Self> {
        let record = Record::new(tree, entry.value)?;
        let key = |name: &str| record.entry(name).map(|entry| entry.key);
        let keys = record.entries().into_iter();
        Some(Self {
            name,
            key: entry.key,
            node: record.node(),
            runtime_type: record.text("runtime_type"),
            sandboxer: key("sandboxer"),
            sandbox_mode: key("sandbox_mode"),
            keys: keys
                .map(|entry| (tree.key_text(entry.key).into_owned(), entry.key))
                .collect(),
        })
    }
}

impl Registry {
    fn decode(record: Record<'_>) -> Self {
        let tree = record.tree();
        let filled = |key: &str| {
            let entry = record.entry(key)?;
            let mut entries = tree.entries(tree.resolve(entry.value));
            entries.next().map(|_| entry.key)
        };
        let configs = record.entry("configs");
        let configs = configs.map_or_else(Vec::new, |configs| tree.fields(configs.value));
        let tls = configs.iter();
        Self {
            config_path: record.text("config_path"),
            mirrors: filled("mirrors"),
            auths: filled("auths"),
            configs: filled("configs"),
            tls: tls
                .filter_map(|config| tree.get(config.value, "tls"))
                .map(|entry| entry.key)
                .collect(),
        }
    }
}
