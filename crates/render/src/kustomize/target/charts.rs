//! Helm charts (`api/internal/builtins/HelmChartInflationGenerator.go`).

use std::path::{Path, PathBuf};
use std::rc::Rc;

use podwright_syntax::Scalar as JsonScalar;
use podwright_syntax::text::{Location, Span};

use super::super::build::{Role, Why};
use super::super::decode::{json_scalar, key_text};
use super::super::kustomization::HelmChart;
use super::super::loader::Directory;
use super::super::object::objects;
use super::super::patch::merged_values;
use super::super::resource::Resource;
use super::Builder;
use crate::error::RenderError;
use crate::files::Found;
use crate::helm::{self, Given, Hooks, Release};
use crate::node::{Node, Scalar, Value};
use crate::read::{Duplicates, document_in};
use crate::vendor::ChartAsk;
use crate::{Origin, Text, emit};

/// Marks an object of a chart. It keeps its namespace.
const GENERATED: &str = "internal.config.kubernetes.io/helm-generated";

/// `HelmDefaultHome`
const HOME: &str = "charts";

/// What helm calls a release if kustomize does not name it.
const RELEASE: &str = "release-name";

impl Builder<'_, '_> {
    /// The objects of a chart. `home` is `chartHome`, and `namespace` the one that charts get that do not say theirs.
    pub(super) fn chart(
        &mut self,
        directory: &Rc<Directory>,
        chart: &HelmChart,
        home: Option<&Text>,
        namespace: Option<&Text>,
    ) -> Result<Vec<Resource>, RenderError> {
        let place = chart.name.location().or(chart.place);
        let fail = |message: &str| Err(RenderError::at(place, message));
        if chart.name.is_empty() {
            return fail("the chart has no `name`");
        }
        let winner = Winner::read(&chart.values_merge)?;
        let home = home.map(Text::as_str).filter(|home| !home.is_empty());
        let home = home.unwrap_or(HOME);
        let Some(path) = self.chart_path(directory, chart, home, place)? else {
            return Ok(Vec::new());
        };
        let Some(given) = self.chart_values(directory, chart, &path, winner)? else {
            return Ok(Vec::new());
        };
        let options = helm::Options {
            release: release(chart)?,
            namespace: chart_namespace(chart, namespace),
            kubernetes_version: match chart.kube_version.is_empty() {
                true => self.options.kubernetes_version.clone(),
                false => chart.kube_version.to_string(),
            },
            api_versions: {
                let more = chart.api_versions.iter().map(Text::to_string);
                let all = self.options.api_versions.iter().cloned();
                all.chain(more).collect()
            },
            given,
            includes_crds: chart.include_crds,
            hooks: match (chart.skip_hooks, chart.skip_tests) {
                (true, _) => Hooks::Nothing,
                (false, true) => Hooks::NoTests,
                (false, false) => Hooks::All,
            },
            ..helm::Options::default()
        };
        let through = |error: RenderError| match (error.place, place) {
            (None, _) => RenderError { place, ..error },
            (Some(at), Some(entry)) if at != entry => error.through(entry),
            _ => error,
        };
        let release = self.loader.chart(&path, &options).map_err(through)?;
        self.charts.paths.push(path);
        self.chart_objects(chart, release, through)
    }

    fn chart_objects(
        &mut self,
        chart: &HelmChart,
        release: Release,
        through: impl Fn(RenderError) -> RenderError,
    ) -> Result<Vec<Resource>, RenderError> {
        let text = release.text();
        for &part in &release.parts {
            self.used(part, Role::Chart);
        }
        for (place, name) in &release.missing {
            self.not_known(Some(*place), Why::HelmChart, name)?;
        }
        for problem in release.problems {
            if !self.options.allows_unknown {
                return Err(through(problem.error));
            }
            self.charts.problems.push(problem);
        }
        self.charts.calls.extend(release.unknown);
        let mut resources = objects(&text).map_err(through)?;
        for resource in &mut resources {
            mark(&mut resource.node);
            let place = chart.name.location().or(chart.place);
            resource.generator = place;
            resource.origin = resource.origin.or(place);
        }
        Ok(resources)
    }

    /// The directory of the chart, or where it is stored (`chartExistsLocally`). `None` if it is not here.
    fn chart_path(
        &mut self,
        directory: &Rc<Directory>,
        chart: &HelmChart,
        home: &str,
        place: Option<Location>,
    ) -> Result<Option<PathBuf>, RenderError> {
        let (name, repository, version) = (&chart.name, &chart.repo, &chart.version);
        // `absChartHome`
        let local = match version.is_empty() || repository.is_empty() {
            true => format!("{home}/{name}"),
            false => format!("{home}/{name}-{version}/{name}"),
        };
        match self.loader.chart_directory(directory, &local) {
            Some((found, true)) => return Ok(Some(found)),
            Some((_, false)) => {
                self.kept_out(place, &local)?;
                return Ok(None);
            }
            None => {}
        }
        if repository.is_empty() {
            if self.is_left_out(directory, &Text::constant(local.as_str())) {
                self.not_known(place, Why::LeftOut, name.as_str())?;
                return Ok(None);
            }
            let message = format!("the chart `{local}` does not exist, and `repo` is not set");
            return Err(RenderError::at(place, message)
                .help("put the chart there, or set `repo` and `version`"));
        }
        let ask = ChartAsk::new(repository.as_str(), name.as_str(), version.as_str());
        let stored = self.loader.stored(directory, ask.into(), place);
        if stored.is_none() {
            self.not_known(place, Why::HelmChart, name.as_str())?;
        }
        Ok(stored.map(|stored| stored.path))
    }

    /// The values of the chart, in the order in which helm gets them. `None` if a file is not known.
    fn chart_values(
        &mut self,
        directory: &Rc<Directory>,
        chart: &HelmChart,
        path: &Path,
        winner: Winner,
    ) -> Result<Option<Vec<Given>>, RenderError> {
        let mut given = Vec::new();
        let inline = match &chart.values_inline {
            Some(inline) => match inline.0.map() {
                Some(map) if !map.is_empty() => Some(through_json(inline.0.clone())),
                Some(_) => None,
                None => {
                    return Err(RenderError::at(
                        inline.0.location(),
                        "expected a mapping of values",
                    ));
                }
            },
            None => None,
        };
        match inline {
            Some(inline) if winner == Winner::OnlyInline => given.push(yaml(&inline)),
            inline => {
                let Some(text) = self.values_file(directory, chart, path)? else {
                    return Ok(None);
                };
                match inline {
                    None => given.push(Given::Yaml(text)),
                    Some(inline) => {
                        let file = document_in(&text, 0..text.len(), Duplicates::Error)?;
                        let file = file.unwrap_or_else(|| Node::empty_map(None));
                        let both = match winner {
                            Winner::File => merged_values(inline, &file, &self.schema),
                            _ => merged_values(file, &inline, &self.schema),
                        };
                        given.push(yaml(&both.map_err(|error| {
                            let message =
                                "`valuesInline` and the values file have other types here";
                            RenderError::at(error.place.or(chart.place), message)
                                .help("write the same type in both")
                        })?));
                    }
                }
            }
        }
        for file in &chart.additional_values_files {
            let Some(id) = self.file(directory, file, Role::ChartValues)? else {
                return Ok(None);
            };
            given.push(Given::Yaml(self.loader.text(id)?));
        }
        Ok(Some(given))
    }

    /// Content of `valuesFile`, or of the `values.yaml` of the chart. `None` if it is not known.
    fn values_file(
        &mut self,
        directory: &Rc<Directory>,
        chart: &HelmChart,
        path: &Path,
    ) -> Result<Option<Text>, RenderError> {
        if !chart.values_file.is_empty() {
            let file = self.file(directory, &chart.values_file, Role::ChartValues)?;
            return file.map(|file| self.loader.text(file)).transpose();
        }
        let place = chart.name.location().or(chart.place);
        match self.loader.chart_values(path) {
            Ok(Some(text)) => Ok(Some(text)),
            Ok(None) => Err(RenderError::at(
                place,
                "the chart has no `values.yaml`, which kustomize reads",
            )
            .help("set `valuesFile`")),
            Err(error) => Err(match error.place {
                None => RenderError { place, ..error },
                Some(_) => error,
            }),
        }
    }
}

impl super::super::loader::Loader<'_, '_> {
    /// Renders a chart.
    fn chart(&mut self, path: &Path, options: &helm::Options) -> Result<Release, RenderError> {
        helm::render_on_this_stack(self.sources(), path, options)
    }

    fn chart_values(&mut self, path: &Path) -> Result<Option<Text>, RenderError> {
        helm::default_values(self.sources(), path)
    }

    /// A directory for a chart, and whether it may be read.
    fn chart_directory(&mut self, from: &Directory, path: &str) -> Option<(PathBuf, bool)> {
        let path = super::super::loader::clean(&from.root.join(path));
        let Some(Found::Directory(real)) = self.sources().find(&path) else {
            return None;
        };
        let is_inside = real.starts_with(&from.root);
        let may_be_read = is_inside || self.sources().may_be_outside(&real);
        Some((real, may_be_read))
    }
}

/// What wins if `valuesInline` and the file have a value (`valuesMerge`).
#[derive(Clone, Copy, PartialEq, Eq)]
enum Winner {
    /// The file: `merge`.
    File,
    /// `valuesInline`: `override`.
    Inline,
    /// `valuesInline`, and the file is not used: `replace`.
    OnlyInline,
}

impl Winner {
    fn read(name: &Text) -> Result<Self, RenderError> {
        match name.as_str() {
            "" | "override" => Ok(Self::Inline),
            "merge" => Ok(Self::File),
            "replace" => Ok(Self::OnlyInline),
            _ => Err(RenderError::at(
                name.location(),
                "`valuesMerge` must be `merge`, `override` or `replace`",
            )),
        }
    }
}

/// Name of the release (`AsHelmArgs`, `Install.NameAndChart`).
fn release(chart: &HelmChart) -> Result<String, RenderError> {
    match (
        chart.release_name.is_empty(),
        chart.name_template.is_empty(),
    ) {
        (true, true) => Ok(RELEASE.to_owned()),
        (false, true) => Ok(chart.release_name.to_string()),
        (true, false) => {
            let place = chart.name_template.location();
            let name = helm::release_name(&chart.name_template);
            let name = name.map_err(|message| RenderError::at(place, message))?;
            Ok(name.to_string())
        }
        (false, false) => Err(RenderError::at(
            chart.name_template.location(),
            "a chart cannot have both `releaseName` and `nameTemplate`",
        )
        .help("remove one of them")),
    }
}

fn chart_namespace(chart: &HelmChart, inherited: Option<&Text>) -> String {
    let own = Some(&chart.namespace).filter(|own| !own.is_empty());
    let inherited = inherited.filter(|inherited| !inherited.is_empty());
    own.or(inherited)
        .map_or_else(|| "default".to_owned(), Text::to_string)
}

/// Values after the way through JSON: scalars are those of YAML 1.1.
fn through_json(node: Node) -> Node {
    let place = node.place;
    let made = || place.map_or(Origin::Nowhere, Origin::made_at);
    let plain = |text: String| Node {
        value: Value::Scalar(Scalar::plain(Text::new(text, made()))),
        place,
    };
    match node.value {
        Value::Map(map) => {
            let mut out = Node::empty_map(place);
            if let Some(own) = out.map_mut() {
                for entry in map.entries {
                    let key = Scalar::string(key_text(&entry.key));
                    own.set(key, through_json(entry.value));
                }
            }
            out
        }
        Value::List(items) => Node {
            value: Value::List(items.into_iter().map(through_json).collect()),
            place,
        },
        Value::Scalar(scalar) => match json_scalar(&scalar) {
            JsonScalar::Null => plain("null".to_owned()),
            JsonScalar::Bool(value) if scalar.as_str() != value.to_string() => {
                plain(value.to_string())
            }
            JsonScalar::Str(text) if text == scalar.as_str() => Node {
                place,
                ..Node::string(scalar.text.clone())
            },
            JsonScalar::Str(text) => Node::string(Text::new(text, made())),
            _ => Node {
                value: Value::Scalar(scalar),
                place,
            },
        },
    }
}

/// Values as YAML, with their origins.
fn yaml(values: &Node) -> Given {
    let (string, map) = emit([values]);
    let mut text = Text::default();
    let length = u32::try_from(string.len()).unwrap_or(u32::MAX);
    for (span, origin) in map.runs(Span::new(0, length)) {
        text.push_str(&string[span.start as usize..span.end as usize], origin);
    }
    Given::Yaml(text)
}

/// Marks an object as one of a chart.
fn mark(object: &mut Node) {
    let key = |name: &str| Scalar::string(Text::constant(name));
    let Some(metadata) = object.get_mut("metadata").and_then(Node::map_mut) else {
        return;
    };
    if metadata.get("annotations").is_none_or(Node::is_null) {
        metadata.set(key("annotations"), Node::empty_map(None));
    }
    if let Some(annotations) = metadata.get_mut("annotations").and_then(Node::map_mut) {
        annotations.set(key(GENERATED), Node::string(Text::constant("true")));
    }
}
