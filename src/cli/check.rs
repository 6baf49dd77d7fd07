//! `podwright check`: find the files, read them, lint them, report.

use std::{
    collections::BTreeMap,
    collections::HashMap,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};

use rayon::prelude::*;

use super::{
    COULD_NOT_RUN, Failure,
    arguments::Check,
    baseline::Known,
    fixing::{self, Fixing, Origins, Run},
    output::{self, Destination},
    panics::caught,
    progress::Progress,
    reports::Reports,
    since::Since,
};
use crate::{
    config::{CommandLine, IgnorePolicy, SettingsTable, today},
    discover::{self, Choice, Configurations, Discovery, Found},
    finding::{Finding, Fingerprint, Level},
    lint::Outcome,
    report::{Counts, Fixable, Report, SkipReason, Skipped, Summary},
    syntax::Kind,
    text::{FileId, Place, Source, Span},
    workspace::{self, File, NodeFolder, OnNodes, Surroundings, Workspace},
};

/// The rule of files that cannot be read.
const UNREADABLE_FILE: &str = "unreadable-file";
/// The rule of podwright's own mistakes.
const INTERNAL_ERROR: &str = "internal-error";

pub(super) fn run(check: Check) -> Result<ExitCode, Failure> {
    let threads = usize::from(check.threads.unwrap_or(0));
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .map_err(|error| Failure(format!("cannot start threads: {error}")))?;
    pool.install(|| run_here(check))
}

fn run_here(check: Check) -> Result<ExitCode, Failure> {
    let fail_on = check.fail_on.level();
    let fail_on_skipped = check.fail_on_skipped;
    let shown_from = check.level.map_or_else(
        || fail_on.map_or(Level::Warning, |level| level.min(Level::Warning)),
        Level::from,
    );
    let fixing = Fixing::new(&check, shown_from)?;
    let destination = match &check.output {
        Some(file) => Destination::File(file.clone()),
        None if matches!(fixing, Fixing::Filter(_)) => Destination::Stderr,
        None => Destination::Stdout,
    };
    let reports = Reports::new(&check, destination.clone())?;
    let look = destination.look(check.color);

    let discovery = discover::files(&check.paths).map_err(Failure::new)?;
    if discovery.found.is_empty() && discovery.unreadable.is_empty() {
        let paths: Vec<_> = check
            .paths
            .iter()
            .map(|path| path.display().to_string())
            .collect();
        output::remark(&format!("no manifests in {}", paths.join(", ")));
    }
    let known = Known::new(&check)?;
    let since = Since::new(&check)?;
    let mut configurations = configurations(check);
    let Inputs { inputs, excluded } = Inputs::new(discovery, &mut configurations)?;
    let table = settings_table(&inputs, &configurations);
    let progress = Progress::start(inputs.len());
    let read = read_all(&inputs, &configurations, &progress);
    let Checked {
        findings,
        mut summary,
        run,
    } = lint(read, &inputs, &table, fixing);
    drop(progress);
    match fixing {
        Fixing::Diff(_) => {
            let differs = run.print(&destination, look.colour)?;
            return Ok(ExitCode::from(u8::from(differs)));
        }
        Fixing::Filter(_) => run.pass_on()?,
        Fixing::Off(_) | Fixing::Files(_) => {}
    }

    summary.skipped.extend(excluded);
    summary.skipped.sort_by(|a, b| a.path.cmp(&b.path));
    summary.shown_from = shown_from;
    let files = run.workspace.files.iter();
    let sources: Vec<Source> = files.map(|file| file.source.clone()).collect();
    let findings = match since {
        Some(since) => since.apply(
            findings,
            &run.workspace,
            &inputs,
            &mut configurations,
            &mut summary,
        )?,
        None => findings,
    };
    let findings = known.apply(findings, &sources, &mut summary)?;
    summary.fixable = fixing.fixable(&run.workspace, &origins(&inputs), &findings);
    let fails = fail_on.is_some_and(|level| findings.iter().any(|one| one.level >= level))
        || (fail_on_skipped && summary.skipped.iter().any(|one| one.reason.is_manifest()));
    let shown: Vec<Finding> = findings
        .into_iter()
        .filter(|finding| finding.level >= shown_from)
        .collect();
    let report = Report {
        findings: &shown,
        sources: &sources,
        summary: &summary,
    };
    reports.write(&report)?;
    run.failures.iter().for_each(|why| output::complain(why));
    Ok(ExitCode::from(if run.failures.is_empty() {
        u8::from(fails)
    } else {
        COULD_NOT_RUN
    }))
}

fn configurations(check: Check) -> Configurations {
    let choice = match check.config {
        Some(file) => Choice::Fixed(file),
        None if check.no_config => Choice::Defaults,
        None => Choice::nearest(),
    };
    let command_line = CommandLine {
        select: check.select,
        ignore: check.ignore,
        kubernetes: check.kubernetes_version,
        namespace: check.namespace,
        complete: check.complete,
        ignores: IgnorePolicy {
            strict: check.strict,
            today: Some(check.today.unwrap_or_else(today)),
            compat: check.compat.iter().copied().collect(),
        },
        nodes: check.node.iter().map(|path| node_folder(path)).collect(),
    };
    Configurations::new(choice, command_line)
}

fn node_folder(path: &Path) -> NodeFolder {
    NodeFolder {
        name: path.display().to_string(),
        root: discover::absolute(path),
    }
}

/// The files of a run, in the order of their [`FileId`]s, and those that the configuration leaves out.
struct Inputs {
    inputs: Vec<Input>,
    excluded: Vec<Skipped>,
}

pub(super) struct Input {
    /// As it is shown.
    pub(super) path: String,
    /// From the root, for the globs of the configuration.
    pub(super) absolute: PathBuf,
    /// Index of its settings.
    pub(super) settings: usize,
    /// The file, or why it cannot be read.
    content: Result<Found, String>,
    /// What it is on the nodes of the cluster.
    pub(super) on_nodes: Option<OnNodes>,
}

impl Input {
    /// Whether it was asked for by name: in a folder there are all sorts of YAML, and what is named is rather meant
    /// to be a manifest.
    pub(super) fn is_named(&self) -> bool {
        self.content.as_ref().is_ok_and(Found::is_named)
    }
}

impl Inputs {
    fn new(discovery: Discovery, configurations: &mut Configurations) -> Result<Self, Failure> {
        let unreadable = discovery.unreadable.into_iter().map(|one| {
            let absolute = discover::absolute(Path::new(&one.path));
            (one.path, absolute, Err(one.why))
        });
        let found = discovery.found.into_iter().map(|one| {
            let absolute = match one.location() {
                Some(path) => discover::absolute(path),
                None => discover::absolute(Path::new(&one.path)),
            };
            (one.path.clone(), absolute, Ok(one))
        });
        let mut all = Self {
            inputs: Vec::new(),
            excluded: Vec::new(),
        };
        for (path, absolute, content) in found.chain(unreadable) {
            let folder = absolute.parent().unwrap_or(&absolute);
            let settings = configurations.index_for(folder).map_err(Failure::new)?;
            if configurations.settings()[settings].is_excluded(&absolute) {
                let reason = SkipReason::Excluded;
                all.excluded.push(Skipped { path, reason });
            } else {
                all.inputs.push(Input {
                    path,
                    absolute,
                    settings,
                    content,
                    on_nodes: None,
                });
            }
        }
        all.add_nodes(configurations)?;
        all.inputs
            .sort_by(|a, b| (&a.path, &a.absolute).cmp(&(&b.path, &b.absolute)));
        Ok(all)
    }

    /// Adds the files of the nodes that the configurations name. One that is there already is judged as what it is on
    /// its nodes.
    fn add_nodes(&mut self, configurations: &mut Configurations) -> Result<(), Failure> {
        let settings = configurations.settings().iter();
        let mut folders: Vec<NodeFolder> =
            settings.flat_map(|one| one.surroundings().nodes).collect();
        folders.sort_unstable();
        folders.dedup_by(|a, b| a.root == b.root);
        if folders.is_empty() {
            return Ok(());
        }
        let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let mut known: HashMap<PathBuf, usize> = HashMap::new();
        for (index, input) in self.inputs.iter().enumerate() {
            known.insert(real(&input.absolute), index);
        }
        for file in discover::node_files(&folders).map_err(Failure::new)? {
            if let Some(&index) = known.get(&file.real) {
                self.inputs[index].on_nodes = Some(file.on_nodes);
                continue;
            }
            let (path, content) = match file.content {
                Ok(found) => (found.path.clone(), Ok(found)),
                Err((path, why)) => (path, Err(why)),
            };
            let folder = file.location.parent().unwrap_or(&file.location);
            self.inputs.push(Input {
                path,
                settings: configurations.index_for(folder).map_err(Failure::new)?,
                absolute: file.location,
                content,
                on_nodes: Some(file.on_nodes),
            });
        }
        Ok(())
    }
}

fn settings_table(inputs: &[Input], configurations: &Configurations) -> SettingsTable {
    let files: Vec<(&Path, usize)> = inputs
        .iter()
        .map(|input| (input.absolute.as_path(), input.settings))
        .collect();
    SettingsTable::new(configurations.settings(), &files)
}

/// A file as far as it could be read.
struct Read {
    file: File,
    trouble: Option<Trouble>,
}

/// Why a file is not judged, in words for its finding.
struct Trouble {
    rule: &'static str,
    message: String,
}

fn read_all(inputs: &[Input], configurations: &Configurations, progress: &Progress) -> Vec<Read> {
    let surroundings: Vec<Arc<Surroundings>> = configurations
        .settings()
        .iter()
        .map(|settings| Arc::new(settings.surroundings()))
        .collect();
    inputs
        .par_iter()
        .map(|input| {
            let read = read(input, &surroundings[input.settings]);
            progress.file_read();
            read
        })
        .collect()
}

fn read(input: &Input, surroundings: &Arc<Surroundings>) -> Read {
    let trouble = |rule, message| {
        let mut file = File::unreadable(input.path.clone());
        file.on_nodes.clone_from(&input.on_nodes);
        Read {
            file,
            trouble: Some(Trouble { rule, message }),
        }
    };
    let bytes = match &input.content {
        Ok(found) => discover::read(found).map_err(|error| error.to_string()),
        Err(why) => Err(why.clone()),
    };
    let bytes = match bytes {
        Ok(bytes) => bytes,
        Err(why) => return trouble(UNREADABLE_FILE, format!("the file cannot be read: {why}")),
    };
    let read = || {
        let on_nodes = input.on_nodes.clone();
        File::bytes_on_nodes(input.path.clone(), bytes, surroundings, on_nodes)
    };
    match caught(read) {
        Some(mut file) => {
            if input.is_named() && file.resembles_manifest() {
                file.take_for_manifest();
            }
            Read {
                file,
                trouble: None,
            }
        }
        None => trouble(
            INTERNAL_ERROR,
            "podwright failed to read the file: please report it".to_owned(),
        ),
    }
}

/// What a run has found.
struct Checked {
    findings: Vec<Finding>,
    summary: Summary,
    run: Run,
}

fn lint(read: Vec<Read>, inputs: &[Input], table: &SettingsTable, fixing: Fixing) -> Checked {
    let mut files = Vec::with_capacity(read.len());
    let mut troubled = Vec::new();
    for (Read { file, trouble }, id) in read.into_iter().zip(0..) {
        troubled.extend(trouble.map(|trouble| (FileId(id), trouble)));
        files.push(file);
    }
    let mut run = fixing::run(Workspace::new(files), table, fixing, &origins(inputs));
    let Outcome {
        mut findings,
        suppressed,
    } = std::mem::take(&mut run.outcome);
    let workspace = &run.workspace;
    let skipped = skipped(workspace);
    findings.extend(troubled.into_iter().filter_map(|(id, trouble)| {
        let mut active = table.rules(id).iter();
        let level = active.find(|rule| rule.meta.name == trouble.rule)?.level;
        Some(trouble.finding(id, level))
    }));
    findings.sort_by(|a, b| (a.primary.place, a.rule).cmp(&(b.primary.place, b.rule)));
    let judged = workspace.files.iter().filter(|file| file.skipped.is_none());
    let mut unknown_kinds = BTreeMap::new();
    for object in judged.clone().flat_map(|file| &file.objects) {
        if let Some(kind) = object.unknown_kind() {
            *unknown_kinds.entry(kind.to_owned()).or_default() += 1;
        }
    }
    let summary = Summary {
        files: judged.clone().count(),
        documents: judged.clone().map(|file| documents(file)).sum(),
        objects: judged.map(|file| file.objects.len()).sum(),
        unknown_kinds,
        findings: Counts::of(&findings),
        shown_from: Level::Info,
        suppressed,
        known: 0,
        older: 0,
        fixable: Fixable::default(),
        fixed: run.fixed(),
        skipped,
    };
    Checked {
        findings,
        summary,
        run,
    }
}

fn origins(inputs: &[Input]) -> Origins<'_> {
    let origins = inputs.iter().map(|input| input.content.as_ref().ok());
    Origins(origins.collect())
}

impl Trouble {
    fn finding(self, file: FileId, level: Level) -> Finding {
        let place = Place {
            file,
            span: Span::at(0),
        };
        let fingerprint = Fingerprint::new(self.rule, None, None, "");
        Finding::new(self.rule, level, place, self.message, fingerprint)
    }
}

fn skipped(workspace: &Workspace) -> Vec<Skipped> {
    workspace
        .files
        .iter()
        .filter_map(|file| {
            Some(Skipped {
                path: file.source.path.clone(),
                reason: file.skipped?.into(),
            })
        })
        .collect()
}

fn documents(file: &File) -> usize {
    file.tree
        .documents()
        .iter()
        .filter(|document| file.tree.kind(document.root) != Kind::Empty)
        .count()
}

impl From<workspace::Skipped> for SkipReason {
    fn from(skipped: workspace::Skipped) -> Self {
        match skipped {
            workspace::Skipped::Encrypted => Self::Encrypted,
            workspace::Skipped::HelmTemplate => Self::HelmTemplate,
            workspace::Skipped::Unreadable => Self::Unreadable,
            workspace::Skipped::NoManifest => Self::NotAManifest,
        }
    }
}
