//! Rules for the configuration of containerd and CRI-O and for the RuntimeClasses that refer to it.

pub(crate) mod containerd_conf_d_not_imported;
pub(crate) mod containerd_handler_name_unreferencable;
pub(crate) mod containerd_registry_config_conflict;
pub(crate) mod containerd_registry_hosts;
pub(crate) mod containerd_sandbox_mode_renamed;
pub(crate) mod containerd_toml_syntax;
pub(crate) mod containerd_unknown_key;
pub(crate) mod crio_dropin_order_override;
pub(crate) mod crio_dropin_stray_file;
pub(crate) mod crio_handler_path_missing;
pub(crate) mod crio_runtime_table_misplaced;
pub(crate) mod crio_runtime_type_invalid;
mod fixes;
pub(crate) mod k3s_template;
pub(crate) mod registries_yaml_wrong_name;
pub(crate) mod registry_config_form;
pub(crate) mod registry_mirror_host_mismatch;
pub(crate) mod runtime_configs_heterogeneous;
pub(crate) mod runtime_handler_unused;
pub(crate) mod runtimeclass_handler_not_configured;
pub(crate) mod setup;

/// Joins words with commas and with `and` before the last one.
fn joined(words: impl Iterator<Item = String>) -> String {
    let words: Vec<String> = words.collect();
    match words.split_last() {
        None => String::new(),
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
    }
}
