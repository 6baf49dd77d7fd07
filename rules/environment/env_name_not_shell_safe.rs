use podwright_cluster::environment::{is_relaxed_name, is_shell_name, is_strict_name};
use podwright_model::{Container, KubernetesVersion};
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "env-name-not-shell-safe",
    summary: "shells cannot read the environment variable",
    severity: Info,
    since: "0.1.0",
    hooks: { container: check },
}

/// First release that accepts relaxed names; for earlier releases, `env-name-invalid` reports them.
const RELAXED: KubernetesVersion = KubernetesVersion(32);

fn check(container: &Container, cx: &mut RuleContext<'_>) {
    for variable in container.env.value().into_iter().flatten() {
        let Some((name, node)) = variable.name.known() else {
            continue;
        };
        let is_taken = is_strict_name(name) || cx.versions.all_since(RELAXED);
        // Programs for the JVM and .NET use such names for their settings.
        let is_setting = name.contains(['.', ':']);
        if is_shell_name(name) || !is_relaxed_name(name) || !is_taken || is_setting {
            continue;
        }
        cx.report(node, format!("shells cannot read environment variable `{name}`"))
            .note("shells support names of letters, digits and `_` that do not start with a digit; some remove other variables from the environment of their child processes")
            .help("use only letters, digits and `_`");
    }
}
