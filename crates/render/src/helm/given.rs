//! The values that users give to a chart.

use std::path::{Path, PathBuf};

use podwright_go_template::{Data, Entries, Map};
use podwright_syntax::provenance::Text;
use podwright_syntax::text::FileId;
use podwright_syntax::{NodeId, SyntaxTree};

use crate::RenderError;
use crate::files::{Found, Sources};
use crate::part::Part;

use super::{Options, SetKind, load, read, set, values};

/// Values that an object gives to the release that it asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Given {
    /// A file with values.
    File(PathBuf),
    /// A mapping in a document of a file, such as `spec.values` of a HelmRelease.
    Part {
        /// The file.
        file: PathBuf,
        /// Index of the document, from 0.
        document: usize,
        /// Keys and indexes of lists that lead to the mapping.
        path: Vec<String>,
    },
    /// A string in a document of a file whose content is YAML, such as an entry of a ConfigMap.
    Text {
        /// The file.
        file: PathBuf,
        /// Index of the document, from 0.
        document: usize,
        /// Keys and indexes of lists that lead to the string.
        path: Vec<String>,
    },
    /// YAML that something made of several values.
    Yaml(Text),
    /// An assignment: `a.b=1`.
    Set(SetKind, String),
    /// An assignment of a string in a document of a file, such as a parameter of an Application.
    Assigned {
        /// How it is read.
        kind: SetKind,
        /// The assignment: `a.b=1`.
        text: String,
        /// The file.
        file: PathBuf,
        /// Index of the document, from 0.
        document: usize,
        /// Keys and indexes of lists that lead to the string.
        path: Vec<String>,
    },
    /// A file that is not there, by the string that names it.
    Missing(Part),
}

/// All values that are given (`MergeValues` of `pkg/cli/values`).
pub(super) fn values(sources: &mut Sources<'_>, options: &Options) -> Result<Map, RenderError> {
    let mut all = Map::new(Entries::new());
    for given in &options.given {
        all = with(sources, options, all, given)?;
    }
    for path in &options.values {
        all = values::merge_maps(&all, &file(sources, path)?);
    }
    let order = [
        SetKind::Json,
        SetKind::Typed,
        SetKind::String,
        SetKind::File,
        SetKind::Literal,
    ];
    for kind in order {
        for (_, text) in options.set.iter().filter(|(other, _)| *other == kind) {
            all = assign(sources, options, all, kind, text, None)?;
        }
    }
    Ok(all)
}

fn with(
    sources: &mut Sources<'_>,
    options: &Options,
    all: Map,
    given: &Given,
) -> Result<Map, RenderError> {
    let more = match given {
        Given::File(path) => file(sources, path)?,
        Given::Missing(part) => {
            let named = part.find(sources)?.map(|(file, node)| {
                let source = sources.get(file);
                Text::read(source.tree(), file, node)
            });
            let place = named.as_ref().and_then(Text::location);
            let name = named.unwrap_or_default();
            let message = format!("the values file `{}` does not exist", name.as_str());
            return Err(RenderError::at(place, message)
                .help("create the file, correct the path, or set `ignoreMissingValueFiles`"));
        }
        Given::Yaml(text) => map(read::yaml(text)?)?,
        Given::Set(kind, text) => {
            return assign(sources, options, all, *kind, text, None);
        }
        Given::Assigned {
            kind,
            text,
            file,
            document,
            path,
        } => {
            let id = open(sources, file)?;
            let source = sources.get(id).clone();
            let written = node(source.tree(), *document, path)
                .map(|node| Text::read(source.tree(), id, node));
            return assign(sources, options, all, *kind, text, written.as_ref());
        }
        Given::Part {
            file,
            document,
            path,
        } => {
            let id = open(sources, file)?;
            let source = sources.get(id).clone();
            let Some(node) = node(source.tree(), *document, path) else {
                return Ok(all);
            };
            map(read::value(source.tree(), read::Source::File(id), node))?
        }
        Given::Text {
            file,
            document,
            path,
        } => {
            let id = open(sources, file)?;
            let source = sources.get(id).clone();
            let Some(node) = node(source.tree(), *document, path) else {
                return Ok(all);
            };
            let value = read::value(source.tree(), read::Source::File(id), node);
            match value.as_text() {
                Some(text) => map(read::yaml(text)?)?,
                None => map(value)?,
            }
        }
    };
    Ok(values::merge_maps(&all, &more))
}

fn map(value: podwright_go_template::Value) -> Result<Map, RenderError> {
    match &value.data {
        Data::Map(map) => Ok(map.clone()),
        Data::Nil => Ok(Map::new(Entries::new())),
        _ => Err(RenderError::at(value.place(), "values are not a mapping")),
    }
}

/// Assigns what is `written` somewhere, or given on the command line.
fn assign(
    sources: &mut Sources<'_>,
    options: &Options,
    values: Map,
    kind: SetKind,
    text: &str,
    written: Option<&Text>,
) -> Result<Map, RenderError> {
    // What is written in a file may be a credential.
    let shown = match written {
        Some(_) => text.split_once('=').map_or(text, |(key, _)| key),
        None => text,
    };
    let place = written.and_then(Text::location);
    let failure = |error| RenderError::at(place, format!("cannot set `{shown}`: {error}"));
    if kind == SetKind::Json && text.trim_start().starts_with('{') {
        let object = read::json(&Text::constant(text)).map_err(failure)?;
        return Ok(values::merge_maps(&values, &map(object)?));
    }
    let mut read_file = |path: &str| {
        let path = options.directory.join(path);
        let id = open(sources, &path).map_err(|error| error.message)?;
        Ok(load::file(sources, id).text().into())
    };
    set::parse_into(text, &values, kind, written, &mut read_file).map_err(failure)?;
    Ok(values)
}

fn file(sources: &mut Sources<'_>, path: &Path) -> Result<Map, RenderError> {
    let id = open(sources, path)?;
    load::values(&load::file(sources, id))
}

fn open(sources: &mut Sources<'_>, path: &Path) -> Result<FileId, RenderError> {
    let Some(Found::File(real)) = sources.find(path) else {
        let message = format!("cannot read the file `{}`", path.display());
        return Err(RenderError::at(None, message));
    };
    sources
        .open(&real)
        .map_err(|error| RenderError::at(None, error))
}

/// The node that keys and indexes lead to.
fn node(tree: &SyntaxTree, document: usize, path: &[String]) -> Option<NodeId> {
    let root = tree.documents().get(document)?.root;
    path.iter().try_fold(tree.resolve(root), |node, step| {
        let next = match tree.kind(node).is_sequence() {
            true => tree.items(node).nth(step.parse().ok()?)?,
            false => tree.get(node, step)?.value,
        };
        Some(tree.resolve(next))
    })
}
