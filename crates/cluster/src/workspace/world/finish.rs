//! Gives the files of renders their identifiers.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use podwright_render::helm::{self, Notice, Release};
use podwright_render::kustomize::{Build, ImageChanges, Naming, Role, Why};
use podwright_render::vendor::Asked;
use podwright_render::{RenderError, SourceFile, SourceMap, Text};
use podwright_syntax::text::{FileId, Location, Source, Span};
use rustc_hash::{FxHashMap, FxHashSet};

use super::super::disk::{Disk, RunFiles};
use super::super::{ClusterContext, File, Origin};
use super::make::{Details, Made, Output};
use super::render::{
    BuildError, Deprecated, FluxRelease, ImageEntry, Problem, Recipe, Render, Rendered, UnknownPart,
};

/// Files that renders have read, by real path.
pub(super) struct Paths {
    /// Files of the run.
    pub(super) known: FxHashMap<PathBuf, FileId>,
    /// Other files with objects or text to point to, and the first root that uses them.
    pub(super) extra: BTreeMap<PathBuf, (Arc<SourceFile>, FileId)>,
}

impl Paths {
    pub(super) fn new(made: &[Made], run: &RunFiles<'_>) -> Self {
        let mut paths = Self {
            known: FxHashMap::default(),
            extra: BTreeMap::new(),
        };
        for one in made {
            let needed = needed(one);
            for (file, id) in one.files.iter().zip(0..) {
                match run.id(&file.path) {
                    Some(id) => _ = paths.known.insert(file.path.clone(), id),
                    None if needed.as_ref().is_none_or(|all| all.contains(&FileId(id))) => {
                        let entry = paths.extra.entry(file.path.clone());
                        entry.or_insert_with(|| (Arc::clone(file), one.plan.root));
                    }
                    None => {}
                }
            }
        }
        paths
    }
}

/// Files of a chart that matter, by their identifiers in the render; `None` if all do. Charts read all that is in their
/// directory.
fn needed(made: &Made) -> Option<FxHashSet<FileId>> {
    let is_asked = made.plan.recipe.is_of_object();
    let (parts, problems, notices, map) = match &made.outcome {
        Ok(Output {
            details: Details::Helm(release, _),
            map,
            ..
        }) => {
            let parts = release.parts.iter().copied();
            let notices = release.notices.as_slice();
            (parts.collect(), &release.problems, notices, map)
        }
        Ok(Output {
            details: Details::Kustomize(build),
            map,
            ..
        }) if is_asked || !build.charts.paths.is_empty() => {
            let used = build.uses.iter().map(|used| used.file);
            (used.collect(), &build.charts.problems, &[][..], map)
        }
        Err(error) if is_asked || made.plan.recipe.is_chart() => {
            return Some(error.place.iter().map(|at| at.file).collect());
        }
        _ => return None,
    };
    let mut all: FxHashSet<FileId> = parts;
    all.extend(map.files());
    for problem in problems {
        let error = &problem.error;
        let places = error.place.iter().chain(&error.through);
        all.extend(places.chain(&error.related).map(|at| at.file));
    }
    for notice in notices {
        all.insert(notice.place.file);
        all.extend(notice.related.map(|at| at.file));
    }
    Some(all)
}

/// A file that only renders use.
pub(super) fn extra_file(
    path: &Path,
    source: &SourceFile,
    context: &Arc<ClusterContext>,
    origin: &Origin,
    disk: &dyn Disk,
) -> File {
    let text = source.text().cloned().unwrap_or_default();
    let shown = Source::new(disk.shown(path), text);
    let extension = path.extension().and_then(|extension| extension.to_str());
    let file = match extension {
        Some("yaml" | "yml" | "json") | None => File::read(shown, context),
        Some(_) => File::template(shown, context),
    };
    match is_of_others(path) {
        true => file.from(Origin::Dependency),
        false => file.from(origin.clone()),
    }
}

/// Whether a file is in an archive or a copy that `podwright vendor` made.
fn is_of_others(path: &Path) -> bool {
    path.ancestors().skip(1).any(|part| {
        let is_archive = part.extension().is_some_and(|extension| extension == "tgz");
        is_archive || part.ends_with(".podwright/vendor")
    })
}

/// A render with the identifiers of the run, and the rendered file. `by_path` has the files, and `rendered` the source
/// maps of files that were rendered before.
pub(super) fn finish<'m>(
    made: Made,
    by_path: &FxHashMap<PathBuf, FileId>,
    file: FileId,
    rendered: &dyn Fn(FileId) -> Option<&'m SourceMap>,
) -> (Render, Option<Arc<File>>) {
    let Made {
        plan,
        files,
        asked,
        outcome,
    } = made;
    let root = plan.root;
    let local: Vec<FileId> = files
        .iter()
        .map(|file| by_path.get(&file.path).copied().unwrap_or(root))
        .collect();
    let ids = Ids {
        root,
        local: &local,
        rendered,
    };
    let givers = plan.recipe.givers();
    let is_giver = |file: &FileId| {
        let mut paths = files.iter().zip(&local).filter(|(_, id)| *id == file);
        paths.any(|(source, _)| givers.contains(&source.path.as_path()))
    };
    let asked = asked.into_iter().map(|asked| Asked {
        place: Some(asked.place.map_or(ids.start(), |at| ids.place(at))),
        ..asked
    });
    let asked = asked.collect();
    let (result, file, used) = match outcome {
        Ok(Output {
            file: text,
            map,
            details,
        }) => {
            let map = map.with_files(|file| ids.file(file));
            // What gives values is not part of the chart.
            let parts: Vec<FileId> = map.files();
            let parts = parts.into_iter().filter(|file| !is_giver(file));
            let parts: Vec<FileId> = parts.collect();
            let map = map.through(rendered);
            let text = with_secrets(text, &map, plan.recipe.secrets());
            let (rendered, used) = match details {
                Details::Kustomize(build) => {
                    let read = build.uses.iter().map(|used| ids.file(used.file));
                    let used: Vec<FileId> = read.filter(|file| !is_giver(file)).collect();
                    let is_asked = plan.recipe.is_of_object();
                    let rendered = ids.built(*build, Rendered::new(file, map));
                    (rendered, is_asked.then_some(used))
                }
                Details::Directory => (Rendered::new(file, map), Some(parts)),
                // The set itself is still judged.
                Details::Applications(unknown) => {
                    let rendered = ids.generated(unknown, Rendered::new(file, map));
                    (rendered, Some(Vec::new()))
                }
                Details::Helm(release, loose) => {
                    let own = release.parts.iter().map(|&file| ids.file(file));
                    let used: Vec<FileId> = own.chain(parts).collect();
                    let flux = match &plan.recipe {
                        Recipe::Helm(release) => release.flux.as_ref(),
                        Recipe::Kustomize | Recipe::Flux(_) | Recipe::Argo(_) => None,
                    };
                    let rendered = ids.released(release, flux, Rendered::new(file, map));
                    let loose = loose.map(|loose| loose.moved(&|at| ids.place(at)));
                    let rendered = Rendered { loose, ..rendered };
                    (rendered, Some(used))
                }
            };
            (Ok(rendered), Some(text), used)
        }
        Err(error) => (Err(ids.error(error)), None, None),
    };
    let mut sources = local.clone();
    sort(&mut sources);
    let mut used = used.unwrap_or_else(|| sources.clone());
    sort(&mut used);
    let is_applied_by_flux = matches!(plan.recipe, Recipe::Flux(_));
    let render = Render {
        root,
        recipe: plan.recipe,
        asked_by: plan.asked_by,
        sources,
        asked,
        used,
        is_applied_by_flux,
        result,
    };
    (render, file)
}

/// The file with the values of these Secrets concealed.
fn with_secrets(file: Arc<File>, map: &SourceMap, secrets: &[Location]) -> Arc<File> {
    let spans = secrets.iter().flat_map(|&at| map.coming_from(at));
    let mut spans: Vec<Span> = spans.collect();
    if spans.is_empty() {
        return file;
    }
    sort(&mut spans);
    Arc::new(file.concealing(spans))
}

fn sort<T: Ord>(all: &mut Vec<T>) {
    all.sort_unstable();
    all.dedup();
}

/// From the identifiers of a render to those of the run.
struct Ids<'i, 'm> {
    root: FileId,
    local: &'i [FileId],
    rendered: &'i dyn Fn(FileId) -> Option<&'m SourceMap>,
}

impl Ids<'_, '_> {
    fn file(&self, file: FileId) -> FileId {
        let known = self.local.get(file.0 as usize);
        known.copied().unwrap_or(self.root)
    }

    fn start(&self) -> Location {
        Location {
            file: self.root,
            span: Span::at(0),
        }
    }

    /// A place in the run. What is in a rendered file is in the sources of that.
    fn place(&self, at: Location) -> Location {
        let at = Location {
            file: self.file(at.file),
            span: at.span,
        };
        match (self.rendered)(at.file) {
            Some(map) => {
                let first = map.locations(at.span).first().copied();
                first.unwrap_or_else(|| self.start())
            }
            None => at,
        }
    }

    fn error(&self, error: RenderError) -> BuildError {
        BuildError {
            message: error.message,
            place: error.place.map_or(self.start(), |at| self.place(at)),
            related: error.related.map(|at| self.place(at)),
            through: error.through.into_iter().map(|at| self.place(at)).collect(),
            help: error.help,
            near: error.near,
            is_limit: error.is_limit,
            syntax: error.syntax,
        }
    }

    fn built(&self, build: Build, empty: Rendered) -> Rendered {
        let place = |at| self.place(at);
        let (asks_cluster, placeholders) = self.calls(&build.charts.calls);
        let resources = build.uses.iter().filter(|used| used.role == Role::Resource);
        let mut resources: Vec<FileId> = resources.map(|used| self.file(used.file)).collect();
        sort(&mut resources);
        Rendered {
            resources,
            unknown: build
                .unknown
                .into_iter()
                .map(|unknown| UnknownPart {
                    place: unknown.place.map_or(self.start(), place),
                    why: unknown.why,
                    name: unknown.name,
                })
                .collect(),
            unmatched: build.unmatched.into_iter().map(place).collect(),
            images: build
                .images
                .iter()
                .map(|entry| image_entry(entry, &place))
                .collect(),
            outside: build.outside.into_iter().map(place).collect(),
            deprecated: build
                .warnings
                .into_iter()
                .map(|warning| Deprecated {
                    place: place(warning.place),
                    field: warning.field,
                    replacement: warning.replacement,
                })
                .collect(),
            names: build
                .names
                .into_iter()
                .map(|naming| Naming {
                    generator: naming.generator.map(place),
                    hash_disabled_by: naming.hash_disabled_by.map(place),
                    ..naming
                })
                .collect(),
            problems: self.problems(build.charts.problems),
            charts: build.charts.paths,
            asks_cluster,
            placeholders,
            ..empty
        }
    }

    fn generated(&self, unknown: Vec<(Option<Location>, String)>, empty: Rendered) -> Rendered {
        let unknown = unknown.into_iter();
        Rendered {
            unknown: unknown
                .map(|(place, name)| UnknownPart {
                    place: place.map_or(self.start(), |at| self.place(at)),
                    why: Why::Generator,
                    name,
                })
                .collect(),
            ..empty
        }
    }

    /// Whether one of the calls asks the cluster, and the places of all, sorted.
    fn calls(&self, calls: &[helm::Unknown]) -> (bool, Vec<Location>) {
        let asks_cluster = calls.iter().any(|call| call.why == helm::Why::Lookup);
        let places = calls
            .iter()
            .filter_map(|call| Some(self.place(call.place?)));
        let mut places: Vec<Location> = places.collect();
        sort(&mut places);
        (asks_cluster, places)
    }

    fn problems(&self, problems: Vec<helm::Problem>) -> Vec<Problem> {
        let problems = problems.into_iter();
        let moved = problems.map(|problem| Problem {
            kind: problem.kind,
            subject: problem.subject,
            error: self.error(problem.error),
        });
        moved.collect()
    }

    fn released(&self, release: Release, flux: Option<&FluxRelease>, empty: Rendered) -> Rendered {
        let (asks_cluster, placeholders) = self.calls(&release.unknown);
        let missing = release.missing.into_iter();
        let missing = missing.map(|(place, name)| UnknownPart {
            place: self.place(place),
            why: Why::HelmChart,
            name,
        });
        let outside = release.outside.into_iter();
        let outside = outside.map(|(place, name)| UnknownPart {
            place: self.place(place),
            why: Why::Outside,
            name,
        });
        let lacking = flux.iter().flat_map(|flux| flux.lacking.iter().cloned());
        // What fails may not fail with the values that are not known.
        let is_certain = |problem: &helm::Problem| {
            !flux.is_some_and(|flux| flux.is_partly_known) || !depends_on_values(problem.kind)
        };
        let mut problems = release.problems;
        problems.retain(is_certain);
        Rendered {
            resources: vec![self.root],
            unknown: missing.chain(outside).chain(lacking).collect(),
            problems: self.problems(problems),
            notices: release
                .notices
                .into_iter()
                .map(|notice| Notice {
                    place: self.place(notice.place),
                    related: notice.related.map(|at| self.place(at)),
                    ..notice
                })
                .collect(),
            asks_cluster,
            placeholders,
            ..empty
        }
    }
}

/// Whether other values may avoid a problem.
fn depends_on_values(kind: helm::ProblemKind) -> bool {
    use helm::ProblemKind::{
        Chart, Execute, Fail, InvalidSchema, KubernetesVersion, Limit, Nil, NoFunction, NoTemplate,
        Output, Parse, PostRender, RemoteSchema, Required, Schema,
    };
    match kind {
        Schema | Required | Fail | NoTemplate | Nil | Execute | Output | PostRender => true,
        Parse | NoFunction | Chart | InvalidSchema | RemoteSchema | KubernetesVersion | Limit => {
            false
        }
    }
}

fn image_entry(entry: &ImageChanges, moved: &dyn Fn(Location) -> Location) -> ImageEntry {
    let written = |text: &Text| {
        let place = text.place(0..text.len());
        (text.to_string(), place.map(moved))
    };
    ImageEntry {
        place: moved(entry.entry),
        name: written(&entry.name),
        new_tag: entry.new_tag.as_ref().map(written),
        digest: entry.digest.as_ref().map(written),
        matched: entry.matched.iter().map(written).collect(),
    }
}
