//! containerd 1.x: the table of each plugin comes from a single file.

use rustc_hash::FxHashSet;

use super::{BUILT_IN, BUILT_IN_TYPE, Read, define, disabled, name_default};
use crate::runtime::setup::{Failure, PassedOver, Replaced, Setup};
use podwright_model::is_placeholder;
use podwright_model::runtime_config::{ContainerdRelease, CriId, CriTable, RuntimeTable};
use podwright_syntax::text::FileId;

/// Applies the files as containerd 1.x does: one version for all files, and only the last table of each plugin.
pub(super) fn judge(setup: &mut Setup, files: &[Read<'_>], release: ContainerdRelease) {
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
            // This plugin does not exist yet.
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
                // A short name in version 2 is already a failure.
                if table.id != CriId::Short && super::names_runtimes(table) {
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
            if let Some((before, previous)) = last {
                replaced(setup, (before, previous), (table, file.id));
            }
            last = Some((table, file.id));
        }
    }
    let table = last.and_then(|(table, file)| Some((table.containerd.as_ref()?, file)));
    let runtimes = table.and_then(|(table, _)| table.runtimes.as_ref());
    // Up to 1.4, configured runtimes are added to the built-in ones (BurntSushi/toml); since 1.5, they replace them
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

fn replaced(setup: &mut Setup, before: (&CriTable, FileId), after: (&CriTable, FileId)) {
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
    let kept: FxHashSet<String> = names(after.0).into_iter().collect();
    setup.replaced.push(Replaced {
        before: (before.1, before.0.key),
        after: (after.1, after.0.key),
        lost: names(before.0)
            .into_iter()
            .filter(|name| !kept.contains(name))
            .collect(),
    });
}
