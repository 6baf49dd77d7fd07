//! What the files of a run ask for, and where it is stored.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use podwright_cluster::workspace::{Ask, Why, Workspace};
use podwright_lint::config::{CommandLine, FILE_NAMES};
use podwright_render::vendor::Asked;
use podwright_render::{Files, Found, Sources, helm};
use podwright_session::discover::{self, AncestorSearch, ConfigSource, Configurations};
use podwright_session::disk::OnDisk;
use podwright_session::inputs::Inputs;
use podwright_session::vendor::root_above;
use podwright_syntax::text::Location;

use crate::cli::error::CliError;
use crate::cli::inputs::{discover, read_with_notes};

/// Something that is asked for.
pub(super) struct Need {
    /// Directory that has `.podwright`.
    pub(super) root: PathBuf,
    pub(super) ask: Ask,
    /// Who asks: `path:line:column`.
    pub(super) place: String,
}

/// Everything that the files of a run ask for.
pub(super) struct Needs {
    pub(super) all: Vec<Need>,
    /// What is needed, but cannot be fetched.
    pub(super) notes: Vec<String>,
    /// Directories that have a lock file.
    pub(super) roots: BTreeSet<PathBuf>,
    /// The files and directories that were read.
    read: Vec<PathBuf>,
    /// A kustomization whose build fails, so that it is not known what it asks for.
    failed_build: Option<String>,
}

impl Needs {
    /// Reads the files, and what is stored for them.
    pub(super) fn read(paths: &[PathBuf]) -> Result<Self, CliError> {
        let candidates = discover(paths)?;
        let mut configurations =
            Configurations::new(ConfigSource::nearest(), CommandLine::default()).vendoring();
        let inputs = Inputs::new(candidates, &mut configurations).map_err(CliError::new)?;
        let files = read_with_notes(&inputs.inputs, &configurations);
        let disk = Arc::new(OnDisk::here().excluding(inputs.excluded));
        let files = files.into_iter().map(Arc::new).collect();
        let workspace = Workspace::with_disk(files, Arc::clone(&disk) as Arc<_>);
        if let Some(error) = disk.invalid_locks().first() {
            return Err(CliError::new(error));
        }
        let read: Vec<PathBuf> = paths.iter().map(|path| discover::absolute(path)).collect();
        let failed = workspace
            .renders()
            .iter()
            .find(|render| render.result.is_err());
        let mut needs = Self {
            all: Vec::new(),
            notes: not_fetched(&workspace),
            roots: read
                .iter()
                .filter_map(|path| root_above(path).map(Path::to_owned))
                .collect(),
            read,
            failed_build: failed.map(|render| workspace.file(render.root).source.path.clone()),
        };
        let mut roots = Roots(AncestorSearch::new(FILE_NAMES));
        for repository in configurations.schema_repositories() {
            let directory = repository.file.parent().unwrap_or(&repository.file);
            let root = roots.of(directory);
            let place = discover::shown(&repository.file);
            needs.add(root, repository.ask.clone().into(), &place);
        }
        for asked in workspace.asked() {
            let Some(place) = asked.place else {
                continue;
            };
            let path = &workspace.file(place.file).source.path;
            let file = discover::absolute(Path::new(path));
            let root = roots.of(file.parent().unwrap_or(&file));
            let shown = shown(&workspace, place);
            for inner in dependencies(&disk, &root, &asked.ask) {
                needs.add(root.clone(), inner, &shown);
            }
            needs.add(root, asked.ask, &shown);
        }
        Ok(needs)
    }

    /// Adds something, unless it is there already.
    fn add(&mut self, root: PathBuf, ask: Ask, place: &str) {
        let public = ask.without_credentials();
        let mut all = self.all.iter();
        if all.any(|need| need.root == root && need.ask.without_credentials() == public) {
            return;
        }
        self.all.push(Need {
            root,
            ask,
            place: place.to_owned(),
        });
    }

    /// Why more may be asked for below a directory.
    pub(super) fn incomplete(&self, root: &Path) -> Option<String> {
        if !self.read.iter().any(|read| root.starts_with(read)) {
            return Some("other files may ask for it".to_owned());
        }
        let failed = self.failed_build.as_ref()?;
        Some(format!("{failed} cannot be built and may ask for it"))
    }
}

/// Files that kustomizations name by a URL, unless they are in git repositories, and charts whose source is not known.
fn not_fetched(workspace: &Workspace) -> Vec<String> {
    let mut notes = BTreeSet::new();
    for render in workspace.renders() {
        let unknown = render.result.iter().flat_map(|rendered| &rendered.unknown);
        let is_asked = |place| render.asked.iter().any(|asked| asked.place == Some(place));
        for part in unknown.filter(|part| part.why == Why::RemoteFile && !is_asked(part.place)) {
            let name = podwright_redact::url_users(&part.name);
            notes.insert(format!(
                "{}: {name} is not in a git repository; download it and list the file instead",
                shown(workspace, part.place)
            ));
        }
    }
    for (source, place) in workspace.missing_chart_sources() {
        notes.insert(format!(
            "{}: {source} is not in the files, so the chart is not fetched; name its file or directory, too",
            shown(workspace, place)
        ));
    }
    notes.into_iter().collect()
}

/// Dependencies of a chart in a stored repository that are not in it.
fn dependencies(disk: &OnDisk, root: &Path, ask: &Ask) -> Vec<Ask> {
    let Some(stored) = disk
        .vendored(root, ask)
        .filter(|_| matches!(ask, Ask::Git(_)))
    else {
        return Vec::new();
    };
    if !matches!(
        disk.find(&stored.path.join("Chart.yaml")),
        Some(Found::File(_))
    ) {
        return Vec::new();
    }
    let mut sources = Sources::new(disk);
    let asked = helm::missing_dependencies(&mut sources, &stored.path).unwrap_or_default();
    asked.into_iter().map(|Asked { ask, .. }| ask).collect()
}

/// Where a person would look: the place in the sources of a render.
fn shown(workspace: &Workspace, place: Location) -> String {
    let place = workspace.in_sources(place);
    let source = &workspace.file(place.file).source;
    let at = source.lines().position(place.span.start, &source.text);
    format!("{}:{}:{}", source.path, at.line, at.column)
}

/// Directories in which things are stored.
struct Roots(AncestorSearch);

impl Roots {
    /// For files in a directory: the nearest directory above with a lock file, or else with a configuration, or else the
    /// root of the repository, or else the current directory.
    fn of(&mut self, directory: &Path) -> PathBuf {
        if let Some(root) = root_above(directory) {
            return root.to_owned();
        }
        let configuration = self.0.from(directory);
        if let Some(root) = configuration.as_deref().and_then(Path::parent) {
            return root.to_owned();
        }
        let mut above = directory.ancestors();
        let repository = above.find(|above| above.join(".git").exists());
        repository.map_or_else(|| discover::absolute(Path::new("")), Path::to_owned)
    }
}
