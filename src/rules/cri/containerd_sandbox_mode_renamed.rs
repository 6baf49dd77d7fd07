use crate::finding::{Level, Safety};
use crate::model::RuntimeConfig;
use crate::model::runtime_config::{ContainerdRelease, CriId};
use crate::rule::{Check, Cx, Meta, Rule};

/// Options of `containerd-sandbox-mode-renamed`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct ContainerdSandboxModeRenamed {}

impl Rule for ContainerdSandboxModeRenamed {
    const META: Meta = Meta {
        name: "containerd-sandbox-mode-renamed",
        chapter: "cri",
        summary: "sandbox controller key is for another containerd release",
        page: include_str!("../../../rules/cri/containerd-sandbox-mode-renamed.md"),
        level: Level::Warning,
        since: "0.1.0",
    };
}

impl Check for ContainerdSandboxModeRenamed {
    fn runtime_config(&self, config: &RuntimeConfig, cx: &mut Cx<'_>) {
        let Some(config) = config.containerd() else {
            return;
        };
        let release = cx.file().surroundings.releases.containerd;
        for (table, runtime) in config.runtimes() {
            let (key, written, meant, other) = match table.id {
                // containerd migrates this key only in tables of old versions.
                CriId::Runtime if !release.is_1() => (
                    runtime.sandbox_mode,
                    "sandbox_mode",
                    "sandboxer",
                    runtime.sandboxer,
                ),
                CriId::Grpc | CriId::Short if release == ContainerdRelease::new(1, 7) => (
                    runtime.sandboxer,
                    "sandboxer",
                    "sandbox_mode",
                    runtime.sandbox_mode,
                ),
                _ => continue,
            };
            let Some(key) = key else { continue };
            let fix = other
                .is_none()
                .then(|| cx.replace(key, meant, Safety::Safe));
            cx.report(key, format!("containerd {release} ignores `{written}`"))
                .note("containerd then always uses the sandbox controller `podsandbox`")
                .help(format!(
                    "use `{meant}`: 1.7 supports `sandbox_mode`, 2.0 and later support `sandboxer`"
                ))
                .fixes
                .extend(fix);
        }
    }
}
