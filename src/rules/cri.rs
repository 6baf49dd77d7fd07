//! Rules for the configuration of containerd and CRI-O and for the RuntimeClasses that refer to it.

mod containerd_conf_d_not_imported;
mod containerd_cri_disabled;
mod containerd_default_runtime_missing;
mod containerd_dropin_replaces_table;
mod containerd_handler_name_unreferencable;
mod containerd_missing_version;
mod containerd_registry_config_conflict;
mod containerd_sandbox_mode_renamed;
mod containerd_table_wrong_for_version;
mod containerd_toml_syntax;
mod containerd_unknown_key;
mod containerd_version_too_new;
mod crio_default_runtime_missing;
mod crio_dropin_order_override;
mod crio_dropin_stray_file;
mod crio_handler_path_missing;
mod crio_runtime_table_misplaced;
mod crio_runtime_type_invalid;
mod fixes;
mod runtime_configs_heterogeneous;
mod runtime_handler_unused;
mod runtimeclass_handler_not_configured;

pub(super) use containerd_conf_d_not_imported::ContainerdConfDNotImported;
pub(super) use containerd_cri_disabled::ContainerdCriDisabled;
pub(super) use containerd_default_runtime_missing::ContainerdDefaultRuntimeMissing;
pub(super) use containerd_dropin_replaces_table::ContainerdDropinReplacesTable;
pub(super) use containerd_handler_name_unreferencable::ContainerdHandlerNameUnreferencable;
pub(super) use containerd_missing_version::ContainerdMissingVersion;
pub(super) use containerd_registry_config_conflict::ContainerdRegistryConfigConflict;
pub(super) use containerd_sandbox_mode_renamed::ContainerdSandboxModeRenamed;
pub(super) use containerd_table_wrong_for_version::ContainerdTableWrongForVersion;
pub(super) use containerd_toml_syntax::ContainerdTomlSyntax;
pub(super) use containerd_unknown_key::ContainerdUnknownKey;
pub(super) use containerd_version_too_new::ContainerdVersionTooNew;
pub(super) use crio_default_runtime_missing::CrioDefaultRuntimeMissing;
pub(super) use crio_dropin_order_override::CrioDropinOrderOverride;
pub(super) use crio_dropin_stray_file::CrioDropinStrayFile;
pub(super) use crio_handler_path_missing::CrioHandlerPathMissing;
pub(super) use crio_runtime_table_misplaced::CrioRuntimeTableMisplaced;
pub(super) use crio_runtime_type_invalid::CrioRuntimeTypeInvalid;
pub(super) use runtime_configs_heterogeneous::RuntimeConfigsHeterogeneous;
pub(super) use runtime_handler_unused::RuntimeHandlerUnused;
pub(super) use runtimeclass_handler_not_configured::RuntimeclassHandlerNotConfigured;

use crate::cluster::runtime::{Setup, setups};
use crate::rule::Cx;

/// Collects the results of `find` for all setups of the file, without duplicates from several nodes.
fn each_once<T: PartialEq>(cx: &Cx<'_>, find: impl Fn(&Setup<'_>) -> Vec<T>) -> Vec<T> {
    let mut all = Vec::new();
    for setup in setups(cx.workspace, cx.file_id) {
        for one in find(&setup) {
            if !all.contains(&one) {
                all.push(one);
            }
        }
    }
    all
}

/// Joins words with commas and with `and` before the last one.
fn joined(words: impl Iterator<Item = String>) -> String {
    let words: Vec<String> = words.collect();
    match words.split_last() {
        None => String::new(),
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
    }
}
