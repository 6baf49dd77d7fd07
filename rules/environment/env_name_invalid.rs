use podwright_cluster::environment::{is_relaxed_name, is_strict_name};
use podwright_model::{Container, KubernetesVersion};
use podwright_rule::{RuleContext, Severity, declare_rule};

declare_rule! {
    name: "env-name-invalid",
    summary: "invalid environment variable name",
    severity: Error,
    since: "0.1.0",
    hooks: { container: check },
}

/// First release that accepts relaxed names without a feature gate.
const RELAXED: KubernetesVersion = KubernetesVersion(32);

fn check(container: &Container, cx: &mut RuleContext<'_>) {
    for variable in container.env.value().into_iter().flatten() {
        let Some((name, node)) = variable.name.known() else {
            continue;
        };
        if !is_relaxed_name(name) {
            let ceiling = cx.ceiling();
            cx.report(node, format!("invalid environment variable name {name:?}"))
                .at_most(ceiling)
                .note("a name must be non-empty printable ASCII without `=`; the API server rejects it (422)")
                .help("use only letters, digits and `_`");
        } else if !is_strict_name(name) && !cx.versions.all_since(RELAXED) {
            let ceiling = if cx.versions.any_since(RELAXED) {
                Severity::Warning
            } else {
                cx.ceiling()
            };
            let (oldest, newest) = (cx.versions.oldest, cx.versions.newest);
            cx.report(
                node,
                format!("environment variable name {name:?} requires Kubernetes 1.32"),
            )
            .at_most(ceiling)
            .note(format!(
                "this manifest targets {oldest} to {newest}; up to 1.31, a name consists of letters, digits, `_`, `-` \
                 and `.`, and does not start with a digit or `..`; the API server rejects it (422)"
            ))
            .help("use only letters, digits and `_`");
        }
    }
}
