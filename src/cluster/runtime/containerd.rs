//! containerd: a file, what it imports, and which of their tables count in which release.

use std::collections::VecDeque;

use super::import::{import_path, is_glob, matches_import};
use super::setup::{Failure, PassedOver, Release, Replaced, Setup, Spot};
use crate::model::runtime_config::{
    ContainerdConfig, ContainerdRelease, ContainerdTable, CriId, CriTable, RuntimeTable,
};
use crate::model::{Field, is_placeholder};
use crate::text::FileId;
use crate::workspace::{Node, Workspace};

/// The runtime that is there without any configuration.
const BUILT_IN: &str = "runc";
const BUILT_IN_TYPE: &str = "io.containerd.runc.v2";

/// A file that is read.
#[derive(Clone, Copy)]
struct Read<'w> {
    id: FileId,
    config: &'w ContainerdConfig,
    /// `version`; 0 if it is not written.
    format: i64,
    format_at: Option<Spot>,
}

/// What `containerd` tables come to.
#[derive(Clone, Copy, Default)]
struct Layer<'w> {
    default_name: Option<(&'w Field<String>, FileId)>,
    runtimes: Option<(&'w [RuntimeTable], FileId, Spot)>,
}

/// The configuration at `path` of a node.
pub(super) fn on_node<'w>(workspace: &'w Workspace, node: &Node<'w>, path: &str) -> Setup<'w> {
    let main = node.file(path).unwrap_or(FileId(0));
    let release = workspace.file(main).surroundings.releases.containerd;
    let mut setup = Setup::new(Some(node.name), Release::Containerd(release));
    let mut pending = VecDeque::from([path.to_owned()]);
    let mut loaded: Vec<String> = Vec::new();
    let mut files = Vec::new();
    let home = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    while let Some(path) = pending.pop_front() {
        if loaded.contains(&path) {
            continue;
        }
        loaded.push(path.clone());
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
            let matching: Vec<String> = node
                .files
                .iter()
                .filter(|(path, _)| match is_glob(&import) {
                    true => matches_import(&import, path),
                    false => *path == import,
                })
                .map(|(path, _)| (*path).to_owned())
                .collect();
            // Beside the file itself the folder of the node has what there is; elsewhere something may be left out.
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

/// A file that lies on no node, by itself; `None` if nothing is known of it then.
pub(super) fn alone(workspace: &Workspace, file: FileId) -> Option<Setup<'_>> {
    let own = workspace.file(file);
    let release = own.surroundings.releases.containerd;
    let mut setup = Setup::new(None, Release::Containerd(release));
    let read = read(workspace, file, &mut setup)?;
    // Another file may import it, and say what the format is.
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

fn read<'w>(workspace: &'w Workspace, id: FileId, setup: &mut Setup<'w>) -> Option<Read<'w>> {
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
        Field::Is(format, at) => (*format, Some((id, *at))),
        Field::Absent | Field::Null(_) => (0, None),
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

fn judge<'w>(setup: &mut Setup<'w>, files: &[Read<'w>], release: ContainerdRelease) {
    setup.failures.extend(too_new(files, release));
    if !setup.failures.is_empty() {
        return;
    }
    match release {
        _ if release.is_1() => judge_1(setup, files, release),
        _ if release < ContainerdRelease::new(2, 3) => judge_2_0(setup, files),
        _ => judge_2_3(setup, files),
    }
    if setup.failures.is_empty() {
        missing_default(setup, files);
    }
}

/// The format that keeps containerd from starting. Before 2.3 it is the last that a file says that counts (`ValidateV2`,
/// `ValidateVersion`), but 2.0 to 2.2 cannot read a file of the format 1 behind one of a newer format than they know.
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

/// 1.x: one format for all files, and of each plug-in the last table as a whole.
fn judge_1<'w>(setup: &mut Setup<'w>, files: &[Read<'w>], release: ContainerdRelease) {
    let said = files.iter().rev().find(|file| file.format != 0);
    let (format, format_at) = said.map_or((1, None), |file| (file.format, file.format_at));
    let is_format_2 = format >= 2;
    let id = if is_format_2 {
        CriId::Grpc
    } else {
        CriId::Short
    };
    let mut last: Option<(&CriTable, FileId)> = None;
    for file in files {
        let is_name = |name: &str| {
            let is_long = name.split('.').count() >= 4;
            is_long
                && (release < ContainerdRelease::new(1, 7) || name.starts_with("io.containerd."))
        };
        for (name, key) in file.config.plugins.iter().filter(|_| is_format_2) {
            if !is_name(name) && !is_placeholder(name) {
                let (at, name) = ((file.id, *key), name.clone());
                setup.failures.push(Failure::PluginName { at, name });
            }
        }
        disabled(setup, *file, |name| match is_format_2 {
            // There is no such plug-in yet.
            true if name == CriId::Runtime.name() => Some(String::new()),
            true => is_name(name).then(|| name.to_owned()),
            false => Some(
                if name == "cri" {
                    CriId::Grpc.name()
                } else {
                    ""
                }
                .to_owned(),
            ),
        });
        for table in &file.config.cri {
            if table.id != id {
                // A short name in the format 2 is a failure already.
                if table.id != CriId::Short && table.containerd.is_some() {
                    let at = (file.id, table.key);
                    let (id, wanted) = (table.id, id);
                    setup.passed_over.push(PassedOver {
                        at,
                        id,
                        format,
                        format_at,
                        wanted,
                    });
                }
                continue;
            }
            if let Some((before, earlier)) = last {
                replaced(setup, (before, earlier), (table, file.id));
            }
            last = Some((table, file.id));
        }
    }
    let table = last.and_then(|(table, file)| Some((table.containerd.as_ref()?, file)));
    let runtimes = table.and_then(|(table, _)| table.runtimes.as_ref());
    // Until 1.4 what is written is added to the built-in runtimes (BurntSushi/toml); from 1.5 on it takes their place
    // (pelletier/go-toml 1, `reflect.MakeMap`).
    if runtimes.is_none() || release < ContainerdRelease::new(1, 5) {
        setup.build_in(BUILT_IN, BUILT_IN_TYPE);
    }
    setup.default = Some((
        BUILT_IN.to_owned(),
        runtimes.and_then(|(key, _)| Some((table?.1, *key))),
    ));
    let Some((table, file)) = table else { return };
    for runtime in runtimes.into_iter().flat_map(|(_, all)| all) {
        define(setup, runtime, file);
    }
    name_default(setup, &table.default_runtime_name, file);
    let filled = |runtime: &Option<RuntimeTable>| {
        let runtime = runtime.clone()?;
        let kind = runtime.runtime_type.text().unwrap_or("");
        (!kind.is_empty()).then_some(runtime)
    };
    if let Some(runtime) = filled(&table.untrusted_workload_runtime) {
        define(setup, &runtime, file);
    }
    if let Some(runtime) = filled(&table.default_runtime) {
        setup.default = Some((runtime.name.clone(), Some((file, runtime.key))));
        define(setup, &runtime, file);
    }
}

/// 2.0 to 2.2: tables are merged first; then, if the last format that is said is 2, the old ones are carried over. A file of
/// the format 1, or of none, gets the new names of plug-ins, and is taken for one of the newest format (`LoadConfig`), so
/// that alone it has no runtimes.
fn judge_2_0<'w>(setup: &mut Setup<'w>, files: &[Read<'w>]) {
    let said = files.iter().rev().find(|file| file.format >= 2);
    let last = said.map_or(3, |file| file.format);
    let (mut old, mut new) = (Vec::new(), Vec::new());
    for file in files {
        disabled_2(setup, *file);
        for table in &file.config.cri {
            let counts = match table.id {
                CriId::Runtime => true,
                CriId::Grpc => last < 3,
                CriId::Short => file.format < 2 && last < 3,
                CriId::Images => continue,
            };
            let Some(containerd) = &table.containerd else {
                continue;
            };
            match (counts, table.id) {
                (true, CriId::Runtime) => new.push(layer(containerd, file.id)),
                (true, _) => old.push(layer(containerd, file.id)),
                (false, _) => {
                    let wanted = if table.id == CriId::Short && last < 3 {
                        CriId::Grpc
                    } else {
                        CriId::Runtime
                    };
                    let speaker = match said {
                        Some(said) if table.id == CriId::Grpc => Some(said),
                        _ => Some(file),
                    };
                    let format = speaker.map_or(last, |file| file.format);
                    let format_at = speaker.and_then(|file| file.format_at);
                    let at = (file.id, table.key);
                    setup.passed_over.push(PassedOver {
                        at,
                        id: table.id,
                        format,
                        format_at,
                        wanted,
                    });
                }
            }
        }
    }
    let has = |layers: &[Layer<'_>], part: fn(&Layer<'_>) -> bool| layers.iter().any(part);
    let (has_runtimes, has_default) = (
        has(&new, |layer| layer.runtimes.is_some()),
        has(&new, |layer| layer.default_name.is_some()),
    );
    for layer in &mut old {
        layer.runtimes = layer.runtimes.filter(|_| !has_runtimes);
        layer.default_name = layer.default_name.filter(|_| !has_default);
    }
    old.extend(new);
    apply(setup, &old);
}

/// From 2.3 on each file is carried over to the newest format before it is merged. The runtimes that the first file carries
/// over stay those of the old table too, so that a later file of the newest format adds to both.
fn judge_2_3<'w>(setup: &mut Setup<'w>, files: &[Read<'w>]) {
    let mut layers: Vec<Layer<'w>> = Vec::new();
    let mut is_shared = false;
    for file in files {
        disabled_2(setup, *file);
        let mut old = Layer::default();
        let mut new = Layer::default();
        for table in &file.config.cri {
            let Some(containerd) = &table.containerd else {
                continue;
            };
            let counts = match table.id {
                CriId::Runtime => true,
                CriId::Grpc => file.format < 4 || (is_shared && containerd.runtimes.is_some()),
                CriId::Short => file.format < 2,
                CriId::Images => continue,
            };
            match (counts, table.id) {
                (true, CriId::Runtime) => new = layer(containerd, file.id),
                (true, _) if file.format < 4 => old = layer(containerd, file.id),
                (true, _) => layers.push(Layer {
                    default_name: None,
                    ..layer(containerd, file.id)
                }),
                (false, _) => {
                    let wanted = if file.format < 3 {
                        CriId::Grpc
                    } else {
                        CriId::Runtime
                    };
                    setup.passed_over.push(PassedOver {
                        at: (file.id, table.key),
                        id: table.id,
                        format: file.format,
                        format_at: file.format_at,
                        wanted,
                    });
                }
            }
        }
        let is_first = layers.iter().all(|layer| layer.runtimes.is_none());
        is_shared |= is_first && old.runtimes.is_some() && new.runtimes.is_none();
        layers.push(Layer {
            default_name: new.default_name.or(old.default_name),
            runtimes: new.runtimes.or(old.runtimes),
        });
    }
    apply(setup, &layers);
}

fn layer(table: &ContainerdTable, file: FileId) -> Layer<'_> {
    let default = &table.default_runtime_name;
    Layer {
        default_name: (!matches!(default, Field::Absent)).then_some((default, file)),
        runtimes: table
            .runtimes
            .as_ref()
            .map(|(key, all)| (all.as_slice(), file, (file, *key))),
    }
}

/// Merges what counts over what is built in.
fn apply(setup: &mut Setup<'_>, layers: &[Layer<'_>]) {
    setup.build_in(BUILT_IN, BUILT_IN_TYPE);
    setup.default = Some((BUILT_IN.to_owned(), None));
    for layer in layers {
        if let Some((runtimes, file, _)) = layer.runtimes {
            for runtime in runtimes {
                define(setup, runtime, file);
            }
        }
        if let Some((name, file)) = layer.default_name {
            name_default(setup, name, file);
        }
    }
}

fn define(setup: &mut Setup<'_>, runtime: &RuntimeTable, file: FileId) {
    setup.is_partial |= is_placeholder(&runtime.name);
    let runs = runtime.runtime_type.text().filter(|kind| !kind.is_empty());
    setup.define(&runtime.name, (file, runtime.key), runs, true);
}

fn name_default(setup: &mut Setup<'_>, name: &Field<String>, file: FileId) {
    match name {
        Field::Is(name, at) => setup.default = Some((name.clone(), Some((file, *at)))),
        Field::Absent | Field::Null(_) => {}
        Field::Unknown(_) | Field::Invalid(_) => setup.default = None,
    }
}

fn missing_default(setup: &mut Setup<'_>, files: &[Read<'_>]) {
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

/// What `disabled_plugins` says of the CRI plug-in; `name` makes the full name of a plug-in, `None` where it is
/// refused.
fn disabled(setup: &mut Setup<'_>, file: Read<'_>, name: impl Fn(&str) -> Option<String>) {
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

fn disabled_2(setup: &mut Setup<'_>, file: Read<'_>) {
    disabled(setup, file, |name| match name {
        "cri" if file.format < 2 => Some(CriId::Grpc.name().to_owned()),
        _ if name.contains('.') || file.format < 2 => Some(name.to_owned()),
        _ => None,
    });
}

fn replaced(setup: &mut Setup<'_>, before: (&CriTable, FileId), after: (&CriTable, FileId)) {
    if before.1 == after.1 {
        return;
    }
    let names = |table: &CriTable| -> Vec<String> {
        let containerd = table.containerd.iter();
        let runtimes = containerd.filter_map(|containerd| containerd.runtimes.as_ref());
        runtimes
            .flat_map(|(_, all)| all)
            .map(|one| one.name.clone())
            .collect()
    };
    let kept = names(after.0);
    setup.replaced.push(Replaced {
        before: (before.1, before.0.key),
        after: (after.1, after.0.key),
        lost: names(before.0)
            .into_iter()
            .filter(|name| !kept.contains(name))
            .collect(),
    });
}
