//! Renders of a run: what is applied together, and which files it is made of.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;

use podwright_model::Kustomization;
use podwright_render::kustomize::{self, Build, Hashes, ImageChanges, Naming, Options, Role, Why};
use podwright_render::vendor::Asked;
use podwright_render::{Origin, RenderError, SourceFile, SourceMap, Sources, Text, emit};
use podwright_syntax::text::{FileId, Location, Source, Span};
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::disk::{Disk, RealPaths, RunFiles};
use super::flux::{self, Applier};
use super::kustomize::join;
use super::{File, ObjectId, Origin as Place, Workspace};

/// A kustomization that is applied by itself, and what it makes.
#[derive(Clone, Debug)]
pub struct Render {
    /// The kustomization file.
    pub root: FileId,
    /// Files that the build has read, sorted.
    pub sources: Vec<FileId>,
    /// What the build asks for that is on other machines, stored or not.
    pub asked: Vec<Asked>,
    /// Whether a Flux Kustomization applies it. Flux reads files outside of the directory of a kustomization.
    pub is_applied_by_flux: bool,
    /// The result, unless the build fails.
    pub result: Result<Rendered, BuildError>,
}

/// Result of a build that succeeds.
#[derive(Clone, Debug)]
pub struct Rendered {
    /// The rendered file: an ordinary file of the workspace, which is judged instead of its sources.
    pub file: FileId,
    /// Origins of its text.
    pub map: Arc<SourceMap>,
    /// Files that the build has read and that have objects, sorted.
    pub resources: Vec<FileId>,
    /// What the result lacks because it cannot be had offline.
    pub unknown: Vec<UnknownPart>,
    /// Patches whose target matches nothing.
    pub unmatched: Vec<Location>,
    /// What the entries of `images` did, in order.
    pub images: Vec<ImageEntry>,
    /// Entries that name a file outside of the directory of their kustomization.
    pub outside: Vec<Location>,
    /// Deprecated fields of the kustomizations.
    pub deprecated: Vec<Deprecated>,
    /// How the objects got their names, by document of the rendered file.
    names: Vec<Naming>,
}

/// What an entry of `images` did to the objects of one kustomization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImageEntry {
    /// The entry.
    pub place: Location,
    /// Its `name`, with its place if it has one.
    pub name: (String, Option<Location>),
    /// Its `newTag`.
    pub new_tag: Option<(String, Option<Location>)>,
    /// Its `digest`.
    pub digest: Option<(String, Option<Location>)>,
    /// Images that `name` matches, as they were before.
    pub matched: Vec<(String, Option<Location>)>,
}

/// A deprecated field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deprecated {
    /// Its key.
    pub place: Location,
    /// Its name.
    pub field: &'static str,
    /// The field that replaces it.
    pub replacement: &'static str,
}

impl Rendered {
    /// Whether the build lacks parts that may bring objects.
    #[must_use]
    pub fn may_have_more_objects(&self) -> bool {
        self.unknown.iter().any(|part| part.why.may_bring_objects())
    }
}

/// What a build needs but cannot have offline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownPart {
    /// The entry that asks for it.
    pub place: Location,
    /// Why it is not known.
    pub why: Why,
    /// Its URL or name.
    pub name: String,
}

/// Why a build fails, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BuildError {
    /// What is wrong.
    pub message: String,
    /// Where a person would fix it. The kustomization file if nothing is more exact.
    pub place: Location,
    /// The way from the root to there, outermost first.
    pub through: Vec<Location>,
    /// Another place that a person may have to change instead.
    pub related: Option<Location>,
    /// What to do, if that is known.
    pub help: Option<String>,
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
    /// Render that a rendered file is the result of.
    of_file: FxHashMap<FileId, usize>,
    /// Files that only renders use and that the user excluded.
    pub(super) excluded: FxHashSet<FileId>,
    /// Renders that succeed and use a file.
    used_by: FxHashMap<FileId, Vec<usize>>,
}

/// A build before its files have identifiers of the run.
struct Made {
    root: FileId,
    files: Vec<Arc<SourceFile>>,
    asked: Vec<Asked>,
    outcome: Result<(Build, Arc<File>, SourceMap), RenderError>,
}

impl Worlds {
    /// Renders every root of `files`, and appends to `files` what the renders use in addition and what they make.
    pub(super) fn new(files: &mut Vec<Arc<File>>, disk: &dyn Disk) -> Self {
        let mut worlds = Self {
            inputs: files.len(),
            ..Self::default()
        };
        let applied = Arc::new(flux::paths(files));
        let roots = roots(files, &applied);
        if roots.is_empty() {
            return worlds;
        }
        worlds.applied = applied;
        worlds.paths = Arc::new(RealPaths::new(files, disk));
        let (made, paths) = {
            let run = RunFiles {
                files,
                paths: &worlds.paths,
                disk,
            };
            let made = make_all(&roots, &run);
            let paths = ids(&made, &run);
            (made, paths)
        };
        let mut by_path = paths.known;
        for (path, (source, root)) in paths.extra {
            let id = next_id(files);
            let context = Arc::clone(&files[root.0 as usize].context);
            let text = source.text().cloned().unwrap_or_default();
            let shown = disk.shown(&path);
            if disk.is_excluded(&shown) {
                worlds.excluded.insert(id);
            }
            let file = File::read(Source::new(shown, text), &context);
            files.push(Arc::new(file));
            by_path.insert(path, id);
        }
        for one in made {
            let render = worlds.finish(one, files, &by_path);
            worlds.add(render);
        }
        conceal_sources(files, &worlds.renders);
        worlds
    }

    fn add(&mut self, render: Render) {
        let index = self.renders.len();
        if let Ok(rendered) = &render.result {
            self.of_file.insert(rendered.file, index);
            for &source in &render.sources {
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
        let (made, paths) = {
            let run = RunFiles {
                files: &files[..self.inputs],
                paths: &self.paths,
                disk,
            };
            let roots: Vec<FileId> = affected
                .iter()
                .map(|&index| self.renders[index].root)
                .collect();
            let made = make_all(&roots, &run);
            let paths = ids(&made, &run);
            (made, paths)
        };
        let mut by_path = paths.known;
        let shown: FxHashMap<&str, FileId> = files
            .iter()
            .zip(0..)
            .skip(self.inputs)
            .map(|(file, id)| (file.source.path.as_str(), FileId(id)))
            .collect();
        for path in paths.extra.into_keys() {
            let id = *shown.get(disk.shown(&path).as_str())?;
            by_path.insert(path, id);
        }
        let related = self.related(files, &affected);
        let mut replaced: Vec<(FileId, Arc<File>)> = related
            .into_iter()
            .map(|root| (root, Arc::clone(&files[root.0 as usize])))
            .collect();
        let mut now = files.to_vec();
        for (&index, one) in affected.iter().zip(made) {
            let mut render = self.finish(one, &mut now, &by_path);
            let before = &self.renders[index];
            let is_same_set = before.sources == render.sources;
            match (&before.result, &mut render.result) {
                (Ok(before), Ok(after)) if is_same_set => {
                    let file = now.pop()?;
                    after.file = before.file;
                    now[before.file.0 as usize] = Arc::clone(&file);
                    replaced.push((before.file, file));
                }
                (Err(_), Err(_)) => {}
                _ => return None,
            }
            self.renders[index] = render;
        }
        replaced.extend(self.conceal_again(&mut now, &affected, changed));
        Some(replaced)
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
            if !changed.contains(&id) && known.map_or(&[][..], Vec::as_slice) == own {
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

    /// The render of a kustomization that is applied by itself.
    pub(super) fn at_root(&self, root: FileId) -> Option<&Render> {
        let found = self
            .renders
            .binary_search_by_key(&root, |render| render.root);
        found.ok().map(|index| &self.renders[index])
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

    /// Whether objects of the two files may be in one cluster at the same time, as far as renders tell: two renders of
    /// the same objects are variants of each other.
    pub(super) fn coexist(&self, one: FileId, other: FileId) -> bool {
        let index = |file: FileId| {
            let of_file = self.of_file.get(&file);
            of_file.or_else(|| self.used_by.get(&file)?.first())
        };
        let (Some(&one), Some(&other)) = (index(one), index(other)) else {
            return true;
        };
        if one == other {
            return true;
        }
        let resources = |index: usize| match &self.renders[index].result {
            Ok(rendered) => rendered.resources.as_slice(),
            Err(_) => &[],
        };
        let (mut a, mut b) = (resources(one), resources(other));
        while let ([first, rest @ ..], [second, others @ ..]) = (a, b) {
            match first.cmp(second) {
                std::cmp::Ordering::Equal => return false,
                std::cmp::Ordering::Less => a = rest,
                std::cmp::Ordering::Greater => b = others,
            }
        }
        true
    }
}

/// Kustomizations that are applied by themselves: those that no other uses, and those that Flux or Argo CD apply.
fn roots(files: &[Arc<File>], applied: &FxHashMap<String, Applier>) -> Vec<FileId> {
    let kustomizations: Vec<(FileId, &File, &Kustomization)> = files
        .iter()
        .zip(0..)
        .filter(|(file, _)| {
            let is_applied = !matches!(file.origin, Place::Dependency | Place::Hidden);
            is_applied && file.skipped.is_none() && Kustomization::is_file_name(file.name())
        })
        .filter_map(|(file, id)| Some((FileId(id), &**file, file.kustomization.as_deref()?)))
        .collect();
    if kustomizations.is_empty() {
        return Vec::new();
    }
    let by_directory: FxHashMap<&str, FileId> = kustomizations
        .iter()
        .map(|&(id, file, _)| (file.directory(), id))
        .collect();
    let uses: FxHashMap<FileId, Vec<FileId>> = kustomizations
        .iter()
        .map(|&(id, file, kustomization)| {
            let paths = kustomization.resources.iter();
            let paths = paths.map(|path| join(file.directory(), path));
            let used = paths.filter_map(|path| by_directory.get(path.as_str()).copied());
            (id, used.filter(|&used| used != id).collect())
        })
        .collect();
    let inner: FxHashSet<FileId> = uses.values().flatten().copied().collect();
    let is_component = |file: &File| {
        let objects = file.objects.first();
        objects.is_some_and(|object| object.kind.text() == Some("Component"))
    };
    let mut roots: BTreeSet<FileId> = kustomizations
        .iter()
        .filter(|(id, file, _)| {
            !is_component(file) && (!inner.contains(id) || applied.contains_key(file.directory()))
        })
        .map(|(id, ..)| *id)
        .collect();
    // Kustomizations that use each other in a circle: one of them says so.
    let mut reached: FxHashSet<FileId> = FxHashSet::default();
    let mut queue: Vec<FileId> = roots.iter().copied().collect();
    let follow = |queue: &mut Vec<FileId>, reached: &mut FxHashSet<FileId>| {
        while let Some(id) = queue.pop() {
            if reached.insert(id) {
                queue.extend(uses.get(&id).into_iter().flatten());
            }
        }
    };
    follow(&mut queue, &mut reached);
    for &(id, file, _) in &kustomizations {
        if inner.contains(&id) && !reached.contains(&id) && !is_component(file) {
            roots.insert(id);
            queue.push(id);
            follow(&mut queue, &mut reached);
        }
    }
    roots.into_iter().collect()
}

/// Builds kustomizations in parallel, on threads whose stacks are large enough.
fn make_all(roots: &[FileId], run: &RunFiles<'_>) -> Vec<Made> {
    let threads = rayon::ThreadPoolBuilder::new()
        .num_threads(rayon::current_num_threads().min(roots.len()))
        .stack_size(kustomize::STACK)
        .build();
    match threads {
        Ok(threads) => threads.install(|| roots.par_iter().map(|&root| make(root, run)).collect()),
        Err(error) => {
            let failed = |&root| Made {
                root,
                files: Vec::new(),
                asked: Vec::new(),
                outcome: Err(RenderError::at(
                    None,
                    format!("cannot start a thread: {error}"),
                )),
            };
            roots.iter().map(failed).collect()
        }
    }
}

fn make(root: FileId, run: &RunFiles<'_>) -> Made {
    let mut sources = Sources::new(run);
    let directory = run.directory_of(root);
    // Flux and, if so configured, Argo CD allow files outside of the root. They are judged, and reported.
    let options = Options {
        restricts_files: false,
        hashes: Hashes::Placeholder,
        ..Options::default()
    };
    // A panic costs one build, never the run. Its message might contain a value from a file.
    let build = || kustomize::build_on_this_stack(&mut sources, &directory, &options);
    let outcome = catch_unwind(AssertUnwindSafe(build)).unwrap_or_else(|_| {
        let message = "internal error: podwright panicked while building this kustomization";
        Err(RenderError::at(None, message))
    });
    let outcome = outcome.map(|mut build| {
        // The objects take much more memory than their text.
        let (text, map) = emit(&std::mem::take(&mut build.resources));
        let kustomization = &run.files[root.0 as usize];
        let path = rendered_path(kustomization);
        let mut file = File::read(Source::new(path, text), &kustomization.context);
        file.origin = kustomization.origin.clone();
        // Its sources conceal what it conceals, so this is always needed. Here it is done in parallel.
        file.shown();
        (build, Arc::new(file), map)
    });
    Made {
        root,
        asked: sources.asked().to_vec(),
        files: sources.into_files(),
        outcome,
    }
}

/// Files that builds have read, by real path.
struct Paths {
    /// Files of the run.
    known: FxHashMap<PathBuf, FileId>,
    /// Other files with objects or text to point to, and the first root that uses them.
    extra: BTreeMap<PathBuf, (Arc<SourceFile>, FileId)>,
}

fn ids(made: &[Made], run: &RunFiles<'_>) -> Paths {
    let mut paths = Paths {
        known: FxHashMap::default(),
        extra: BTreeMap::new(),
    };
    for one in made {
        for file in &one.files {
            match run.paths.id(&file.path) {
                Some(id) => _ = paths.known.insert(file.path.clone(), id),
                None => {
                    let entry = paths.extra.entry(file.path.clone());
                    entry.or_insert_with(|| (Arc::clone(file), one.root));
                }
            }
        }
    }
    paths
}

impl Worlds {
    /// Gives the files of a build their identifiers, and appends the rendered file to `files`.
    fn finish(
        &self,
        made: Made,
        files: &mut Vec<Arc<File>>,
        by_path: &FxHashMap<PathBuf, FileId>,
    ) -> Render {
        let root = made.root;
        let directory = files[root.0 as usize].directory();
        let is_applied_by_flux = self.applied.get(directory) == Some(&Applier::Flux);
        let read = made.files.iter();
        let ids: Vec<FileId> = read
            .map(|file| by_path.get(&file.path).copied().unwrap_or(root))
            .collect();
        let place = |at: Option<Location>| Location {
            file: at.map_or(root, |at| {
                ids.get(at.file.0 as usize).copied().unwrap_or(root)
            }),
            span: at.map_or(Span::at(0), |at| at.span),
        };
        let asked = made.asked.iter().map(|asked| Asked {
            place: Some(place(asked.place)),
            ask: asked.ask.clone(),
        });
        let asked = asked.collect();
        let result = finished(made, files, &ids);
        let mut sources = ids;
        sources.sort_unstable();
        sources.dedup();
        Render {
            root,
            sources,
            asked,
            is_applied_by_flux,
            result,
        }
    }
}

/// The result of a build with the identifiers of the run. `local` has them by the identifiers of the build.
fn finished(
    made: Made,
    files: &mut Vec<Arc<File>>,
    local: &[FileId],
) -> Result<Rendered, BuildError> {
    let root = made.root;
    let id = |file: FileId| local.get(file.0 as usize).copied().unwrap_or(root);
    let moved = |at: Location| Location {
        file: id(at.file),
        span: at.span,
    };
    let start = Location {
        file: root,
        span: Span::at(0),
    };
    match made.outcome {
        Ok((build, file, map)) => {
            let resources = build.uses.iter().filter(|used| used.role == Role::Resource);
            let mut resources: Vec<FileId> = resources.map(|used| id(used.file)).collect();
            resources.sort_unstable();
            resources.dedup();
            let rendered = next_id(files);
            files.push(file);
            Ok(Rendered {
                file: rendered,
                map: Arc::new(map.with_files(id)),
                resources,
                unknown: build
                    .unknown
                    .into_iter()
                    .map(|unknown| UnknownPart {
                        place: unknown.place.map_or(start, moved),
                        why: unknown.why,
                        name: unknown.name,
                    })
                    .collect(),
                unmatched: build.unmatched.into_iter().map(moved).collect(),
                images: build
                    .images
                    .iter()
                    .map(|entry| image_entry(entry, &moved))
                    .collect(),
                outside: build.outside.into_iter().map(moved).collect(),
                deprecated: build
                    .warnings
                    .into_iter()
                    .map(|warning| Deprecated {
                        place: moved(warning.place),
                        field: warning.field,
                        replacement: warning.replacement,
                    })
                    .collect(),
                names: build
                    .names
                    .into_iter()
                    .map(|naming| Naming {
                        generator: naming.generator.map(moved),
                        hash_disabled_by: naming.hash_disabled_by.map(moved),
                        ..naming
                    })
                    .collect(),
            })
        }
        Err(error) => Err(BuildError {
            message: error.message,
            place: error.place.map_or(start, moved),
            related: error.related.map(moved),
            through: error.through.into_iter().map(moved).collect(),
            help: error.help,
        }),
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

/// Path of a rendered file: in the directory of its kustomization, with a name that no file has.
fn rendered_path(kustomization: &File) -> String {
    format!("{} (rendered)", kustomization.source.path)
}

fn next_id(files: &[Arc<File>]) -> FileId {
    FileId(u32::try_from(files.len()).unwrap_or(u32::MAX))
}

/// Tells each source what of it the rendered files conceal: redaction runs backwards.
fn conceal_sources(files: &mut [Arc<File>], renders: &[Render]) {
    let mut by_file = concealed(files, renders);
    for id in (0..files.len()).filter_map(|id| u32::try_from(id).ok().map(FileId)) {
        let spans = by_file.remove(&id).unwrap_or_default();
        conceal(files, id, spans);
    }
}

/// Parts of sources that the rendered files conceal, sorted, for every source that has any.
fn concealed<'r>(
    files: &[Arc<File>],
    renders: impl IntoIterator<Item = &'r Render>,
) -> FxHashMap<FileId, Vec<Span>> {
    let mut by_file: FxHashMap<FileId, Vec<Span>> = FxHashMap::default();
    for rendered in renders
        .into_iter()
        .filter_map(|render| render.result.as_ref().ok())
    {
        let shown = files[rendered.file.0 as usize].shown();
        let spans = shown.redacted().map_or(&[][..], |redacted| &redacted.spans);
        for (_, origin) in spans.iter().flat_map(|&span| rendered.map.runs(span)) {
            let places: Vec<Location> = match origin {
                Origin::Copied(at) => vec![at],
                Origin::Made { by, from } if from.is_empty() => vec![by],
                Origin::Made { from, .. } => from.to_vec(),
                Origin::Nowhere => Vec::new(),
            };
            for at in places {
                by_file.entry(at.file).or_default().push(at.span);
            }
        }
    }
    for spans in by_file.values_mut() {
        spans.sort_unstable();
        spans.dedup();
    }
    by_file
}

/// Conceals parts of a file. If the file was shown before without them, it is replaced, because what a file conceals
/// cannot change. Returns whether it was replaced.
fn conceal(files: &mut [Arc<File>], id: FileId, spans: Vec<Span>) -> bool {
    let file = &files[id.0 as usize];
    let is_new = file.source.redacted().is_none();
    match file.copied_to_secrets.get() {
        Some(known) if *known == spans => return false,
        None if spans.is_empty() => return false,
        None if is_new && file.copied_to_secrets.set(spans.clone()).is_ok() => return false,
        _ => {}
    }
    files[id.0 as usize] = Arc::new(files[id.0 as usize].concealing(spans));
    true
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

    /// The render of a kustomization that is applied by itself; `None` for any other file.
    #[must_use]
    pub fn render_at(&self, root: FileId) -> Option<&Render> {
        self.worlds.at_root(root)
    }
}
