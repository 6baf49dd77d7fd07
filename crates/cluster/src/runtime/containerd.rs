//! Reads a containerd configuration with its imports and applies the tables that the release uses.

mod merged;
mod replaced;

use std::collections::VecDeque;

use rustc_hash::FxHashSet;

use super::import::{import_path, is_glob, matches_import};
use super::setup::{Failure, Release, Setup, Spot};
use crate::workspace::{Node, Workspace};
use podwright_model::runtime_config::{
    ContainerdConfig, ContainerdRelease, CriId, CriTable, RuntimeTable,
};
use podwright_model::{Field, is_placeholder};
use podwright_syntax::text::FileId;

/// Runtime that exists without any configuration.
const BUILT_IN: &str = "runc";
const BUILT_IN_TYPE: &str = "io.containerd.runc.v2";

/// A configuration file that has been read.
#[derive(Clone, Copy)]
struct Read<'w> {
    id: FileId,
    config: &'w ContainerdConfig,
    /// Value of `version`; 0 if it is missing.
    format: i64,
    format_at: Option<Spot>,
}

/// Returns the setup from the main configuration file at `path` of a node.
pub(super) fn on_node(workspace: &Workspace, node: &Node<'_>, path: &str) -> Setup {
    let main = node.file(path).unwrap_or(FileId(0));
    let release = workspace.file(main).context.releases.containerd;
    let mut setup = Setup::new(Some(node.name), Release::Containerd(release));
    let mut pending = VecDeque::from([path.to_owned()]);
    let mut loaded: FxHashSet<String> = FxHashSet::default();
    let mut files = Vec::new();
    let home = path.rsplit_once('/').map_or("", |(directory, _)| directory);
    while let Some(path) = pending.pop_front() {
        if !loaded.insert(path.clone()) {
            continue;
        }
        let Some(id) = node.file(&path) else { continue };
        let Some(read) = read(workspace, id, &mut setup) else {
            continue;
        };
        files.push(read);
        let Some(imports) = read.config.imported() else {
            setup.is_partial = true;
            continue;
        };
        for (import, at) in imports {
            let import = import_path(&path, import);
            let matching: Vec<String> = match is_glob(&import) {
                true => imported_by_glob(node, &import).map(str::to_owned).collect(),
                false => node
                    .file(&import)
                    .map(|_| import.clone())
                    .into_iter()
                    .collect(),
            };
            // In the directory of the main file, the input is complete; files elsewhere may be missing from it.
            let is_near = is_glob(&import) && import.starts_with(&format!("{home}/"));
            if matching.is_empty() && !is_near {
                setup.outside.push((id, at));
            }
            pending.extend(matching);
        }
    }
    judge(&mut setup, &files, release);
    setup
}

/// Paths that the glob matches, in order. The paths of a node are sorted, so only those that start like it are compared.
fn imported_by_glob<'n>(node: &'n Node<'_>, glob: &str) -> impl Iterator<Item = &'n str> {
    let start = glob.split(['*', '?', '[', '\\']).next().unwrap_or_default();
    let first = node
        .files
        .partition_point(|(path, _)| path.as_str() < start);
    let files = node.files[first..].iter().map(|(path, _)| path.as_str());
    let near = files.take_while(move |path| path.starts_with(start));
    near.filter(move |path| matches_import(glob, path))
}

/// Returns the setup from a single file that does not belong to a node; `None` if nothing is known about it.
pub(super) fn alone(workspace: &Workspace, file: FileId) -> Option<Setup> {
    let own = workspace.file(file);
    let release = own.context.releases.containerd;
    let mut setup = Setup::new(None, Release::Containerd(release));
    let read = read(workspace, file, &mut setup)?;
    // Another file may import it and set the version.
    let is_main = matches!(own.name(), "config.toml" | "containerd.toml");
    if !is_main && read.format == 0 {
        return None;
    }
    setup.is_partial |= !is_main;
    match read.config.imported() {
        Some(imports) => setup
            .outside
            .extend(imports.iter().map(|&(_, at)| (file, at))),
        None => setup.is_partial = true,
    }
    judge(&mut setup, &[read], release);
    Some(setup)
}

fn read<'w>(workspace: &'w Workspace, id: FileId, setup: &mut Setup) -> Option<Read<'w>> {
    let file = workspace.file(id);
    setup.files.push(id);
    let config = file
        .runtime_config
        .as_ref()
        .and_then(|config| config.containerd());
    let Some(config) = config.filter(|_| file.skipped.is_none()) else {
        setup.is_partial = true;
        return None;
    };
    if !file.tree.errors().is_empty() {
        setup.failures.push(Failure::Syntax(id));
        setup.is_partial = true;
    }
    let (format, format_at) = match &config.version {
        Field::Value(format, at) => (*format, Some((id, *at))),
        Field::Missing | Field::Null(_) => (0, None),
        Field::Unknown(_) | Field::Invalid(_) => {
            setup.is_partial = true;
            return None;
        }
    };
    Some(Read {
        id,
        config,
        format,
        format_at,
    })
}

fn judge(setup: &mut Setup, files: &[Read<'_>], release: ContainerdRelease) {
    setup.failures.extend(too_new(files, release));
    if !setup.failures.is_empty() {
        return;
    }
    match release {
        _ if release.is_1() => replaced::judge(setup, files, release),
        _ if release < ContainerdRelease::new(2, 3) => merged::judge_2_0(setup, files),
        _ => merged::judge_2_3(setup, files),
    }
    if setup.failures.is_empty() {
        missing_default(setup, files);
    }
}

/// Returns the configuration version that prevents containerd from starting. Before 2.3, the last version that a file
/// sets is used (`ValidateV2`, `ValidateVersion`), but 2.0 to 2.2 cannot read a file of version 1 after one with an
/// unsupported version.
fn too_new(files: &[Read<'_>], release: ContainerdRelease) -> Option<Failure> {
    let newest = i64::from(release.newest_format());
    let is_newer = |file: &&Read<'_>| file.format > newest;
    let mut said = files.iter().filter(|file| file.format != 0);
    let file = match release {
        _ if release.is_1() => said.next_back().filter(is_newer),
        _ if release < ContainerdRelease::new(2, 3) => {
            let last = said.rfind(|file| file.format >= 2).filter(is_newer);
            let before_old = files
                .windows(2)
                .find(|pair| pair[0].format > newest && pair[1].format < 2);
            last.or(before_old.map(|pair| &pair[0]))
        }
        _ => said.find(is_newer),
    }?;
    let (at, format) = (file.format_at?, file.format);
    Some(Failure::FormatTooNew { at, format })
}

/// Whether the table configures runtimes or the default runtime.
fn names_runtimes(table: &CriTable) -> bool {
    table.containerd.as_ref().is_some_and(|containerd| {
        containerd.runtimes.is_some() || !matches!(containerd.default_runtime_name, Field::Missing)
    })
}

fn define(setup: &mut Setup, runtime: &RuntimeTable, file: FileId) {
    setup.is_partial |= is_placeholder(&runtime.name);
    let runs = runtime.runtime_type.text().filter(|kind| !kind.is_empty());
    setup.define(&runtime.name, (file, runtime.key), runs, true);
}

fn name_default(setup: &mut Setup, name: &Field<String>, file: FileId) {
    match name {
        Field::Value(name, at) => setup.default = Some((name.clone(), Some((file, *at)))),
        Field::Missing | Field::Null(_) => {}
        Field::Unknown(_) | Field::Invalid(_) => setup.default = None,
    }
}

fn missing_default(setup: &mut Setup, files: &[Read<'_>]) {
    let Some((name, at)) = &setup.default else {
        return;
    };
    let is_known = name.is_empty() || !setup.is_uncertain();
    if files.is_empty() || !is_known || setup.handler(name).is_some() {
        return;
    }
    let (at, name) = (*at, name.clone());
    setup.failures.push(Failure::NoDefault { at, name });
}

/// Records whether `disabled_plugins` disables the CRI plugin. `name` returns the full name of a plugin, or `None` if
/// containerd rejects the name.
fn disabled(setup: &mut Setup, file: Read<'_>, name: impl Fn(&str) -> Option<String>) {
    let items = file.config.disabled_plugins.value();
    for (written, node) in items.into_iter().flatten().filter_map(Field::known) {
        let at = (file.id, node);
        match name(written) {
            None if is_placeholder(written) => {}
            None => setup.failures.push(Failure::DisabledName {
                at,
                name: written.clone(),
            }),
            Some(full) if full == CriId::Grpc.name() || full == CriId::Runtime.name() => {
                setup.failures.push(Failure::CriDisabled { at });
            }
            Some(_) => {}
        }
    }
}
