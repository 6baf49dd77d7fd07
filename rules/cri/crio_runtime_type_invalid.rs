use podwright_cluster::runtime::{DropReason, crio_fault};
use podwright_model::RuntimeConfig;
use podwright_rule::{RuleContext, Severity, declare_rule};

declare_rule! {
    name: "crio-runtime-type-invalid",
    summary: "invalid runtime is skipped by CRI-O",
    severity: Error,
    since: "0.1.0",
    hooks: { runtime_config: check },
}

fn check(config: &RuntimeConfig, cx: &mut RuleContext<'_>) {
    let Some(config) = config.crio() else {
        return;
    };
    let release = cx.file().context.releases.crio;
    for runtime in &config.runtimes {
        let Some((why, at)) = crio_fault(runtime, cx.file_id, release) else {
            continue;
        };
        let written = cx.tree().decoded(at.1).into_owned();
        let (message, help) = match why {
            DropReason::Type => (
                format!("invalid runtime type `{written}`"),
                "use `oci`, `vm`, or since 1.24 `pod`",
            ),
            DropReason::ShimName => (
                "runtime type `vm` requires a containerd shim, recognized by its file name"
                    .to_owned(),
                "use the path of a `containerd-shim-…-v2`, or set `runtime_type = \"oci\"`",
            ),
            DropReason::ConfigPath => (
                "`runtime_config_path` requires runtime type `vm`".to_owned(),
                "set `runtime_type = \"vm\"`, or remove the line",
            ),
        };
        let name = &runtime.name;
        let finding = cx.report(at.1, message);
        if why == DropReason::ShimName && written.ends_with("containerd-shim-runsc-v1") {
            finding
                .at_most(Severity::Warning)
                .note("builds with CRI-O pull request 9974 accept the gVisor shim");
        }
        finding
            .note(format!(
                "CRI-O {release} skips `{name}` with a warning (`Runtime handler \"{name}\" is being ignored`); if it \
                 is the default runtime, CRI-O does not start"
            ))
            .help(help);
    }
}
