//! CRI-O's `crio.conf`, limited to what affects the runtimes of Pods.

use crate::Field;
use crate::decode::{MappingReader, object};
use podwright_syntax::{NodeId, SyntaxTree};

/// CRI-O configuration file.
#[derive(Clone, Debug)]
pub struct CrioConfig {
    /// Root node.
    pub node: NodeId,
    /// `default_runtime` in `[crio.runtime]`
    pub default_runtime: Field<String>,
    /// `short_name_mode` in `[crio.image]`, since 1.34.
    pub short_name_mode: Field<String>,
    /// Tables in `[crio.runtime.runtimes]`.
    pub runtimes: Vec<CrioRuntime>,
    /// Tables that probably belong there.
    pub misplaced: Vec<MisplacedTable>,
}

object! {
    /// Table of one runtime.
    pub struct CrioRuntime {
        pub runtime_path: Field<String> = string("runtime_path"),
        pub runtime_type: Field<String> = string("runtime_type"),
        pub runtime_config_path: Field<String> = string("runtime_config_path"),
        /// Since 1.32.
        pub inherit_default_runtime: Field<bool> = boolean("inherit_default_runtime"),
    }
    given {
        /// Name of the runtime, which is the handler of a RuntimeClass.
        pub name: String,
        /// Node of the name.
        pub key: NodeId,
    }
}

/// Table of a runtime that CRI-O ignores.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MisplacedTable {
    /// Path of the parent table: `crio.runtimes`.
    pub path: &'static str,
    /// Name of the runtime.
    pub name: String,
    /// Node of the name.
    pub key: NodeId,
}

/// Common wrong locations of runtime tables.
const WRONG_PLACES: [(&str, &[&str]); 4] = [
    ("crio.runtimes", &["crio", "runtimes"]),
    ("runtime.runtimes", &["runtime", "runtimes"]),
    ("crio.runtime.runtime", &["crio", "runtime", "runtime"]),
    ("runtimes", &["runtimes"]),
];

impl CrioConfig {
    pub(super) fn decode(tree: &SyntaxTree) -> Self {
        let node = tree
            .documents()
            .first()
            .map_or(NodeId(0), |document| document.root);
        let at = |path: &[&str]| {
            path.iter().try_fold(node, |at, key| {
                tree.get(at, key).map(|entry| tree.resolve(entry.value))
            })
        };
        let tables = |path: &[&str]| at(path).map_or_else(Vec::new, |node| tree.fields(node));
        let runtime = at(&["crio", "runtime"]).and_then(|node| MappingReader::new(tree, node));
        let image = at(&["crio", "image"]).and_then(|node| MappingReader::new(tree, node));
        let runtimes = tables(&["crio", "runtime", "runtimes"]).into_iter();
        let misplaced = WRONG_PLACES.iter().flat_map(|(path, keys)| {
            let tables = tables(keys).into_iter();
            tables
                .filter(|entry| tree.kind(tree.resolve(entry.value)).is_mapping())
                .map(|entry| MisplacedTable {
                    path,
                    name: tree.key_text(entry.key).into_owned(),
                    key: entry.key,
                })
        });
        Self {
            node,
            default_runtime: runtime
                .map_or(Field::Missing, |table| table.string("default_runtime")),
            short_name_mode: image.map_or(Field::Missing, |table| table.string("short_name_mode")),
            runtimes: runtimes
                .filter_map(|entry| {
                    let table = MappingReader::new(tree, entry.value)?;
                    let name = tree.key_text(entry.key).into_owned();
                    Some(CrioRuntime::decode(table, name, entry.key))
                })
                .collect(),
            misplaced: misplaced.collect(),
        }
    }
}
