//! Renders of a run: what is applied together, and which files it is made of.

mod askers;
mod charts;
mod clusters;
mod conceal;
mod encrypted;
mod finish;
mod make;
mod render;
mod roots;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use podwright_render::SourceMap;
use podwright_render::kustomize::Naming;
use podwright_schema::custom::is_definition;
use podwright_syntax::text::FileId;
use rustc_hash::{FxHashMap, FxHashSet};

use super::disk::{Disk, RealPaths, RunFiles};
use super::flux::{self, Applier};
use super::{File, ObjectId, Workspace};
use askers::{Awaited, Cluster, View, Wanted};
use conceal::{conceal, conceal_sources, concealed};
use finish::{Paths, extra_file, finish};
use make::{Details, Made, Plan, failed, make_all};

pub use charts::{ChartValues, served};
pub use render::{
    ArgoSource, BuildError, ChartRelease, Deprecated, FluxApply, ImageEntry, Problem, Recipe,
    Render, Rendered, UnknownPart, ValuesSet,
};

/// Most renders that ask for others within each other, such as an Application that brings Applications.
const MAX_ROUNDS: usize = 64;

/// Leaves out what is asked for within too many others.
fn fail_all(plans: Vec<Plan>, _: &RunFiles<'_>) -> Vec<Made> {
    let why = format!("more than {MAX_ROUNDS} renders ask for each other");
    let plans = plans.into_iter();
    plans.map(|plan| failed(plan, why.clone())).collect()
}

/// All renders of a run.
#[derive(Clone, Debug, Default)]
pub(super) struct Worlds {
    pub(super) renders: Vec<Render>,
    /// Number of files of the run. After them come files that only renders use, and then the rendered files.
    pub(super) inputs: usize,
    paths: Arc<RealPaths>,
    /// What Flux and Argo CD apply.
    applied: Arc<FxHashMap<String, Applier>>,
    /// Files that only renders use, by real path.
    extra: FxHashMap<PathBuf, FileId>,
    /// Rendered files, by paths that nothing has on the disk.
    rendered: FxHashMap<PathBuf, FileId>,
    /// Render that a rendered file is the result of.
    of_file: FxHashMap<FileId, usize>,
    /// Files that only renders use and that the user excluded.
    pub(super) excluded: FxHashSet<FileId>,
    /// Renders that succeed and use a file.
    used_by: FxHashMap<FileId, Vec<usize>>,
    /// What objects ask for and that is not here.
    awaited: Vec<Awaited>,
    /// For each render, the one that brings it, as far as renders do: what has the same is in one cluster.
    clusters: Vec<Option<usize>>,
    /// Files with the objects of all kustomizations of a cluster, sorted.
    in_cluster: FxHashMap<usize, Vec<FileId>>,
    /// The clusters that objects name for what they ask for.
    destinations: FxHashMap<ObjectId, Cluster>,
}

impl Worlds {
    /// Renders every root of `files`, and appends to `files` what the renders use in addition and what they make.
    pub(super) fn new(files: &mut Vec<Arc<File>>, disk: &dyn Disk) -> Self {
        let mut worlds = Self {
            inputs: files.len(),
            ..Self::default()
        };
        let applied = Arc::new(flux::paths(files));
        let kustomizations = roots::roots(files, &applied);
        let charts = charts::roots(files);
        let asks = files.iter().any(|file| askers::asks(file));
        if kustomizations.is_empty() && charts.is_empty() && !asks {
            return worlds;
        }
        worlds.applied = applied;
        worlds.paths = Arc::new(RealPaths::new(files, disk));
        let left = askers::left_to_flux(&kustomizations, files, &worlds.applied);
        let now = kustomizations.iter().filter(|id| !left.contains(id));
        let plans = now.copied().map(Plan::kustomization).collect();
        worlds.make(plans, files, disk);
        let mut seen = FxHashSet::default();
        worlds.make_asked(&mut seen, files, disk);
        let built: FxHashSet<FileId> = worlds.renders.iter().map(|render| render.root).collect();
        let rest = kustomizations
            .into_iter()
            .filter(|id| !built.contains(id) && !worlds.is_source(*id));
        let plans: Vec<Plan> = rest.map(Plan::kustomization).collect();
        if !plans.is_empty() {
            worlds.make(plans, files, disk);
            worlds.make_asked(&mut seen, files, disk);
        }
        let plans = {
            let run = worlds.run(files, disk);
            let asked: FxHashSet<&Path> = worlds.renders.iter().flat_map(Render::charts).collect();
            // What is deployed from here is judged as it is deployed.
            let is_asked = |id: &FileId| asked.contains(run.directory_of(*id).as_path());
            let charts: Vec<FileId> = charts.into_iter().filter(|id| !is_asked(id)).collect();
            charts::plans(&charts, &run)
        };
        worlds.make(plans, files, disk);
        worlds.make_asked(&mut seen, files, disk);
        worlds.renders_by_root();
        conceal_sources(files, &worlds.renders);
        worlds
    }

    /// Makes what the objects of the files ask for, and what the objects of that ask for.
    fn make_asked(
        &mut self,
        seen: &mut FxHashSet<ObjectId>,
        files: &mut Vec<Arc<File>>,
        disk: &dyn Disk,
    ) {
        for round in 0..=MAX_ROUNDS {
            let Wanted {
                plans,
                awaited,
                destinations,
            } = {
                let run = self.run(files, disk);
                let view = View {
                    run: &run,
                    worlds: self,
                };
                askers::plans(&view, seen)
            };
            self.destinations.extend(destinations);
            if plans.is_empty() && awaited.is_empty() {
                break;
            }
            self.awaited.extend(awaited);
            let how = match round {
                MAX_ROUNDS => fail_all,
                _ => make_all,
            };
            self.make_by(how, plans, files, disk);
        }
    }

    fn run<'r>(&'r self, files: &'r [Arc<File>], disk: &'r dyn Disk) -> RunFiles<'r> {
        RunFiles {
            files,
            paths: &self.paths,
            rendered: &self.rendered,
            disk,
        }
    }

    /// Makes the renders, and appends to `files` what they use in addition and what they make.
    fn make(&mut self, plans: Vec<Plan>, files: &mut Vec<Arc<File>>, disk: &dyn Disk) {
        self.make_by(make_all, plans, files, disk);
    }

    fn make_by(
        &mut self,
        make_all: fn(Vec<Plan>, &RunFiles<'_>) -> Vec<Made>,
        plans: Vec<Plan>,
        files: &mut Vec<Arc<File>>,
        disk: &dyn Disk,
    ) {
        if plans.is_empty() {
            return;
        }
        let (made, paths) = {
            let run = self.run(files, disk);
            let made = make_all(plans, &run);
            let paths = Paths::new(&made, &run);
            (made, paths)
        };
        let mut by_path = paths.known;
        for (path, (source, root)) in paths.extra {
            let known = self.extra.get(&path).copied();
            let id = known.unwrap_or_else(|| {
                let id = next_id(files);
                let root = &files[root.0 as usize];
                let file = extra_file(&path, &source, &root.context, &root.origin, disk);
                if disk.is_excluded(&file.source.path) {
                    self.excluded.insert(id);
                }
                files.push(Arc::new(file));
                id
            });
            self.extra.insert(path.clone(), id);
            by_path.insert(path, id);
        }
        for one in made {
            if let Some(index) = self.replaced_by(&one) {
                self.replace(index, one, files, &by_path);
                continue;
            }
            let (render, file) = self.finish(one, next_id(files), files, &by_path);
            if let (Some(file), Ok(rendered)) = (file, &render.result) {
                let directory = self.run(files, disk).directory_of(render.root);
                // Renders of one root may have one name.
                let name = format!("{} #{}", file.name(), files.len());
                self.rendered.insert(directory.join(name), rendered.file);
                files.push(file);
            }
            self.add(render);
        }
        self.find_clusters();
    }

    /// The build of a kustomization that nothing asked for when it was made, if this is the same with what an
    /// Application says. It must have the same objects, because others may have been asked for by them.
    fn replaced_by(&self, made: &Made) -> Option<usize> {
        let Recipe::Argo(_) = made.plan.recipe else {
            return None;
        };
        let new = made.outcome.as_ref().ok()?;
        self.renders.iter().position(|render| {
            let is_plain = matches!(render.recipe, Recipe::Kustomize) && render.asked_by.is_none();
            let objects = render.result.as_ref().map(|rendered| rendered.names.len());
            let same = match &new.details {
                Details::Kustomize(build) => objects.ok() == Some(build.names.len()),
                _ => false,
            };
            is_plain && render.root == made.plan.root && same
        })
    }

    /// Puts a render in the place of another.
    fn replace(
        &mut self,
        index: usize,
        made: Made,
        files: &mut [Arc<File>],
        by_path: &FxHashMap<PathBuf, FileId>,
    ) {
        let before = self.renders[index].id();
        let (render, file) = self.finish(made, before, files, by_path);
        if let Some(file) = file {
            files[before.0 as usize] = file;
        }
        self.renders[index] = render;
        self.index_renders();
    }

    /// A render with the identifiers of the run, and its result, which gets the identifier `file`.
    fn finish(
        &self,
        made: Made,
        file: FileId,
        files: &[Arc<File>],
        by_path: &FxHashMap<PathBuf, FileId>,
    ) -> (Render, Option<Arc<File>>) {
        let directory = files[made.plan.root.0 as usize].directory();
        let is_applied_by_flux = self.applied.get(directory) == Some(&Applier::Flux);
        let (render, file) = finish(made, by_path, file, &|file| self.map(file));
        let render = Render {
            is_applied_by_flux: is_applied_by_flux || render.is_applied_by_flux,
            ..render
        };
        (render, file)
    }

    /// Origins of a rendered file.
    fn map(&self, file: FileId) -> Option<&SourceMap> {
        let rendered = self.of_file(file)?.result.as_ref().ok()?;
        Some(&rendered.map)
    }

    /// Sorts the renders by their roots, so that those of a root can be found.
    fn renders_by_root(&mut self) {
        let mut renders = std::mem::take(&mut self.renders);
        renders.sort_by_key(|render| render.root);
        self.set_renders(renders);
    }

    fn index_renders(&mut self) {
        let renders = std::mem::take(&mut self.renders);
        self.set_renders(renders);
    }

    fn set_renders(&mut self, renders: Vec<Render>) {
        self.of_file.clear();
        self.used_by.clear();
        for render in renders {
            self.add(render);
        }
        self.find_clusters();
    }

    fn add(&mut self, render: Render) {
        let index = self.renders.len();
        if let Ok(rendered) = &render.result {
            self.of_file.insert(rendered.file, index);
            for &source in &render.used {
                self.used_by.entry(source).or_default().push(index);
            }
        }
        self.renders.push(render);
    }

    /// Makes the renders again that use one of `changed`. Returns the new rendered files, and the kustomizations whose
    /// findings depend on them; `None` if there are other files than before, so that everything has to be made again.
    pub(super) fn update(
        &mut self,
        files: &[Arc<File>],
        changed: &FxHashSet<FileId>,
        disk: &dyn Disk,
    ) -> Option<Vec<(FileId, Arc<File>)>> {
        let is_affected = |index: &usize| {
            let sources = &self.renders[*index].sources;
            sources.iter().any(|id| changed.contains(id))
        };
        let affected: Vec<usize> = (0..self.renders.len()).filter(is_affected).collect();
        if affected.is_empty() {
            return Some(Vec::new());
        }
        // What asks for renders may ask for others now.
        let results = affected
            .iter()
            .filter_map(|&index| Some(self.renders[index].result.as_ref().ok()?.file));
        let mut touched = changed.iter().copied().chain(results);
        let has_askers = self.has_askers();
        if touched.any(|id| {
            let file = &files[id.0 as usize];
            askers::asks(file) || (has_askers && askers::is_about_asking(file))
        }) {
            return None;
        }
        let (made, paths) = {
            let run = self.run(files, disk);
            let plans = affected.iter().map(|&index| self.renders[index].plan());
            let made = make_all(plans.collect(), &run);
            let paths = Paths::new(&made, &run);
            (made, paths)
        };
        let mut by_path = paths.known;
        for path in paths.extra.into_keys() {
            let id = *self.extra.get(&path)?;
            by_path.insert(path, id);
        }
        let related = self.related(files, &affected);
        let mut replaced: Vec<(FileId, Arc<File>)> = related
            .into_iter()
            .map(|root| (root, Arc::clone(&files[root.0 as usize])))
            .collect();
        let mut now = files.to_vec();
        for (&index, one) in affected.iter().zip(made) {
            let before = &self.renders[index];
            let place = before
                .result
                .as_ref()
                .map_or(FileId(u32::MAX), |before| before.file);
            let (render, file) = self.finish(one, place, &now, &by_path);
            let is_same_set = before.sources == render.sources && before.used == render.used;
            match (&before.result, file) {
                (Ok(_), Some(file)) if has_askers && askers::is_about_asking(&file) => return None,
                (Ok(before), Some(file)) if is_same_set => {
                    now[before.file.0 as usize] = Arc::clone(&file);
                    replaced.push((before.file, file));
                }
                (Err(_), None) => {}
                _ => return None,
            }
            self.renders[index] = render;
        }
        replaced.extend(self.conceal_again(&mut now, &affected, changed));
        Some(replaced)
    }

    /// Whether what is rendered depends on the file in other ways than by its text: it describes a chart, asks for a
    /// render, defines what clusters serve, or has what a release may take its values from.
    pub(super) fn depend_on(&self, file: &File) -> bool {
        let mut renders = self.renders.iter();
        let has_charts = renders.any(|render| render.release().is_some());
        charts::is_chart(file)
            || askers::asks(file)
            || (has_charts && file.objects.iter().any(is_definition))
            || (self.has_askers() && askers::is_about_asking(file))
    }

    /// The files that are written by hand: those of the run, and those that only renders use.
    pub(super) fn sources<'f>(&self, files: &'f [Arc<File>]) -> &'f [Arc<File>] {
        let first = self.of_file.keys().min();
        &files[..first.map_or(files.len(), |first| first.0 as usize)]
    }

    /// Conceals what the renders that were made again conceal in their sources. Returns the sources, other than those
    /// that were changed, that now conceal other parts than before.
    fn conceal_again(
        &self,
        files: &mut [Arc<File>],
        affected: &[usize],
        changed: &FxHashSet<FileId>,
    ) -> Vec<(FileId, Arc<File>)> {
        let made_again = affected.iter().map(|&index| &self.renders[index]);
        let sources: BTreeSet<FileId> = made_again
            .clone()
            .filter(|render| render.result.is_ok())
            .flat_map(|render| render.sources.iter().copied())
            .collect();
        let by_these = concealed(files, made_again);
        let mut replaced = Vec::new();
        for id in sources {
            let own = by_these.get(&id).map_or(&[][..], Vec::as_slice);
            let known = files[id.0 as usize].copied_to_secrets.get();
            if !changed.contains(&id) && known.map_or(&[][..], |spans| spans) == own {
                continue;
            }
            let all: Vec<&Render> = self.using(id).collect();
            let spans = concealed(files, all).remove(&id).unwrap_or_default();
            if conceal(files, id, spans) {
                replaced.push((id, Arc::clone(&files[id.0 as usize])));
            }
        }
        replaced
    }

    /// Roots of the given renders, and of those that use one of their kustomizations: whether an entry of that has an
    /// effect depends on all of them.
    fn related(&self, files: &[Arc<File>], renders: &[usize]) -> BTreeSet<FileId> {
        let mut roots = BTreeSet::new();
        let mut seen: FxHashSet<FileId> = FxHashSet::default();
        for &index in renders {
            let render = &self.renders[index];
            roots.insert(render.root);
            for &source in &render.sources {
                if files[source.0 as usize].kustomization.is_some() && seen.insert(source) {
                    roots.extend(self.using(source).map(|render| render.root));
                }
            }
        }
        roots
    }

    /// The renders of a kustomization or chart that is applied by itself.
    pub(super) fn at_root(&self, root: FileId) -> &[Render] {
        let first = self.renders.partition_point(|render| render.root < root);
        let own = &self.renders[first..];
        &own[..own.partition_point(|render| render.root == root)]
    }

    /// The render that made this file.
    pub(super) fn of_file(&self, file: FileId) -> Option<&Render> {
        self.of_file.get(&file).map(|&index| &self.renders[index])
    }

    /// Whether a render that succeeds uses the file.
    pub(super) fn is_source(&self, file: FileId) -> bool {
        self.used_by.contains_key(&file)
    }

    /// The first render that reads a file, whether or not it succeeds.
    pub(super) fn reading(&self, file: FileId) -> Option<&Render> {
        let mut all = self.renders.iter();
        all.find(|render| render.sources.binary_search(&file).is_ok())
    }

    /// Renders that succeed and use a file.
    pub(super) fn using(&self, file: FileId) -> impl Iterator<Item = &Render> {
        let all = self.used_by.get(&file).map_or(&[][..], Vec::as_slice);
        all.iter().map(|&index| &self.renders[index])
    }
}

fn next_id(files: &[Arc<File>]) -> FileId {
    FileId(u32::try_from(files.len()).unwrap_or(u32::MAX))
}

impl Workspace {
    /// How an object of a rendered file got its name; `None` for an object of any other file.
    #[must_use]
    pub fn naming(&self, id: ObjectId) -> Option<&Naming> {
        let rendered = self.render_of(id.file)?.result.as_ref().ok()?;
        let tree = &self.file(id.file).tree;
        let span = tree.span(self.object(id).node);
        let documents = tree.documents();
        let at = documents.partition_point(|document| document.span.end <= span.start);
        rendered.names.get(at)
    }

    /// What the objects ask for that is not here, as in [`Rendered::unknown`].
    pub fn awaited(&self) -> impl Iterator<Item = &UnknownPart> {
        self.worlds.awaited.iter().map(|awaited| &awaited.part)
    }

    /// The renders of a kustomization or chart that is applied by itself; none for any other file.
    #[must_use]
    pub fn renders_at(&self, root: FileId) -> &[Render] {
        self.worlds.at_root(root)
    }
}
