//! The values that users give to a chart.

use std::path::{Path, PathBuf};

use podwright_go_template::{Data, Entries, Map};
use podwright_syntax::text::FileId;

use crate::files::{Found, Sources};
use crate::part::{Part, from_base64};
use crate::{RenderError, Text};

use super::chart::Chart;
use super::{Options, SetKind, load, read, set, values};

/// Files whose values replace the defaults of a chart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValuesFiles {
    /// Paths, later files over earlier ones.
    pub paths: Vec<String>,
    /// Directory that the paths start from. `None` for that of the chart.
    pub root: Option<PathBuf>,
    /// Whether a file may be missing.
    pub ignores_missing: bool,
}

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
        /// The string.
        part: Part,
    },
    /// A file that is not there, by the string that names it.
    Missing(Part),
    /// An entry of a ConfigMap or Secret.
    Entry(Entry),
}

/// An entry of a ConfigMap or Secret with values (`ValuesReference` of Flux).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The string.
    pub part: Part,
    /// Whether it is written in base64.
    pub is_base64: bool,
    /// The value that it is, instead of all values: `a.b`.
    pub target: Option<String>,
    /// Whether nothing in the string has a meaning for a target.
    pub is_literal: bool,
}

/// The defaults that replace those of a chart (`mergeFileValues`, `mergeChartValues` of the source-controller).
pub(super) fn defaults(
    sources: &mut Sources<'_>,
    chart: &Chart,
    wanted: &ValuesFiles,
) -> Result<Map, RenderError> {
    let mut all = Map::new(Entries::new());
    for path in &wanted.paths {
        let clean = path.trim_start_matches("./");
        let own = match &wanted.root {
            Some(root) => match sources.find(&root.join(clean)) {
                Some(Found::File(real)) => Some(file(sources, &real)?),
                _ => None,
            },
            None if clean == "values.yaml" => Some(chart.values.clone()),
            None => {
                let mut files = chart.files.iter();
                let own = files.find(|file| file.name == clean);
                own.map(load::values).transpose()?
            }
        };
        match own {
            Some(own) => all = values::merge_maps(&all, &own),
            None if wanted.ignores_missing => {}
            None => {
                let message = format!("the values file `{path}` does not exist");
                return Err(RenderError::at(None, message));
            }
        }
    }
    Ok(all)
}

/// All values that are given (`MergeValues` of `pkg/cli/values`).
pub(super) fn values(sources: &mut Sources<'_>, options: &Options) -> Result<Map, RenderError> {
    let mut all = Map::new(Entries::new());
    // What is given twice is one mapping: an assignment changes it everywhere.
    let mut known: Vec<(&Given, Map)> = Vec::new();
    for given in &options.given {
        if let Some((_, map)) = known.iter().find(|(other, _)| *other == given) {
            all = values::merge_maps(&all, map);
            continue;
        }
        if let Some(map) = more(sources, options, &mut all, given)? {
            all = values::merge_maps(&all, &map);
            known.push((given, map));
        }
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

/// The values of one that is given; `None` if it is an assignment to `all`, or not there.
fn more(
    sources: &mut Sources<'_>,
    options: &Options,
    all: &mut Map,
    given: &Given,
) -> Result<Option<Map>, RenderError> {
    let found = match given {
        Given::File(path) => return file(sources, path).map(Some),
        Given::Missing(part) => return Err(missing(sources, part)?),
        Given::Yaml(text) => return map(read::yaml(text)?).map(Some),
        Given::Set(kind, text) => {
            *all = assign(sources, options, all.clone(), *kind, text, None)?;
            return Ok(None);
        }
        Given::Assigned { kind, text, part } => {
            let written = part.text(sources)?;
            *all = assign(sources, options, all.clone(), *kind, text, written.as_ref())?;
            return Ok(None);
        }
        Given::Entry(entry) => return of_entry(sources, all, entry),
        Given::Part {
            file,
            document,
            path,
        }
        | Given::Text {
            file,
            document,
            path,
        } => value_at(
            sources,
            &Part {
                file: file.clone(),
                document: *document,
                path: path.clone(),
            },
        )?,
    };
    let Some(value) = found else {
        return Ok(None);
    };
    let value = match (given, value.as_text()) {
        (Given::Text { .. }, Some(text)) => read::yaml(text)?,
        _ => value,
    };
    map(value).map(Some)
}

/// Why a release fails whose file with values is not there.
fn missing(sources: &mut Sources<'_>, part: &Part) -> Result<RenderError, RenderError> {
    let named = part.text(sources)?;
    let place = named.as_ref().and_then(Text::location);
    let name = named.unwrap_or_default();
    let message = format!("the values file `{}` does not exist", name.as_str());
    Ok(RenderError::at(place, message)
        .help("create the file, correct the path, or set `ignoreMissingValueFiles`"))
}

fn of_entry(
    sources: &mut Sources<'_>,
    all: &Map,
    entry: &Entry,
) -> Result<Option<Map>, RenderError> {
    let value = value_at(sources, &entry.part)?;
    let text = value.as_ref().and_then(|value| value.as_text());
    let text = match (text, entry.is_base64) {
        (Some(text), true) => from_base64(text),
        (text, _) => text.map(|text| Text::clone(text)),
    };
    let Some(text) = text else {
        return Ok(None);
    };
    let Some(target) = &entry.target else {
        return map(read::yaml(&text)?).map(Some);
    };
    // The message could show the value.
    let failed = |_| {
        let message = format!("the value cannot be set at `{target}`");
        RenderError::at(text.location(), message)
    };
    set::assign(all, target, &text, entry.is_literal).map_err(failed)?;
    Ok(None)
}

fn value_at(
    sources: &mut Sources<'_>,
    part: &Part,
) -> Result<Option<podwright_go_template::Value>, RenderError> {
    let found = part.find(sources)?;
    Ok(found.map(|(id, node)| {
        let source = sources.get(id);
        read::value(source.tree(), read::Source::File(id), node)
    }))
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
