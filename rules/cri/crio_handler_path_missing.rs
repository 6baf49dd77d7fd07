use podwright_model::{RuntimeConfig, is_placeholder};
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "crio-handler-path-missing",
    summary: "runtime of CRI-O has no `runtime_path`",
    severity: Info,
    since: "0.1.0",
    hooks: { runtime_config: check },
}

fn check(config: &RuntimeConfig, cx: &mut RuleContext<'_>) {
    let Some(config) = config.crio() else {
        return;
    };
    for runtime in &config.runtimes {
        let name = &runtime.name;
        let path = &runtime.runtime_path;
        let has_path = !path.is_unset() && path.text() != Some("");
        let inherits = runtime.inherit_default_runtime.value() == Some(&true);
        if has_path || inherits || is_placeholder(name) || PROGRAMS.contains(&name.as_str()) {
            continue;
        }
        cx.report(runtime.key, format!("CRI-O searches its `$PATH` for a program `{name}`"))
            .note("if there is no such program, CRI-O skips the runtime with a warning, and Pods with this handler \
                stay `Pending`")
            .help("set `runtime_path`");
    }
}

/// Runtimes whose program has the same name.
const PROGRAMS: [&str; 7] = [
    "crun",
    "crun-vm",
    "crun-wasm",
    "kata-runtime",
    "runc",
    "runsc",
    "youki",
];
