use podwright_model::{RuntimeConfig, is_placeholder};
use podwright_rule::{Applicability, RuleContext, declare_rule};

declare_rule! {
    name: "containerd-unknown-key",
    summary: "containerd ignores an unknown key of a runtime",
    severity: Warning,
    since: "0.1.0",
    hooks: { runtime_config: check },
}

fn check(config: &RuntimeConfig, cx: &mut RuleContext<'_>) {
    let Some(config) = config.containerd() else {
        return;
    };
    for (_, runtime) in config.runtimes() {
        for (name, key) in &runtime.keys {
            // Keys are case-insensitive.
            let is_known = KEYS.iter().any(|known| known.eq_ignore_ascii_case(name));
            if is_known || is_placeholder(name) {
                continue;
            }
            let meant = KEYS.iter().find(|known| bare(known) == bare(name));
            let fix = meant
                .filter(|meant| runtime.keys.iter().all(|(other, _)| other != *meant))
                .map(|meant| cx.replace(*key, meant, Applicability::Safe));
            let table = &runtime.name;
            let help = match meant {
                Some(meant) => format!("use `{meant}`"),
                None if OPTIONS.contains(&name.as_str()) => {
                    format!("move it to `[… .runtimes.{table}.options]`")
                }
                None => "use a key from the containerd documentation, or remove it".to_owned(),
            };
            cx.report(*key, format!("unknown key `{name}` in a runtime table"))
                .note("containerd ignores the key and at most logs `Ignoring unknown key`")
                .help(help)
                .fix(fix);
        }
    }
}

/// Keys of a runtime table in any release (`Runtime` in `internal/cri/config`, before 2.0 `pkg/cri/config`).
const KEYS: [&str; 18] = [
    "base_runtime_spec",
    "cgroup_writable",
    "cni_conf_dir",
    "cni_max_conf_num",
    "container_annotations",
    "disable_pause_image_pull",
    "io_type",
    "options",
    "pod_annotations",
    "privileged_without_host_devices",
    "privileged_without_host_devices_all_devices_allowed",
    "runtime_engine",
    "runtime_path",
    "runtime_root",
    "runtime_type",
    "sandbox_mode",
    "sandboxer",
    "snapshotter",
];

/// Keys of `options` for runc and for shims with their own configuration file.
const OPTIONS: [&str; 14] = [
    "BinaryName",
    "ConfigBody",
    "ConfigPath",
    "CriuImagePath",
    "CriuPath",
    "CriuWorkPath",
    "IoGid",
    "IoUid",
    "NoNewKeyring",
    "NoPivotRoot",
    "Root",
    "ShimCgroup",
    "SystemdCgroup",
    "TypeUrl",
];

/// Normalizes a key for comparison: lowercase, without `_` and `-`.
fn bare(key: &str) -> String {
    key.replace(['_', '-'], "").to_lowercase()
}
