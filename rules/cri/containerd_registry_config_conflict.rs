use podwright_model::runtime_config::{ContainerdConfig, ContainerdRelease, CriId, CriTable};
use podwright_model::{Field, RuntimeConfig};
use podwright_rule::{RuleContext, Severity, declare_rule};

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
        if !counts(table, config, release) {
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

/// Whether the release reads the table; `false` if the configuration version is not known.
fn counts(table: &CriTable, config: &ContainerdConfig, release: ContainerdRelease) -> bool {
    let format = match config.version {
        Field::Value(format, _) => format,
        Field::Missing => 0,
        _ => return false,
    };
    let newest_old = if release < ContainerdRelease::new(2, 3) {
        2
    } else {
        3
    };
    match table.id {
        CriId::Runtime => false,
        CriId::Images => !release.is_1(),
        CriId::Grpc if release.is_1() => format == 2,
        CriId::Grpc => format <= newest_old,
        CriId::Short => format < 2,
    }
}
