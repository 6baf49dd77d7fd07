//! Loads charts (`pkg/chart/v2/loader`).

mod archive;
mod ignore;
mod layout;
mod missing;
mod packed;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use podwright_go_template::{Data, Entries, Map, Value};
use podwright_syntax::provenance::{Origin, Text};
use podwright_syntax::text::{FileId, Location, Span};

use crate::RenderError;
use crate::files::{Found, Sources};

use super::chart::{Chart, File, Metadata, metadata};
use super::read::{self, Source};
use super::values::merge_maps;
use ignore::Rules;
pub(super) use layout::{Layout, layout};
pub use missing::missing_dependencies;
pub use packed::name_and_version;

/// Most bytes of all files of a chart, archives unpacked (`MaxDecompressedChartSize`).
const MAX_SIZE: usize = 100 << 20;

/// Most files of a chart with its dependencies.
const MAX_FILES: usize = 20_000;

/// Most levels of charts in charts. Helm has no such limit.
const MAX_DEPTH: usize = 20;

/// Loads the chart in a directory, or a packed one.
pub(super) fn load(sources: &mut Sources<'_>, path: &Path) -> Result<Chart, RenderError> {
    let mut loader = Loader::new(sources);
    match loader.sources.find(path) {
        Some(Found::Directory(real)) => {
            let files = loader.directory(&real)?;
            let mut chart = loader.chart(files, None, 0)?;
            chart.outside = std::mem::take(&mut loader.outside);
            loader.add_stored(&real, &mut chart)?;
            Ok(chart)
        }
        Some(Found::File(real)) => {
            let file = loader.archive(&real)?;
            let files = loader.unpack(&file)?;
            loader.chart(files, Some(file.start()), 0)
        }
        None => Err(RenderError::at(None, "no chart found")),
    }
}

/// The `values.yaml` of a chart, a directory or a packed one. `None` if it has none.
///
/// # Errors
///
/// Returns why the chart cannot be read.
pub fn default_values(sources: &mut Sources<'_>, path: &Path) -> Result<Option<Text>, RenderError> {
    const NAME: &str = "values.yaml";
    if let Some(Found::Directory(directory)) = sources.find(path) {
        let Some(Found::File(real)) = sources.find(&directory.join(NAME)) else {
            return Ok(None);
        };
        let id = sources
            .open(&real)
            .map_err(|error| RenderError::at(None, error))?;
        return Ok(Some(file(sources, id).text()));
    }
    let Some(Found::File(real)) = sources.find(path) else {
        return Ok(None);
    };
    let mut loader = Loader::new(sources);
    let file = loader.archive(&real)?;
    let files = loader.unpack(&file)?;
    let values = files.iter().find(|file| file.name == NAME);
    Ok(values.map(File::text))
}

struct Loader<'a, 'f> {
    sources: &'a mut Sources<'f>,
    size: usize,
    files: usize,
    /// Links that lead out of the chart. They are not followed.
    outside: Vec<String>,
}

impl<'a, 'f> Loader<'a, 'f> {
    pub(super) fn new(sources: &'a mut Sources<'f>) -> Self {
        Self {
            sources,
            size: 0,
            files: 0,
            outside: Vec::new(),
        }
    }

    /// A packed chart.
    fn archive(&mut self, real: &Path) -> Result<File, RenderError> {
        let id = self
            .sources
            .open(real)
            .map_err(|error| RenderError::at(None, error))?;
        let name = real.file_name().unwrap_or_default();
        Ok(File {
            name: name.to_string_lossy().into_owned(),
            id,
            source: self.sources.get(id).clone(),
        })
    }

    /// Counts a file of a size.
    fn count(&mut self, size: usize, place: Option<Location>) -> Result<(), RenderError> {
        self.size += size;
        self.files += 1;
        if self.size > MAX_SIZE {
            return Err(RenderError::limit(
                place,
                format!("the chart has more than {MAX_SIZE} bytes"),
                "remove files, or name them in `.helmignore`",
            ));
        }
        if self.files > MAX_FILES {
            return Err(RenderError::limit(
                place,
                format!("the chart has more than {MAX_FILES} files"),
                "remove files, or name them in `.helmignore`",
            ));
        }
        Ok(())
    }

    /// The files of a directory, without those that `.helmignore` names.
    fn directory(&mut self, root: &Path) -> Result<Vec<File>, RenderError> {
        let path = root.join(".helmignore");
        let mut rules = match self.sources.find(&path) {
            Some(Found::File(real)) => {
                let file = self.open(&real, ".helmignore")?;
                Rules::parse(file.text().as_str())
                    .map_err(|error| RenderError::at(file.start(), error))?
            }
            _ => Rules::default(),
        };
        rules.add_defaults();
        let mut files = Vec::new();
        self.walk(root, root, "", &rules, 0, &mut files)?;
        Ok(files)
    }

    fn walk(
        &mut self,
        root: &Path,
        directory: &Path,
        prefix: &str,
        rules: &Rules,
        depth: usize,
        files: &mut Vec<File>,
    ) -> Result<(), RenderError> {
        if depth > 2 * MAX_DEPTH {
            return Err(RenderError::limit(
                None,
                "the directories of the chart are nested too deeply",
                "move the files up",
            ));
        }
        for name in self.sources.entries(directory)? {
            let path = directory.join(&name);
            let leads_out = self.sources.leads_out(root, directory, &name);
            let name = format!("{prefix}{name}");
            match self.sources.find(&path) {
                Some(Found::Directory(_)) if rules.ignores(&name, true) => {}
                Some(Found::File(_)) if rules.ignores(&name, false) => {}
                Some(_) if leads_out => self.outside.push(name),
                Some(Found::Directory(real)) => {
                    self.walk(root, &real, &format!("{name}/"), rules, depth + 1, files)?;
                }
                Some(Found::File(real)) => files.push(self.open(&real, &name)?),
                None => {}
            }
        }
        Ok(())
    }

    fn open(&mut self, real: &Path, name: &str) -> Result<File, RenderError> {
        let id = self
            .sources
            .open(real)
            .map_err(|error| RenderError::at(None, format!("cannot read `{name}`: {error}")))?;
        let file = File {
            name: name.to_owned(),
            id,
            source: self.sources.get(id).clone(),
        };
        self.count(file.bytes().len(), Some(file.start()))?;
        Ok(file)
    }

    /// The files of a packed chart.
    fn unpack(&mut self, archive: &File) -> Result<Vec<File>, RenderError> {
        let place = archive.start();
        let unpacked = archive::unpack(archive.bytes(), MAX_SIZE - self.size.min(MAX_SIZE))
            .map_err(|error| RenderError::at(place, error))?;
        let mut files = Vec::new();
        for (name, bytes) in unpacked {
            self.count(bytes.len(), Some(place))?;
            let path = archive.source.path.join(&name);
            let id = self.sources.add(path, bytes);
            files.push(File {
                name,
                id,
                source: self.sources.get(id).clone(),
            });
        }
        Ok(files)
    }

    /// `LoadFiles`
    fn chart(
        &mut self,
        files: Vec<File>,
        archive: Option<Location>,
        depth: usize,
    ) -> Result<Chart, RenderError> {
        if depth > MAX_DEPTH {
            let message = "the charts are nested too deeply";
            return Err(RenderError::limit(archive, message, "move the charts up"));
        }
        let mut data = Metadata::default();
        let mut place = None;
        if let Some(file) = files.iter().find(|file| file.name == "Chart.yaml") {
            metadata(file, &mut data)?;
            place = Some(file.start());
            if data.api_version.is_empty() {
                data.api_version = Text::constant("v1");
            }
            if depth == 0 {
                check_api_version(&data, file)?;
            }
        }
        let mut chart = Chart {
            metadata: data,
            values: Map {
                is_nil: true,
                ..Map::new(Entries::new())
            },
            templates: Vec::new(),
            files: Vec::new(),
            schema: None,
            lock: None,
            requirements: None,
            dependencies: Vec::new(),
            described_by: Vec::new(),
            outside: Vec::new(),
            place: place.or(archive).unwrap_or(Location {
                file: FileId(0),
                span: Span::at(0),
            }),
        };
        let mut subcharts: BTreeMap<String, Vec<File>> = BTreeMap::new();
        for mut file in files {
            let is_description = matches!(
                file.name.as_str(),
                "Chart.lock" | "values.yaml" | "requirements.yaml" | "requirements.lock"
            );
            if is_description {
                chart.described_by.push(file.id);
            }
            match file.name.as_str() {
                "Chart.yaml" => {}
                "Chart.lock" => chart.lock = Some(file),
                "values.yaml" => chart.values = values(&file)?,
                "values.schema.json" => chart.schema = Some(file),
                "requirements.yaml" => {
                    metadata(&file, &mut chart.metadata)?;
                    chart.requirements = Some(file.clone());
                    if chart.metadata.api_version == "v1" {
                        chart.files.push(file);
                    }
                }
                "requirements.lock" => {
                    chart.lock = Some(file.clone());
                    if chart.metadata.api_version == "v1" {
                        chart.files.push(file);
                    }
                }
                name if name.starts_with("templates/") => chart.templates.push(file),
                name if name.starts_with("charts/") && !name.ends_with(".prov") => {
                    let inner = name["charts/".len()..].to_owned();
                    let first = inner.split('/').next().unwrap_or_default().to_owned();
                    file.name = inner;
                    subcharts.entry(first).or_default().push(file);
                }
                _ => chart.files.push(file),
            }
        }
        let Some(place) = place else {
            return Err(RenderError::at(archive, "the chart has no `Chart.yaml`"));
        };
        chart.metadata.validate(place)?;
        for (name, files) in subcharts {
            if name.starts_with(['_', '.']) {
                continue;
            }
            let subchart = self.subchart(&name, files, depth)?;
            chart.dependencies.push(subchart);
        }
        Ok(chart)
    }

    fn subchart(
        &mut self,
        name: &str,
        files: Vec<File>,
        depth: usize,
    ) -> Result<Chart, RenderError> {
        let place = files.first().map(File::start);
        if Path::new(name)
            .extension()
            .is_some_and(|extension| extension == "tgz")
        {
            let packed = files.into_iter().next().filter(|file| file.name == name);
            let Some(packed) = packed else {
                return Err(RenderError::at(
                    place,
                    format!("`charts/{name}` is not a packed chart"),
                ));
            };
            let files = self.unpack(&packed)?;
            return self.chart(files, place, depth + 1);
        }
        let inner = files.into_iter().filter_map(|mut file| {
            let (_, rest) = file.name.split_once('/')?;
            file.name = rest.to_owned();
            Some(file)
        });
        self.chart(inner.collect(), place, depth + 1)
    }
}

fn check_api_version(data: &Metadata, file: &File) -> Result<(), RenderError> {
    match data.api_version.as_str() {
        "v1" | "v2" => Ok(()),
        other => Err(RenderError::at(
            data.api_version.location().unwrap_or(file.start()),
            format!("unsupported chart version `{other}`"),
        )
        .help("write `v2`")),
    }
}

/// A file with values: its documents, merged (`LoadValues`).
pub(super) fn values(file: &File) -> Result<Map, RenderError> {
    let mut all = Map::new(Entries::new());
    let mut text = file.text();
    let documents = match text.is_empty() || text.as_str().ends_with('\n') {
        true => read::documents(file.source.tree(), Source::File(file.id))?,
        // Helm adds the line break, which a block scalar at the end then has.
        false => {
            text.push_str("\n", Origin::Nowhere);
            let tree = podwright_syntax::yaml::read(text.as_str().into());
            read::documents(&tree, Source::Text(&text))?
        }
    };
    for document in documents {
        match &document.data {
            Data::Map(map) => all = merge_maps(&all, map),
            Data::Nil => {}
            _ => {
                let place = document.place().unwrap_or(file.start());
                return Err(RenderError::at(place, "values are not a mapping"));
            }
        }
    }
    Ok(all)
}

/// Files that make a chart what it is, with those of the charts that it depends on.
pub(super) fn parts(chart: &Chart) -> Vec<FileId> {
    let is_definition = |file: &&File| file.name.starts_with("crds/");
    let definitions = chart.files.iter().filter(is_definition);
    let templates = chart.templates.iter();
    let own = templates.chain(definitions).chain(&chart.schema);
    let mut all: Vec<FileId> = own.map(|file| file.id).collect();
    all.push(chart.place.file);
    all.extend(chart.described_by.iter());
    all.extend(chart.dependencies.iter().flat_map(parts));
    all.sort_unstable();
    all.dedup();
    all
}

/// A value that is the map.
pub(super) fn table(map: Map) -> Value {
    Value::constant(Data::Map(map))
}

/// For tests and callers that have the bytes of a file only.
pub(super) fn file(sources: &Sources<'_>, id: FileId) -> File {
    let source = Arc::clone(sources.get(id));
    File {
        name: source.path.to_string_lossy().into_owned(),
        id,
        source,
    }
}
