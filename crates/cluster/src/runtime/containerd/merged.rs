//! containerd 2.0 and later: tables are merged, and old tables are migrated.

use super::{BUILT_IN, BUILT_IN_TYPE, Read, define, disabled, name_default, names_runtimes};
use crate::runtime::setup::{PassedOver, Setup, Spot};
use podwright_model::Field;
use podwright_model::runtime_config::{ContainerdTable, CriId, RuntimeTable};
use podwright_syntax::text::FileId;

/// Settings from one `containerd` table.
#[derive(Clone, Copy, Default)]
struct Layer<'w> {
    default_name: Option<(&'w Field<String>, FileId)>,
    runtimes: Option<(&'w [RuntimeTable], FileId, Spot)>,
}

/// Applies the files as containerd 2.0 to 2.2 do: tables are merged first; then, if the last version that is set is 2,
/// the old tables are migrated. In a file with version 1 or without a version, plugins are renamed and the file is
/// treated as the newest version (`LoadConfig`), so alone it defines no runtimes.
pub(super) fn judge_2_0(setup: &mut Setup, files: &[Read<'_>]) {
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
                (false, _) if names_runtimes(table) => {
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
                (false, _) => {}
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

/// Applies the files as containerd 2.3 and later do: each file is migrated to the newest version before it is merged.
/// The migrated runtimes of the first file are shared with the old table, so a later file of the newest version adds to
/// both.
pub(super) fn judge_2_3<'w>(setup: &mut Setup, files: &[Read<'w>]) {
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
                (false, _) if names_runtimes(table) => {
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
                (false, _) => {}
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
        default_name: (!matches!(default, Field::Missing)).then_some((default, file)),
        runtimes: table
            .runtimes
            .as_ref()
            .map(|(key, all)| (all.as_slice(), file, (file, *key))),
    }
}

/// Merges the layers over the built-in configuration.
fn apply(setup: &mut Setup, layers: &[Layer<'_>]) {
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

fn disabled_2(setup: &mut Setup, file: Read<'_>) {
    disabled(setup, file, |name| match name {
        "cri" if file.format < 2 => Some(CriId::Grpc.name().to_owned()),
        _ if name.contains('.') || file.format < 2 => Some(name.to_owned()),
        _ => None,
    });
}
