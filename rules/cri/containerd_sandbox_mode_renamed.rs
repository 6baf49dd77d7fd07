use podwright_model::RuntimeConfig;
use podwright_model::runtime_config::{ContainerdRelease, CriId};
use podwright_rule::{Applicability, RuleContext, declare_rule};

declare_rule! {
    name: "containerd-sandbox-mode-renamed",
    summary: "sandbox controller key is for another containerd release",
    severity: Warning,
    since: "0.1.0",
    hooks: { runtime_config: check },
}

fn check(config: &RuntimeConfig, cx: &mut RuleContext<'_>) {
    let Some(config) = config.containerd() else {
        return;
    };
    let release = cx.file().context.releases.containerd;
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
            .then(|| cx.replace(key, meant, Applicability::Safe));
        cx.report(key, format!("containerd {release} ignores `{written}`"))
            .note("containerd then always uses the sandbox controller `podsandbox`")
            .help(format!(
                "use `{meant}`: 1.7 supports `sandbox_mode`, 2.0 and later support `sandboxer`"
            ))
            .fix(fix);
    }
}
