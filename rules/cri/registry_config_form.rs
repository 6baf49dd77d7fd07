//! Keys and values of `hosts.toml`, `registries.yaml` and `registries.conf` that are ignored or rejected.

use podwright_model::RegistryConfig;
use podwright_model::registry_config::{RegistryContent, UnknownKey};
use podwright_rule::{Applicability, RuleContext, Severity, declare_rules, use_name};

declare_rules! {
    hooks: { registry_config: check },
    REGISTRY_CONFIG_REJECTED {
        name: "registry-config-rejected",
        summary: "registry configuration of a node is invalid",
        severity: Error,
        since: "0.1.0",
    }
    REGISTRY_CONFIG_UNKNOWN_KEY {
        name: "registry-config-unknown-key",
        summary: "registry configuration of a node has an unknown key",
        severity: Warning,
        since: "0.1.0",
    }
}

/// Keys that belong into a table of their own: the key, and where it is read.
const MISPLACED: [(&str, &str); 9] = [
    ("insecure_skip_verify", "tls"),
    ("ca_file", "tls"),
    ("cert_file", "tls"),
    ("key_file", "tls"),
    ("username", "auth"),
    ("password", "auth"),
    ("blocked", "[[registry]]"),
    ("prefix", "[[registry]]"),
    ("mirror-by-digest-only", "[[registry]]"),
];

fn check(config: &RegistryConfig, cx: &mut RuleContext<'_>) {
    if matches!(config.content, RegistryContent::ContainerdTemplate(_)) {
        return;
    }
    for unknown in &config.unknown_keys {
        unknown_key(config, unknown, cx);
    }
    let (mut level, note) = match config.content {
        RegistryContent::HostsToml(_) => (
            Severity::Warning,
            "containerd logs `failed to decode hosts.toml` and continues as if the file did not exist: it asks the registry \
             itself, over HTTPS",
        ),
        RegistryContent::RegistriesYaml(_) => (
            Severity::Error,
            "k3s and RKE2 do not start on the node, because they cannot decode the file",
        ),
        RegistryContent::RegistriesConf(_) | RegistryContent::ContainerdTemplate(_) => (
            Severity::Error,
            "CRI-O rejects all of its registry configuration, and no image can be pulled on the node",
        ),
    };
    if cx.file().on_nodes.is_none() {
        level = Severity::Warning;
    }
    let format = match config.content {
        RegistryContent::RegistriesYaml(_) => "YAML",
        _ => "TOML",
    };
    if let Some(error) = cx.tree().errors().first() {
        cx.as_rule(&REGISTRY_CONFIG_REJECTED)
            .report_span(error.span, format!("invalid {format}"))
            .at_most(level)
            .note(note)
            .help(format!("correct the {format} syntax"));
        return;
    }
    for fault in &config.faults {
        cx.as_rule(&REGISTRY_CONFIG_REJECTED)
            .report(fault.node, &fault.message)
            .at_most(level)
            .note(note)
            .help(&fault.help);
    }
}

fn unknown_key(config: &RegistryConfig, unknown: &UnknownKey, cx: &mut RuleContext<'_>) {
    let UnknownKey { name, key, known } = unknown;
    let is_yaml = matches!(config.content, RegistryContent::RegistriesYaml(_));
    // Go's TOML libraries ignore the case of a key, its YAML library does not.
    if !is_yaml && known.iter().any(|one| one.eq_ignore_ascii_case(name)) {
        return;
    }
    let bare = |key: &str| key.replace(['_', '-'], "").to_lowercase();
    let same = known.iter().copied().find(|one| {
        let (one, name) = (bare(one), bare(name));
        one == name || format!("{one}s") == name || one == format!("{name}s")
    });
    let meant = match same {
        Some(same) => Some(cx.suggest(*key, same, Applicability::Unsafe)),
        None => cx.nearest(*key, name, known.iter().copied()),
    };
    let place = MISPLACED
        .iter()
        .find(|(key, _)| key == name)
        .map(|(_, place)| *place);
    let otherwise = match place {
        Some(place) => format!("move it to `{place}`"),
        None => {
            let known: Vec<String> = known.iter().map(|one| format!("`{one}`")).collect();
            format!("use one of {}", known.join(", "))
        }
    };
    let program = match config.content {
        RegistryContent::HostsToml(_) => "containerd silently ignores the key",
        RegistryContent::RegistriesYaml(_) => "k3s and RKE2 silently ignore the key",
        RegistryContent::RegistriesConf(_) | RegistryContent::ContainerdTemplate(_) => {
            "CRI-O ignores the key, and logs it only at the debug level"
        }
    };
    cx.as_rule(&REGISTRY_CONFIG_UNKNOWN_KEY)
        .report(*key, format!("unknown key `{name}`"))
        .note(program)
        .meant(meant, use_name, otherwise);
}
