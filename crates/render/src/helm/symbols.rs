//! Names and values of a chart: where they are defined, and which templates use them.
//!
//! Nothing is rendered. All branches of all templates are followed with all that their values may be, so what is said
//! to be unused is unused under every values set; what cannot be followed makes an answer [`Reads::Unknown`].

mod abstract_value;
mod charts;
mod entries;
mod evaluate;
mod facts;
mod loose;
mod path;
mod program;
mod setters;
mod template;
#[cfg(test)]
mod tests;
mod usage;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use podwright_syntax::text::{FileId, Location};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::RenderError;
use crate::files::{Found, Sources};
use crate::stack::on_stack;

use super::load;

pub use charts::Instance;
pub use entries::{Entry, Property, ValuesFile};
pub use facts::{UnknownReader, Use};
pub use loose::{Loose, Near, Twice, Undefined, Unset};
pub use path::{PathId, Paths, Step};
pub use program::{Cache, Definition};
pub use setters::Setters;
pub use usage::{Read, Reads};

/// Stack of the thread that looks at the templates, in bytes.
const STACK: usize = 64 << 20;

/// The call of a named template.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Call {
    /// The name.
    pub name: Arc<str>,
    /// The name between the quotes.
    pub place: Location,
}

/// The call of a template whose name is computed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DynamicCall {
    /// Where the name is computed.
    pub place: Location,
    pattern: String,
}

/// Names and values of a chart with its subcharts. Files are those of the [`Sources`] that it was read from.
#[derive(Clone, Debug)]
pub struct Symbols {
    /// The chart, and then those that it depends on, once for each name under which they are used.
    pub charts: Vec<Instance>,
    /// Files with values.
    pub values: Vec<ValuesFile>,
    /// All entries of values files, in the order of the text.
    pub entries: Vec<Entry>,
    /// All properties of schemas of values.
    pub properties: Vec<Property>,
    /// All `define`s and `block`s, in the order in which helm parses them.
    pub definitions: Vec<Definition>,
    /// All calls of named templates by constant names, in order.
    pub calls: Vec<Call>,
    /// All calls of named templates by other names.
    pub dynamic_calls: Vec<DynamicCall>,
    /// Templates that could be parsed in part only.
    pub broken: Vec<FileId>,
    /// Whether charts are missing or cannot be read, so that there may be more definitions.
    pub is_partial: bool,
    facts: Arc<facts::Facts>,
    /// Places of names by path, and paths by file.
    names: FxHashMap<PathId, Vec<Location>>,
    uses: FxHashMap<PathId, Vec<(Use, Location)>>,
    by_file: FxHashMap<FileId, Vec<(Location, PathId)>>,
    entries_at: FxHashMap<PathId, Vec<usize>>,
    properties_at: FxHashSet<PathId>,
    /// Values that helm itself reads.
    structural: FxHashSet<PathId>,
    /// Where the definition that calls of a name execute is in `definitions`.
    definition_of: FxHashMap<Arc<str>, usize>,
    with_read_children: std::sync::OnceLock<FxHashSet<PathId>>,
}

/// Reads the chart in a directory, or a packed one, and looks at all of its templates.
///
/// `sets` are values files in addition to those of the chart: the name of a set, and its files. Files that are not
/// there are left out. `cache` keeps what was parsed; with the same order of files, the next call uses it.
///
/// # Errors
///
/// Returns why the chart cannot be read. Mistakes in its files are not errors.
pub fn read(
    sources: &mut Sources<'_>,
    path: &Path,
    sets: &[(String, Vec<PathBuf>)],
    cache: &mut Cache,
) -> Result<Symbols, RenderError> {
    on_stack(STACK, "chart symbols", || {
        read_on_this_stack(sources, path, sets, cache)
    })
}

/// As [`read`], on a stack that is large enough already.
///
/// # Errors
///
/// Returns why the chart cannot be read.
pub fn read_on_this_stack(
    sources: &mut Sources<'_>,
    path: &Path,
    sets: &[(String, Vec<PathBuf>)],
    cache: &mut Cache,
) -> Result<Symbols, RenderError> {
    let layout = load::layout(sources, path)?;
    let mut paths = Paths::default();
    let charts = charts::charts(layout, &mut paths);
    let mut reader = entries::Reader::default();
    let mut values: Vec<ValuesFile> = Vec::new();
    for (index, chart) in charts.all.iter().enumerate() {
        for file in chart.files.iter() {
            let at = (index, chart.root);
            match file.name.as_str() {
                "values.yaml" => {
                    let count = values.len();
                    values.push(reader.values(file, None, at, count, &mut paths));
                }
                "values.schema.json" => reader.schema(file, chart.root, &mut paths),
                _ => {}
            }
        }
    }
    let mut given = own_sets(sources, path);
    given.extend(sets.iter().cloned());
    for (name, files) in given {
        for path in files {
            let Some(Found::File(real)) = sources.find(&path) else {
                continue;
            };
            let Ok(id) = sources.open(&real) else {
                continue;
            };
            if values.iter().any(|known| known.file == id) {
                continue;
            }
            let file = load::file(sources, id);
            let set = Some(Arc::from(name.as_str()));
            let count = values.len();
            values.push(reader.values(&file, set, (0, PathId::ROOT), count, &mut paths));
        }
    }
    let entries::Reader {
        entries,
        templates,
        properties,
    } = reader;
    let charts::Charts {
        all,
        lookups,
        imports,
        is_partial,
    } = charts;
    let is_partial = is_partial || all.first().is_some_and(|chart| chart.is_library);
    let (program, definitions, files) =
        program::Program::new(all, imports, templates, is_partial, cache);
    let facts = evaluate::evaluate(&program, paths);
    Ok(usage::collected(
        program,
        facts,
        lookups,
        files,
        (values, entries, properties, definitions),
    ))
}

/// Values sets of a chart in a directory: `ci/*-values.yaml`, and other values files beside `values.yaml`.
fn own_sets(sources: &Sources<'_>, path: &Path) -> Vec<(String, Vec<PathBuf>)> {
    let Some(Found::Directory(real)) = sources.find(path) else {
        return Vec::new();
    };
    let stem = |name: &str| {
        let stem = name
            .strip_suffix(".yaml")
            .or_else(|| name.strip_suffix(".yml"));
        stem.map(str::to_owned)
    };
    let mut sets = Vec::new();
    for name in sources.entries(&real).unwrap_or_default() {
        let is_set = |stem: &str| {
            stem != "values" && (stem.starts_with("values") || stem.ends_with("values"))
        };
        if stem(&name).is_some_and(|stem| is_set(&stem)) {
            sets.push((name.clone(), vec![real.join(&name)]));
        }
    }
    let ci = real.join("ci");
    for name in sources.entries(&ci).unwrap_or_default() {
        if stem(&name).is_some_and(|stem| stem.ends_with("-values")) {
            sets.push((format!("ci/{name}"), vec![ci.join(&name)]));
        }
    }
    sets
}
