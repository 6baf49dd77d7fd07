//! containerd's `config.toml`, limited to what affects the runtimes of Pods.

use crate::Field;
use crate::decode::{Decode, MappingReader, object};
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

object! {
    /// Table of the CRI plugin.
    pub struct CriTable {
        pub containerd: Option<ContainerdTable> = known("containerd"),
        pub registry: Option<Registry> = known("registry"),
        /// Whether a setting makes containerd 2.1 and later pull images itself instead of with the transfer service.
        pub pulls_locally: bool = pulls_locally(),
    }
    given {
        /// ID of the table.
        pub id: CriId,
        /// Node of the name.
        pub key: NodeId,
    }
}

object! {
    /// `containerd` in a table of the CRI plugin.
    pub struct ContainerdTable {
        pub default_runtime_name: Field<String> = string("default_runtime_name"),
        /// Its key and its tables.
        pub runtimes: Option<(NodeId, Vec<RuntimeTable>)> = runtimes("runtimes"),
        /// Before 2.0: a runtime called `default`.
        pub default_runtime: Option<RuntimeTable> = runtime("default_runtime", "default"),
        /// Before 2.0: a runtime called `untrusted`.
        pub untrusted_workload_runtime: Option<RuntimeTable> = runtime("untrusted_workload_runtime", "untrusted"),
    }
}

object! {
    /// Table of one runtime.
    pub struct RuntimeTable {
        pub runtime_type: Field<String> = string("runtime_type"),
        /// The key.
        pub sandboxer: Option<NodeId> = key_node("sandboxer"),
        /// The key.
        pub sandbox_mode: Option<NodeId> = key_node("sandbox_mode"),
        /// Keys of the table with their nodes.
        pub keys: Vec<(String, NodeId)> = named_keys(),
    }
    given {
        /// Name of the runtime, which is the handler of a RuntimeClass.
        pub name: String,
        /// Node of the name.
        pub key: NodeId,
    }
}

object! {
    /// `registry` in a table of the CRI plugin.
    pub struct Registry {
        pub config_path: Field<String> = string("config_path"),
        /// The key, if it is not empty.
        pub mirrors: Option<NodeId> = filled_key("mirrors"),
        /// The registries in it.
        pub mirror_hosts: Vec<(String, NodeId)> = keys_in("mirrors"),
        /// The key, if it is not empty.
        pub auths: Option<NodeId> = filled_key("auths"),
        /// The key, if it is not empty.
        pub configs: Option<NodeId> = filled_key("configs"),
        /// The `tls` keys in it.
        pub tls: Vec<NodeId> = tls_keys("configs"),
    }
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
        let record = root.and_then(|root| MappingReader::new(tree, root));
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
        let plugins = record.child("plugins");
        let entries: Vec<Entry> = plugins.map_or_else(Vec::new, MappingReader::entries);
        let table = |entry: &Entry| {
            let name = tree.key_text(entry.key);
            let id = CriId::ALL.into_iter().find(|id| id.name() == name)?;
            let table = MappingReader::new(tree, entry.value)?;
            Some(CriTable::decode(table, id, entry.key))
        };
        Self {
            node: record.node(),
            version: record.integer("version"),
            imports: record.template_strings("imports"),
            disabled_plugins: record.template_strings("disabled_plugins"),
            cri: entries.iter().filter_map(table).collect(),
            plugins: plugins.map_or_else(Vec::new, MappingReader::named_keys),
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

impl MappingReader<'_> {
    fn known<T: Decode>(self, key: &str) -> Option<T> {
        self.object(key).into_value()
    }

    fn runtime(self, key: &str, name: &str) -> Option<RuntimeTable> {
        let entry = self.entry(key)?;
        let table = Self::new(self.tree(), entry.value)?;
        Some(RuntimeTable::decode(table, name.to_owned(), entry.key))
    }

    fn runtimes(self, key: &str) -> Option<(NodeId, Vec<RuntimeTable>)> {
        let tree = self.tree();
        let runtimes = self.entry(key)?;
        let tables = tree.fields(runtimes.value).into_iter().filter_map(|entry| {
            let table = Self::new(tree, entry.value)?;
            let name = tree.key_text(entry.key).into_owned();
            Some(RuntimeTable::decode(table, name, entry.key))
        });
        Some((runtimes.key, tables.collect()))
    }

    fn key_node(self, key: &str) -> Option<NodeId> {
        Some(self.entry(key)?.key)
    }

    fn named_keys(self) -> Vec<(String, NodeId)> {
        let keys = self.entries().into_iter().map(|entry| entry.key);
        keys.map(|key| (self.tree().key_text(key).into_owned(), key))
            .collect()
    }

    fn filled_key(self, key: &str) -> Option<NodeId> {
        let (entry, tree) = (self.entry(key)?, self.tree());
        let mut entries = tree.entries(tree.resolve(entry.value));
        entries.next().map(|_| entry.key)
    }

    fn keys_in(self, key: &str) -> Vec<(String, NodeId)> {
        self.child(key).map_or_else(Vec::new, Self::named_keys)
    }

    /// The conditions of `CheckLocalImagePullConfigs` in `internal/cri/config`, and `use_local_image_pull` itself. Before
    /// format 3, two of the settings are in the table `containerd`.
    fn pulls_locally(self) -> bool {
        let is = |table: Self, key: &str, value: bool| table.boolean(key).value() == Some(&value);
        let containerd = self.part("containerd");
        let is_filled = |key: &str| {
            let registry = self.child("registry");
            registry.is_some_and(|registry| registry.filled_key(key).is_some())
        };
        let downloads = self.integer("max_concurrent_downloads");
        is(self, "use_local_image_pull", true)
            || is(self, "image_pull_with_sync_fs", true)
            || [self, containerd].into_iter().any(|table| {
                is(table, "disable_snapshot_annotations", false)
                    || is(table, "discard_unpacked_layers", true)
            })
            || downloads.value().is_some_and(|count| *count != 3)
            || ["mirrors", "configs", "auths"].into_iter().any(is_filled)
    }

    fn tls_keys(self, key: &str) -> Vec<NodeId> {
        let (entry, tree) = (self.entry(key), self.tree());
        let registries = entry.map_or_else(Vec::new, |entry| tree.fields(entry.value));
        let tls = registries
            .iter()
            .filter_map(|registry| tree.get(registry.value, "tls"));
        tls.map(|entry| entry.key).collect()
    }
}
