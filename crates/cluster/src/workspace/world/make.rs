//! Makes renders, without identifiers of the run.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::{Arc, LazyLock};

use podwright_render::argo;
use podwright_render::helm::symbols::{Cache, Loose, read_on_this_stack};
use podwright_render::helm::{self, ProblemKind, Release};
use podwright_render::kustomize::{self, Build, Hashes, Options};
use podwright_render::vendor::Asked;
use podwright_render::{RenderError, SourceFile, SourceMap, Sources, Text, emit};
use podwright_syntax::text::{FileId, Location, Source};
use rayon::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuildError};

use super::super::disk::RunFiles;
use super::super::{ClusterContext, File, ObjectId, Skipped};
use super::charts::Capabilities;
use super::encrypted;
use super::render::{
    ArgoSource, ArgoTool, ChartRelease, FluxApply, FluxRelease, Recipe, ValuesSet,
};

/// Stack of the threads that render, in bytes.
const STACK: usize = if helm::STACK > kustomize::STACK {
    helm::STACK
} else {
    kustomize::STACK
};

/// Renders between two looks at the number of objects.
const AT_ONCE: usize = 16;

/// Number of objects in all renders of a round after which no more are made. A base in many overlays is copied into each of
/// them, so a few files may have any number of objects.
const MAX_OBJECTS: usize = 200_000;

/// Something to render.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    /// The kustomization file, or the `Chart.yaml`. If that is not part of the run, the file of the object that asks for
    /// it.
    pub(super) root: FileId,
    pub(super) recipe: Recipe,
    pub(super) asked_by: Option<ObjectId>,
}

impl Plan {
    pub(super) fn kustomization(root: FileId) -> Self {
        Self {
            root,
            recipe: Recipe::Kustomize,
            asked_by: None,
        }
    }
}

/// A render before its files have identifiers of the run.
pub(super) struct Made {
    pub(super) plan: Plan,
    pub(super) files: Vec<Arc<SourceFile>>,
    pub(super) asked: Vec<Asked>,
    pub(super) outcome: Result<Output, RenderError>,
}

/// The result of a render that succeeds.
pub(super) struct Output {
    pub(super) file: Arc<File>,
    pub(super) map: SourceMap,
    pub(super) details: Details,
}

/// What else there is to say about a result.
pub(super) enum Details {
    Kustomize(Box<Build>),
    Helm(Release, Option<Box<Loose>>),
    /// The files of a directory as they are.
    Directory,
    /// Applications, and what is not known of their set: where, and what it is.
    Applications(Vec<(Option<Location>, String)>),
}

/// Renders in parallel, on threads whose stacks are large enough.
pub(super) fn make_all(plans: Vec<Plan>, run: &RunFiles<'_>) -> Vec<Made> {
    let served = Capabilities::new(run.files);
    let several;
    let threads = match plans.len() {
        0 => return Vec::new(),
        1 => ONE_THREAD.as_ref(),
        count => {
            several = threads(rayon::current_num_threads().min(count));
            several.as_ref()
        }
    };
    match threads {
        Ok(threads) => threads.install(|| {
            let mut all: Vec<Made> = Vec::with_capacity(plans.len());
            let mut objects = 0;
            let mut plans = plans.into_iter();
            // In groups, so that the same ones are left out whatever the number of threads.
            while objects <= MAX_OBJECTS && plans.len() > 0 {
                let group: Vec<Plan> = plans.by_ref().take(AT_ONCE).collect();
                let (before, group) = (all.len(), group.into_par_iter());
                all.par_extend(group.map(|plan| make(plan, &served, run)));
                let new = all[before..].iter();
                let new = new.filter_map(|made| made.outcome.as_ref().ok());
                objects += new.map(|made| made.file.objects.len()).sum::<usize>();
            }
            let why = format!("the builds of this run have more than {MAX_OBJECTS} objects");
            all.extend(plans.map(|plan| failed(plan, why.clone())));
            all
        }),
        Err(error) => {
            let why = format!("cannot start a thread: {error}");
            let plans = plans.into_iter();
            plans.map(|plan| failed(plan, why.clone())).collect()
        }
    }
}

/// The thread for single renders, such as those after an edit. It is started once.
static ONE_THREAD: LazyLock<Result<ThreadPool, ThreadPoolBuildError>> =
    LazyLock::new(|| threads(1));

fn threads(count: usize) -> Result<ThreadPool, ThreadPoolBuildError> {
    let threads = rayon::ThreadPoolBuilder::new().num_threads(count);
    threads.stack_size(STACK).build()
}

pub(super) fn failed(plan: Plan, why: String) -> Made {
    Made {
        plan,
        files: Vec::new(),
        asked: Vec::new(),
        outcome: Err(RenderError::limit(
            None,
            why,
            "check fewer directories at once",
        )),
    }
}

fn make(plan: Plan, served: &Capabilities, run: &RunFiles<'_>) -> Made {
    let mut sources = Sources::new(run);
    // A panic costs one render, never the run. Its message might contain a value from a file.
    let render = || match &plan.recipe {
        Recipe::Kustomize => kustomization(plan.root, served, run, &mut sources),
        Recipe::Helm(release) => chart(plan.root, release, served, run, &mut sources),
        Recipe::Flux(apply) => flux(plan.root, apply, served, run, &mut sources),
        Recipe::Argo(source) => argo_cd(plan.root, source, served, run, &mut sources),
    };
    let outcome = catch_unwind(AssertUnwindSafe(render)).unwrap_or_else(|_| {
        let message = match plan.recipe {
            Recipe::Kustomize | Recipe::Flux(_) => {
                "internal error: podwright panicked while building this kustomization"
            }
            Recipe::Helm(_) => "internal error: podwright panicked while rendering this chart",
            Recipe::Argo(_) => {
                "internal error: podwright panicked while rendering what this asks for"
            }
        };
        Err(RenderError::at(None, message))
    });
    Made {
        plan,
        asked: sources.asked().to_vec(),
        files: sources.into_files(),
        outcome,
    }
}

/// How kustomizations are built for a file.
fn options(root: FileId, served: &Capabilities, run: &RunFiles<'_>) -> Options {
    let release = run.files[root.0 as usize].context.versions.newest;
    // Flux and, if so configured, Argo CD allow files outside of the root. They are judged, and reported.
    Options {
        restricts_files: false,
        hashes: Hashes::Placeholder,
        kubernetes_version: format!("{release}.0"),
        api_versions: served.of(release),
        ..Options::default()
    }
}

fn kustomization(
    root: FileId,
    served: &Capabilities,
    run: &RunFiles<'_>,
    sources: &mut Sources<'_>,
) -> Result<Output, RenderError> {
    let directory = run.directory_of(root);
    let kustomization = &run.files[root.0 as usize];
    let path = format!("{} (rendered)", kustomization.source.path);
    let options = options(root, served, run);
    built(
        root,
        &directory,
        path,
        &kustomization.context,
        &options,
        run,
        sources,
    )
}

/// Builds the kustomization in a directory.
fn built(
    root: FileId,
    directory: &Path,
    path: String,
    context: &Arc<ClusterContext>,
    options: &Options,
    run: &RunFiles<'_>,
    sources: &mut Sources<'_>,
) -> Result<Output, RenderError> {
    let mut build = kustomize::build_on_this_stack(sources, directory, options)?;
    // The objects take much more memory than their text.
    let (text, map) = emit(&std::mem::take(&mut build.resources));
    let file = rendered(path, text, &run.files[root.0 as usize], context);
    Ok(Output {
        file,
        map,
        details: Details::Kustomize(Box::new(build)),
    })
}

/// What a Flux Kustomization applies.
fn flux(
    root: FileId,
    apply: &FluxApply,
    served: &Capabilities,
    run: &RunFiles<'_>,
    sources: &mut Sources<'_>,
) -> Result<Output, RenderError> {
    let options = options(root, served, run);
    let made = kustomize::build_flux(sources, &apply.directory, &apply.flux, &options)?;
    let root = &run.files[root.0 as usize];
    let path = format!(
        "{} (rendered for Kustomization {})",
        root.source.path, apply.name
    );
    let file = rendered(path, made.text, root, &root.context);
    Ok(Output {
        file,
        map: made.map,
        details: Details::Kustomize(Box::new(made.build)),
    })
}

/// What Argo CD makes of a directory, or of an ApplicationSet.
fn argo_cd(
    root: FileId,
    source: &ArgoSource,
    served: &Capabilities,
    run: &RunFiles<'_>,
    sources: &mut Sources<'_>,
) -> Result<Output, RenderError> {
    let file = &run.files[root.0 as usize];
    let name = &source.name;
    let context = in_namespace(&file.context, source.namespace.as_ref());
    match &source.tool {
        ArgoTool::Kustomize {
            directory,
            overrides,
        } => {
            let path = format!("{} (rendered for `{name}`)", file.source.path);
            let options = Options {
                overrides: overrides.clone(),
                ..options(root, served, run)
            };
            built(root, directory, path, &context, &options, run, sources)
        }
        ArgoTool::Directory(directory) => {
            let text = argo::text_of(sources, directory)?;
            let path = format!("{} (files for `{name}`)", file.source.path);
            Ok(Output {
                map: SourceMap::of(&text),
                file: rendered(path, text.to_string(), file, &context),
                details: Details::Directory,
            })
        }
        ArgoTool::Applications(set) => {
            let made = argo::applications(sources, set)?;
            let (text, map) = emit(&made.objects);
            let path = format!("{} (generated by `{name}`)", file.source.path);
            Ok(Output {
                file: rendered(path, text, file, &file.context),
                map,
                details: Details::Applications(made.unknown),
            })
        }
    }
}

/// The context with another namespace, if there is one.
fn in_namespace(context: &Arc<ClusterContext>, namespace: Option<&String>) -> Arc<ClusterContext> {
    match namespace {
        Some(namespace) => Arc::new(ClusterContext {
            namespace: Some(namespace.clone()),
            ..(**context).clone()
        }),
        None => Arc::clone(context),
    }
}

fn chart(
    root: FileId,
    release: &ChartRelease,
    served: &Capabilities,
    run: &RunFiles<'_>,
    sources: &mut Sources<'_>,
) -> Result<Output, RenderError> {
    let options = &release.options;
    let mut made = helm::render_on_this_stack(sources, Path::new(&release.chart), options)?;
    let text = match &release.flux {
        Some(flux) => {
            let options = self::options(root, served, run);
            post_rendered(&mut made, flux, sources, &options)
        }
        None => made.text(),
    };
    let map = SourceMap::of(&text);
    let root = &run.files[root.0 as usize];
    let path = match &release.values {
        ValuesSet::Defaults => format!("{} (rendered)", root.source.path),
        ValuesSet::Test(set) | ValuesSet::Configured(set) => {
            format!("{} (rendered with {set})", root.source.path)
        }
        ValuesSet::Asked => format!("{} (rendered as {})", root.source.path, options.release),
    };
    let context = in_namespace(&root.context, release.namespace.as_ref());
    let loose = loose(release, root, run, sources);
    let file = rendered(path, text.to_string(), root, &context);
    Ok(Output {
        file,
        map,
        details: Details::Helm(made, loose),
    })
}

/// The objects as Flux applies them. Definitions of `crds/` are not changed (`internal/action/crds.go`).
fn post_rendered(
    made: &mut Release,
    flux: &FluxRelease,
    sources: &mut Sources<'_>,
    options: &Options,
) -> Text {
    let (definitions, others) = made.texts();
    match kustomize::post_render(sources, &others, &flux.spec, options) {
        Ok(Some(changed)) => {
            let separator = Text::constant("---\n");
            Text::concat([&definitions, &separator, &changed])
        }
        Ok(None) => made.text(),
        Err(error) => {
            let kind = ProblemKind::PostRender;
            made.problems.push(helm::Problem {
                kind,
                subject: String::new(),
                error,
            });
            made.text()
        }
    }
}

/// Names and values that lead nowhere, if the chart is part of the run. Once for its sets of values.
fn loose(
    release: &ChartRelease,
    root: &File,
    run: &RunFiles<'_>,
    sources: &mut Sources<'_>,
) -> Option<Box<Loose>> {
    let given = &root.context.charts;
    let is_once = match release.values {
        ValuesSet::Defaults => true,
        ValuesSet::Configured(_) => given.iter().any(|one| one.is_only),
        ValuesSet::Test(_) | ValuesSet::Asked => false,
    };
    if !is_once || run.id(&release.chart.join("Chart.yaml")).is_none() {
        return None;
    }
    let sets: Vec<_> = given
        .iter()
        .map(|one| (one.shown.clone(), one.values.clone()))
        .collect();
    let mut cache = Cache::default();
    let symbols = read_on_this_stack(sources, &release.chart, &sets, &mut cache).ok()?;
    let mut loose = symbols.loose();
    let mut assigned = given.iter().flat_map(|one| &one.set);
    if assigned.next().is_some() {
        // What is set on the command line has no place among the values.
        loose.unset.clear();
    }
    Some(Box::new(loose))
}

/// A rendered file: in the directory of its root, with a name that no file has.
fn rendered(path: String, text: String, root: &File, context: &Arc<ClusterContext>) -> Arc<File> {
    let mut file = File::read(Source::new(path.clone(), text), context);
    if file.skipped == Some(Skipped::Encrypted) {
        file = File::read(
            Source::new(path, encrypted::with_placeholders(&file)),
            context,
        );
    }
    file.origin = root.origin.clone();
    // Its sources conceal what it conceals, so this is always needed. Here it is done in parallel.
    file.shown();
    Arc::new(file)
}
