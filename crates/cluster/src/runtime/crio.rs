//! Reads the CRI-O configuration: `crio.conf`, then all files in `crio.conf.d`. A later table of a runtime replaces an
//! earlier one.

use rustc_hash::{FxHashMap, FxHashSet};

use super::setup::{DropReason, Dropped, Failure, Release, Setup, Spot};
use crate::workspace::{Node, Workspace};
use podwright_model::runtime_config::{CrioRelease, CrioRuntime};
use podwright_model::{Field, is_placeholder};
use podwright_syntax::text::FileId;

/// Last release in which another default runtime removes the built-in one.
const LAST_TO_DROP_BUILT_IN: CrioRelease = CrioRelease(25);
/// Last release in which an invalid runtime prevents CRI-O from starting; later releases skip the runtime.
const LAST_TO_FAIL: CrioRelease = CrioRelease(20);
/// First release in which a runtime can inherit from the default one.
const FIRST_TO_INHERIT: CrioRelease = CrioRelease(32);

pub(super) fn on_node(workspace: &Workspace, node: &Node<'_>, files: &[FileId]) -> Setup {
    let release = workspace.file(files[0]).context.releases.crio;
    let mut setup = Setup::new(Some(node.name), Release::Crio(release));
    let built_in = release.built_in();
    setup.build_in(built_in, built_in);
    let mut default = Some((built_in.to_owned(), None));
    // In order; a later table of a runtime removes the earlier one.
    let mut last: Vec<Option<(&CrioRuntime, FileId)>> = Vec::new();
    let mut indexes: FxHashMap<&str, usize> = FxHashMap::default();
    for &id in files {
        let file = workspace.file(id);
        setup.files.push(id);
        let Some(config) = file
            .runtime_config
            .as_ref()
            .and_then(|config| config.crio())
        else {
            setup.is_partial = true;
            continue;
        };
        if file.skipped.is_some() {
            setup.is_partial = true;
        } else if !file.tree.errors().is_empty() {
            setup.failures.push(Failure::Syntax(id));
        }
        match &config.default_runtime {
            Field::Value(name, at) => {
                default = Some(match name.as_str() {
                    "" => (built_in.to_owned(), None),
                    name => (name.to_owned(), Some((id, *at))),
                });
                if release <= LAST_TO_DROP_BUILT_IN && name != built_in {
                    setup.remove(&FxHashSet::from_iter([built_in]));
                    if let Some(index) = indexes.remove(built_in) {
                        last[index] = None;
                    }
                }
            }
            Field::Missing | Field::Null(_) => {}
            Field::Unknown(_) | Field::Invalid(_) => default = None,
        }
        for runtime in &config.runtimes {
            setup.is_partial |= is_placeholder(&runtime.name);
            let path = runtime.runtime_path.text().filter(|path| !path.is_empty());
            setup.define(&runtime.name, (id, runtime.key), path, false);
            if let Some(before) = indexes.insert(&runtime.name, last.len()) {
                last[before] = None;
            }
            last.push(Some((runtime, id)));
        }
    }
    setup.default = default;
    let mut invalid = FxHashSet::default();
    for (runtime, file) in last.into_iter().flatten() {
        let Some((why, at)) = fault(runtime, file, release) else {
            continue;
        };
        let name = runtime.name.clone();
        let dropped = Dropped { name, at, why };
        let is_default = setup
            .default
            .as_ref()
            .is_some_and(|(name, _)| *name == runtime.name);
        invalid.insert(runtime.name.as_str());
        if is_default || release <= LAST_TO_FAIL {
            setup.failures.push(Failure::BadDefault(dropped.clone()));
        }
        setup.skip(dropped);
    }
    setup.remove(&invalid);
    missing_default(&mut setup);
    setup
}

fn missing_default(setup: &mut Setup) {
    let Some((name, at)) = &setup.default else {
        return;
    };
    let is_there =
        setup.handler(name).is_some() || setup.dropped.iter().any(|dropped| dropped.name == *name);
    if !is_there && !setup.is_uncertain() && at.is_some() {
        let (at, name) = (*at, name.clone());
        setup.failures.push(Failure::NoDefault { at, name });
    }
}

/// Returns why CRI-O skips a runtime, based on its table (`RuntimeHandler.Validate`), and the location in `file`;
/// `None` if the table is valid or not completely known.
#[must_use]
pub fn fault(
    runtime: &CrioRuntime,
    file: FileId,
    release: CrioRelease,
) -> Option<(DropReason, Spot)> {
    if release >= FIRST_TO_INHERIT
        && !matches!(runtime.inherit_default_runtime.value(), None | Some(false))
    {
        return None;
    }
    let kind = match &runtime.runtime_type {
        Field::Value(kind, node) => {
            let known: &[&str] = if release.0 >= 24 {
                &["", "oci", "vm", "pod"]
            } else {
                &["", "oci", "vm"]
            };
            if !known.contains(&kind.as_str()) {
                return Some((DropReason::Type, (file, *node)));
            }
            kind.as_str()
        }
        Field::Missing | Field::Null(_) => "",
        Field::Unknown(_) | Field::Invalid(_) => return None,
    };
    if let Some((path, node)) = runtime.runtime_path.known()
        && kind == "vm"
        && !path.is_empty()
        && release > LAST_TO_FAIL
        && !is_shim(path.rsplit('/').next().unwrap_or(path))
    {
        return Some((DropReason::ShimName, (file, node)));
    }
    let config = runtime.runtime_config_path.known();
    match config.filter(|(path, _)| !path.is_empty()) {
        Some((_, node)) if kind != "vm" && release > LAST_TO_FAIL => {
            Some((DropReason::ConfigPath, (file, node)))
        }
        _ => None,
    }
}

/// Whether `containerd-shim-([a-zA-Z0-9\-\+])+-v2` matches in the name of a binary (`RuntimeTypeVMBinaryPattern`).
fn is_shim(name: &str) -> bool {
    let Some(at) = name.find("containerd-shim-") else {
        return false;
    };
    let rest = &name[at + "containerd-shim-".len()..];
    rest.match_indices("-v2").any(|(at, _)| {
        at > 0
            && rest[..at]
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+'))
    })
}
