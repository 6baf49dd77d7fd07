use podwright_cluster::registries::reads_table;
use podwright_model::RuntimeConfig;
use podwright_model::runtime_config::ContainerdRelease;
use podwright_rule::{RuleContext, Severity, declare_rule};
use podwright_syntax::NodeId;

declare_rule! {
    name: "containerd-registry-config-conflict",
    summary: "conflicting registry settings in the containerd configuration",
    severity: Error,
    since: "0.1.0",
    hooks: { runtime_config: check },
}

fn check(config: &RuntimeConfig, cx: &mut RuleContext<'_>) {
    let Some(config) = config.containerd() else {
        return;
    };
    let release = cx.file().context.releases.containerd;
    for table in &config.cri {
        let Some(registry) = &table.registry else {
            continue;
        };
        if !reads_table(table, config, release) {
            continue;
        }
        let path = registry
            .config_path
            .known()
            .filter(|(path, _)| !path.is_empty());
        let tls = registry.tls.first().filter(|_| release.is_1());
        if let Some((_, path)) = path {
            for (key, name) in [(registry.mirrors, "mirrors"), (tls.copied(), "configs.tls")] {
                let Some(key) = key else { continue };
                let place = cx.place(path);
                cx.report(key, format!("`{name}` and `config_path` are mutually exclusive"))
                    .related(place, "`config_path` is set here")
                    .note(format!(
                        "the CRI plugin of containerd does not load, and no Pod starts on the node (`{name} cannot be \
                         set when config_path is provided`)"
                    ))
                    .help("move these settings to `hosts.toml` files below `config_path`");
            }
        }
        if path.is_none()
            && let Some(key) = registry.mirrors
        {
            refused_by_default(key, release, cx);
        }
        if let Some(key) = registry
            .auths
            .or(registry.configs.filter(|_| tls.is_none()))
        {
            cx.report(key, "registry credentials in the containerd configuration are deprecated")
                .at_most(Severity::Info)
                .note("every Pod on the node can use them, and rotating them requires a restart of containerd")
                .help("use image pull Secrets, the `config.json` of the kubelet, or a credential provider");
        }
    }
}

/// Reports `mirrors` without `config_path`, which 2.2.0 and 2.2.1 refuse: they fill in the default of `config_path` before
/// they validate (`config_unix.go`; fixed in 2.2.2).
fn refused_by_default(key: NodeId, release: ContainerdRelease, cx: &mut RuleContext<'_>) {
    let level = match release.patch {
        _ if (release.major, release.minor) != (2, 2) => return,
        Some(0 | 1) => Severity::Error,
        None => Severity::Warning,
        Some(_) => return,
    };
    cx.report(key, "containerd 2.2.0 and 2.2.1 reject `mirrors` without `config_path`")
        .at_most(level)
        .note(
            "they set the default of `config_path` before they check that only one of the two is set: the CRI plugin does \
             not load, and no Pod starts on the node (`mirrors cannot be set when config_path is provided`)",
        )
        .help(
            "move the mirrors to `hosts.toml` files below `config_path`, or use containerd 2.2.2 or later",
        );
}
