//! How a node reaches registries: `hosts.toml` of containerd, `registries.yaml` and the containerd templates of k3s and
//! RKE2, and `registries.conf` of CRI-O and Podman.
//!
//! Nodes refer to the syntax tree that the configuration was decoded from.

mod containerd_template;
mod hosts_toml;
mod registries_conf;
mod registries_yaml;
#[cfg(test)]
mod tests;

pub use containerd_template::ContainerdTemplate;
pub use hosts_toml::{HostsToml, MirrorHost};
pub use registries_conf::{ConfMirror, ConfRegistry, RegistriesConf};
pub use registries_yaml::{RegistriesYaml, YamlMirror};

use podwright_syntax::{Entry, NodeId, Scalar, SyntaxTree};

use crate::template::has_template_syntax;

/// Format of a file that determines how registries are reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RegistryFormat {
    /// `hosts.toml` in a directory of containerd's `config_path`.
    HostsToml,
    /// `registries.yaml` of k3s and RKE2.
    RegistriesYaml,
    /// `registries.conf` or a file in `registries.conf.d`.
    RegistriesConf {
        /// Whether it is a file in `registries.conf.d`.
        is_drop_in: bool,
    },
    /// Template from which k3s and RKE2 write containerd's `config.toml`.
    ContainerdTemplate {
        /// Configuration version of the base template: 3 for `config-v3.toml.tmpl`, 2 for `config.toml.tmpl`.
        version: u8,
    },
}

/// File that determines how registries are reached.
#[derive(Clone, Debug)]
pub struct RegistryConfig {
    /// Content by format.
    pub content: RegistryContent,
    /// Keys that are ignored.
    pub unknown_keys: Vec<UnknownKey>,
    /// Reasons why the file is rejected, in document order.
    pub faults: Vec<RegistryFault>,
}

/// Content of a [`RegistryConfig`].
#[derive(Clone, Debug)]
pub enum RegistryContent {
    /// `hosts.toml`
    HostsToml(HostsToml),
    /// `registries.yaml`
    RegistriesYaml(RegistriesYaml),
    /// `registries.conf`
    RegistriesConf(RegistriesConf),
    /// Template of containerd's configuration.
    ContainerdTemplate(ContainerdTemplate),
}

/// Key that the program ignores.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownKey {
    /// The key as written.
    pub name: String,
    /// Node of the key.
    pub key: NodeId,
    /// Keys that are read in its place.
    pub known: &'static [&'static str],
}

/// Reason why a program rejects a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegistryFault {
    /// Location.
    pub node: NodeId,
    /// The problem as a message.
    pub message: String,
    /// What to do.
    pub help: String,
}

impl RegistryFormat {
    /// Format of a file outside node directories, by its path; `None` if it is another file.
    #[must_use]
    pub fn of_file(path: &str) -> Option<Self> {
        let (directory, name) = path.rsplit_once('/').unwrap_or(("", path));
        let parent = directory.rsplit('/').next().unwrap_or("");
        match name {
            "hosts.toml" if directory.split('/').any(|part| part == "certs.d") => {
                Some(Self::HostsToml)
            }
            "registries.yaml" if matches!(parent, "k3s" | "rke2") => Some(Self::RegistriesYaml),
            "config.toml.tmpl" => Some(Self::ContainerdTemplate { version: 2 }),
            "config-v3.toml.tmpl" => Some(Self::ContainerdTemplate { version: 3 }),
            "registries.conf" => Some(Self::RegistriesConf { is_drop_in: false }),
            _ if parent == "registries.conf.d" && name.ends_with(".conf") => {
                Some(Self::RegistriesConf { is_drop_in: true })
            }
            _ => None,
        }
    }

    /// Whether the file is TOML; YAML otherwise.
    #[must_use]
    pub const fn is_toml(self) -> bool {
        matches!(self, Self::HostsToml | Self::RegistriesConf { .. })
    }

    /// Whether the file is a template, of which only the text is read.
    #[must_use]
    pub const fn is_template(self) -> bool {
        matches!(self, Self::ContainerdTemplate { .. })
    }
}

impl RegistryConfig {
    /// Reads a file: its tree, or its text if it is a template.
    #[must_use]
    pub fn decode(tree: &SyntaxTree, text: &str, format: RegistryFormat) -> Self {
        let mut reader = Reader {
            tree,
            unknown_keys: Vec::new(),
            faults: Vec::new(),
        };
        let root = tree
            .documents()
            .first()
            .map_or(NodeId(0), |document| document.root);
        let content = match format {
            RegistryFormat::HostsToml => {
                RegistryContent::HostsToml(hosts_toml::read(root, &mut reader))
            }
            RegistryFormat::RegistriesYaml => {
                RegistryContent::RegistriesYaml(registries_yaml::read(root, &mut reader))
            }
            RegistryFormat::ContainerdTemplate { version } => {
                RegistryContent::ContainerdTemplate(ContainerdTemplate::read(text, version))
            }
            RegistryFormat::RegistriesConf { is_drop_in } => RegistryContent::RegistriesConf(
                registries_conf::read(root, is_drop_in, &mut reader),
            ),
        };
        let Reader {
            mut unknown_keys,
            mut faults,
            ..
        } = reader;
        unknown_keys.sort_by_key(|one| tree.span(one.key).start);
        faults.sort_by_key(|one| tree.span(one.node).start);
        Self {
            content,
            unknown_keys,
            faults,
        }
    }

    /// The content, if it is a `hosts.toml`.
    #[must_use]
    pub const fn hosts_toml(&self) -> Option<&HostsToml> {
        match &self.content {
            RegistryContent::HostsToml(hosts) => Some(hosts),
            _ => None,
        }
    }

    /// The content, if it is a `registries.yaml`.
    #[must_use]
    pub const fn registries_yaml(&self) -> Option<&RegistriesYaml> {
        match &self.content {
            RegistryContent::RegistriesYaml(registries) => Some(registries),
            _ => None,
        }
    }

    /// The content, if it is a `registries.conf`.
    #[must_use]
    pub const fn registries_conf(&self) -> Option<&RegistriesConf> {
        match &self.content {
            RegistryContent::RegistriesConf(registries) => Some(registries),
            _ => None,
        }
    }
}

/// Type of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Type {
    String,
    Boolean,
    Strings,
    Table,
    Tables,
    /// Any value. The program accepts several types, or they are checked separately.
    Any,
}

impl Type {
    const fn name(self) -> &'static str {
        match self {
            Self::String => "a string",
            Self::Boolean => "a boolean",
            Self::Strings => "a list of strings",
            Self::Table => "a table",
            Self::Tables => "an array of tables",
            Self::Any => "a value",
        }
    }
}

/// Reads a tree and collects what the program ignores or rejects.
struct Reader<'t> {
    tree: &'t SyntaxTree,
    unknown_keys: Vec<UnknownKey>,
    faults: Vec<RegistryFault>,
}

impl Reader<'_> {
    fn fault(&mut self, node: NodeId, message: impl Into<String>, help: impl Into<String>) {
        self.faults.push(RegistryFault {
            node,
            message: message.into(),
            help: help.into(),
        });
    }

    /// Entries of a mapping in document order.
    fn entries(&self, node: NodeId) -> Vec<Entry> {
        self.tree.fields(node)
    }

    fn key(&self, entry: Entry) -> String {
        self.tree.key_text(entry.key).into_owned()
    }

    /// Checks the keys and the types of the values of a table. Keys with `rename` hints are compared exactly, as Go's TOML
    /// and YAML libraries do for tags.
    fn check(&mut self, table: NodeId, fields: &[(&str, Type)], known: &'static [&'static str]) {
        for entry in self.entries(table) {
            let name = self.key(entry);
            match fields.iter().find(|(field, _)| *field == name) {
                Some((_, type_)) => self.check_type(&name, entry.value, *type_),
                None if has_template_syntax(&name) => {}
                None => self.unknown_keys.push(UnknownKey {
                    name,
                    key: entry.key,
                    known,
                }),
            }
        }
    }

    /// Reports a value of another type.
    fn check_type(&mut self, name: &str, value: NodeId, type_: Type) {
        if !self.is_of(value, type_) {
            let message = format!("`{name}` must be {}", type_.name());
            let help = match type_ {
                Type::Strings if self.string(value).is_some() => {
                    "put the value in a list: `[…]`".to_owned()
                }
                Type::Boolean => "use `true` or `false` without quotes".to_owned(),
                _ => format!("write {}", type_.name()),
            };
            self.fault(value, message, help);
        }
    }

    fn is_of(&self, value: NodeId, type_: Type) -> bool {
        let value = self.tree.resolve(value);
        let kind = self.tree.kind(value);
        let is_scalar = kind.is_scalar();
        let is_null = is_scalar && matches!(self.tree.scalar(value), Scalar::Null);
        match type_ {
            _ if is_null || self.is_template(value) => true,
            Type::String => is_scalar && matches!(self.tree.scalar(value), Scalar::Str(_)),
            Type::Boolean => is_scalar && matches!(self.tree.scalar(value), Scalar::Bool(_)),
            Type::Strings => {
                let mut items = self.tree.items(value);
                kind.is_sequence() && items.all(|item| self.is_of(item, Type::String))
            }
            Type::Table => kind.is_mapping(),
            Type::Tables => {
                let mut items = self.tree.items(value);
                kind.is_sequence() && items.all(|item| self.is_of(item, Type::Table))
            }
            Type::Any => true,
        }
    }

    fn is_template(&self, value: NodeId) -> bool {
        self.tree.kind(value).is_scalar() && has_template_syntax(&self.tree.decoded(value))
    }

    /// The string, if the value is one and not a placeholder.
    fn string(&self, value: NodeId) -> Option<String> {
        let value = self.tree.resolve(value);
        match self
            .tree
            .kind(value)
            .is_scalar()
            .then(|| self.tree.scalar(value))?
        {
            Scalar::Str(text) if !has_template_syntax(&text) => Some(text.into_owned()),
            _ => None,
        }
    }

    fn boolean(&self, value: NodeId) -> Option<bool> {
        let value = self.tree.resolve(value);
        match self
            .tree
            .kind(value)
            .is_scalar()
            .then(|| self.tree.scalar(value))?
        {
            Scalar::Bool(value) => Some(value),
            _ => None,
        }
    }

    /// Strings of a list with their nodes.
    fn strings(&self, value: NodeId) -> Vec<(String, NodeId)> {
        let value = self.tree.resolve(value);
        if !self.tree.kind(value).is_sequence() {
            return Vec::new();
        }
        let items = self.tree.items(value);
        items
            .filter_map(|item| Some((self.string(item)?, item)))
            .collect()
    }

    fn get(&self, table: NodeId, key: &str) -> Option<Entry> {
        self.tree.get(self.tree.resolve(table), key)
    }

    /// Value of a key, if it is a string.
    fn text(&self, table: NodeId, key: &str) -> Option<(String, NodeId)> {
        let value = self.get(table, key)?.value;
        Some((self.string(value)?, value))
    }

    /// Items of an array of tables.
    fn tables(&self, table: NodeId, key: &str) -> Vec<NodeId> {
        let Some(entry) = self.get(table, key) else {
            return Vec::new();
        };
        let list = self.tree.resolve(entry.value);
        if !self.tree.kind(list).is_sequence() {
            return Vec::new();
        }
        let items = self.tree.items(list).map(|item| self.tree.resolve(item));
        items
            .filter(|item| self.tree.kind(*item).is_mapping())
            .collect()
    }
}
