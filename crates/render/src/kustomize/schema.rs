//! What kustomize knows of the API: the scope of types, and the lists that a strategic merge patch merges.
//!
//! The built-in definitions are those of Kubernetes 1.21.2 in kyaml 0.21.2 (`schema/table.txt`, written by
//! `xtask/kustomize-schema`). A kustomization can replace them (`openapi.path`).

use std::sync::OnceLock;

use rustc_hash::FxHashMap;

use super::gvk::Gvk;
use crate::error::RenderError;
use crate::node::{Node, Value};

/// Whether the type is certainly cluster-scoped by the built-in definitions (`openapi.IsCertainlyClusterScoped`).
#[must_use]
pub(super) fn is_cluster_scoped(gvk: &Gvk) -> bool {
    Table::get().scope(gvk) == Some(Scope::Cluster)
}

/// The definitions that a build uses.
#[derive(Clone, Debug, Default)]
pub(super) struct Schema {
    custom: Option<Custom>,
}

/// Definitions of a kustomization.
#[derive(Clone, Debug)]
struct Custom {
    document: Node,
    /// Definition by `apiVersion` and kind (`x-kubernetes-group-version-kind`).
    by_type: FxHashMap<(String, String), String>,
    /// Whether the built-in definitions answer where these do not.
    with_builtin: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scope {
    Namespaced,
    Cluster,
}

/// The definition of an object, a field, or the items of a list (kyaml's `ResourceSchema`).
#[derive(Clone, Copy, Debug)]
pub(super) struct Definition<'s> {
    schema: &'s Schema,
    at: At<'s>,
}

#[derive(Clone, Copy, Debug)]
enum At<'s> {
    /// A built-in definition with this name.
    Named(&'static str),
    /// A built-in list that a patch merges.
    List(&'static Field),
    /// A node of a document, with its `$ref` followed.
    Custom(&'s Node),
}

impl Schema {
    /// The built-in definitions.
    #[must_use]
    pub(super) fn builtin() -> Self {
        Self::default()
    }

    /// The definitions of an OpenAPI document (`openapi.path`). They replace the built-in ones; but if the build has
    /// already used those (`with_builtin`), kustomize has both (`initSchema`).
    ///
    /// # Errors
    ///
    /// Returns an error at the document if it is not a mapping.
    pub(super) fn with_definitions(
        document: Node,
        with_builtin: bool,
    ) -> Result<Self, RenderError> {
        if document.map().is_none() {
            return Err(RenderError::at(
                document.location(),
                "invalid schema file: an OpenAPI document is a mapping",
            ));
        }
        let by_type = entries(document.get("definitions"))
            .flat_map(|(name, definition)| {
                let types = definition.get(GVK).and_then(Node::list).unwrap_or_default();
                types
                    .iter()
                    .filter_map(move |one| Some((type_of(one)?, name.to_owned())))
            })
            .collect();
        Ok(Self {
            custom: Some(Custom {
                document,
                by_type,
                with_builtin,
            }),
        })
    }

    /// The definition of a type (`SchemaForResourceType`).
    #[must_use]
    pub(super) fn of(&self, gvk: &Gvk) -> Option<Definition<'_>> {
        let custom = self.custom.as_ref();
        let own = custom.and_then(|custom| {
            let key = (gvk.api_version(), gvk.kind.clone());
            custom
                .document
                .at(&["definitions", custom.by_type.get(&key)?])
        });
        if let Some(node) = own {
            return Some(self.definition(At::Custom(node)));
        }
        if custom.is_some_and(|custom| !custom.with_builtin) {
            return None;
        }
        Some(self.definition(At::Named(Table::get().of(gvk)?.definition?)))
    }

    fn definition<'s>(&'s self, at: At<'s>) -> Definition<'s> {
        Definition { schema: self, at }
    }

    /// Follows `$ref`. `None` if it leads nowhere.
    fn resolve<'s>(&'s self, mut node: &'s Node) -> Option<Definition<'s>> {
        let custom = self.custom.as_ref()?;
        // A chain of references that is longer than this is a circle.
        for _ in 0..MAX_REFERENCES {
            let Some(reference) = node.get("$ref").and_then(Node::str) else {
                return Some(self.definition(At::Custom(node)));
            };
            let name = reference.strip_prefix("#/definitions/")?;
            let name = name.replace("~1", "/").replace("~0", "~");
            match custom.document.at(&["definitions", &name]) {
                Some(next) => node = next,
                None if custom.with_builtin => {
                    let (name, _) = Table::get().shapes.get_key_value(&*name)?;
                    return Some(self.definition(At::Named(name)));
                }
                None => return None,
            }
        }
        None
    }
}

const GVK: &str = "x-kubernetes-group-version-kind";
const MAX_REFERENCES: usize = 100;

fn entries(node: Option<&Node>) -> impl Iterator<Item = (&str, &Node)> {
    let entries = node.and_then(Node::map).map(|map| map.entries.iter());
    entries
        .into_iter()
        .flatten()
        .map(|entry| (entry.key.as_str(), &entry.value))
}

/// `apiVersion` and kind of an entry of `x-kubernetes-group-version-kind`.
fn type_of(entry: &Node) -> Option<(String, String)> {
    let text = |key| entry.get(key).and_then(Node::str);
    let version = text("version")?;
    let api_version = match text("group") {
        None | Some("") => version.to_owned(),
        Some(group) => format!("{group}/{version}"),
    };
    Some((api_version, text("kind")?.to_owned()))
}

impl<'s> Definition<'s> {
    /// The definition of a field of this mapping, with references followed (`Field`).
    #[must_use]
    pub(super) fn field(self, name: &str) -> Option<Self> {
        match self.at {
            At::Named(shape) => {
                let fields = Table::get().shapes.get(shape)?;
                let field = |name| fields.iter().find(|field| field.name == name);
                let field = field(name).or_else(|| field("*"))?;
                Some(self.schema.definition(match field.merge {
                    Some(_) => At::List(field),
                    None => At::Named(field.to?),
                }))
            }
            At::List(_) => None,
            At::Custom(node) => {
                let property = node.get("properties").and_then(|all| all.get(name));
                let additional = || {
                    let schema = node.get("additionalProperties")?;
                    schema.map().map(|_| schema)
                };
                self.schema.resolve(property.or_else(additional)?)
            }
        }
    }

    /// The definition of the items of this list, with references followed (`Elements`).
    #[must_use]
    pub(super) fn elements(self) -> Option<Self> {
        match self.at {
            At::Named(_) => None,
            At::List(field) => Some(self.schema.definition(At::Named(field.to?))),
            At::Custom(node) => {
                let is_array = match &node.get("type")?.value {
                    Value::List(types) => matches!(&**types, [one] if one.str() == Some("array")),
                    Value::Scalar(one) => one.as_str() == "array",
                    Value::Map(_) => false,
                };
                self.schema.resolve(node.get("items").filter(|_| is_array)?)
            }
        }
    }

    /// The keys by which a patch merges this list; empty for a list of scalars. `None` if a patch replaces the list
    /// (`IsAssociative`, `PatchStrategyAndKeyList`).
    #[must_use]
    pub(super) fn merge_keys(self) -> Option<Vec<&'s str>> {
        match self.at {
            At::Named(_) => None,
            At::List(field) => field.merge.clone(),
            At::Custom(node) => {
                let text = |key| node.get(key).and_then(Node::str);
                let strategy = text("x-kubernetes-patch-strategy")?;
                if !strategy.split(',').any(|one| one == "merge") {
                    return None;
                }
                let keys = node.get("x-kubernetes-list-map-keys").and_then(Node::list);
                Some(match keys {
                    Some(keys) => keys.iter().filter_map(Node::str).collect(),
                    None => text("x-kubernetes-patch-merge-key").into_iter().collect(),
                })
            }
        }
    }
}

/// The built-in definitions, read once.
#[derive(Debug, Default)]
struct Table {
    /// Scope and definition by `apiVersion` and kind.
    types: FxHashMap<(&'static str, &'static str), Type>,
    shapes: FxHashMap<&'static str, Vec<Field>>,
}

#[derive(Clone, Copy, Debug)]
struct Type {
    scope: Option<Scope>,
    /// Name of the definition, if it leads to a list that a patch merges.
    definition: Option<&'static str>,
}

/// A field that is a list that a patch merges, or that leads to one.
#[derive(Debug)]
struct Field {
    name: &'static str,
    /// Merge keys of such a list.
    merge: Option<Vec<&'static str>>,
    /// Definition of the field or of the items.
    to: Option<&'static str>,
}

impl Table {
    fn get() -> &'static Self {
        static TABLE: OnceLock<Table> = OnceLock::new();
        TABLE.get_or_init(|| Self::parse(include_str!("schema/table.txt")))
    }

    fn parse(text: &'static str) -> Self {
        let mut table = Self::default();
        let mut sections = text.split("\n\n").skip(1);
        for line in sections.next().unwrap_or_default().lines() {
            let mut words = line.split(' ');
            let mut word = || words.next().filter(|word| *word != "-");
            let (Some(api_version), Some(kind)) = (word(), word()) else {
                continue;
            };
            let scope = match word() {
                Some("namespaced") => Some(Scope::Namespaced),
                Some("cluster") => Some(Scope::Cluster),
                _ => None,
            };
            let definition = word();
            table
                .types
                .insert((api_version, kind), Type { scope, definition });
        }
        for line in sections.next().unwrap_or_default().lines() {
            let mut words = line.split(' ');
            if let Some(name) = words.next() {
                table.shapes.insert(name, words.map(Field::parse).collect());
            }
        }
        table
    }

    fn of(&self, gvk: &Gvk) -> Option<Type> {
        let api_version = gvk.api_version();
        self.types.get(&(&*api_version, &*gvk.kind)).copied()
    }

    fn scope(&self, gvk: &Gvk) -> Option<Scope> {
        self.of(gvk)?.scope
    }
}

impl Field {
    fn parse(word: &'static str) -> Self {
        let (field, to) = match word.split_once(':') {
            Some((field, to)) => (field, Some(to)),
            None => (word, None),
        };
        let (name, merge) = match field
            .strip_suffix(']')
            .and_then(|field| field.split_once('['))
        {
            Some((name, "")) => (name, Some(Vec::new())),
            Some((name, keys)) => (name, Some(keys.split(',').collect())),
            None => (field, None),
        };
        Self { name, merge, to }
    }
}

#[cfg(test)]
mod tests;
