use super::sources::sources;
use podwright_cluster::environment::{PASSED_THROUGH_SINCE, is_strict_name};
use podwright_model::Container;
use podwright_rule::{RuleContext, Severity, declare_rule};

declare_rule! {
    name: "envfrom-invalid-key",
    summary: "key is not usable as an environment variable name",
    severity: Warning,
    since: "0.1.0",
    hooks: { container: check },
}

fn check(container: &Container, cx: &mut RuleContext<'_>) {
    for source in sources(container, cx) {
        for brought in &source.keys {
            let name = format!("{}{}", source.prefix, brought.key);
            if is_strict_name(&name) {
                continue;
            }
            let is_dropped = !cx.versions.all_since(PASSED_THROUGH_SINCE);
            let level = if is_dropped {
                Severity::Warning
            } else {
                Severity::Info
            };
            cx.report(source.node, format!("key `{}` becomes the non-portable variable name `{name}`", brought.key))
                .at_most(level)
                .related(brought.place, "key defined here")
                .note(match is_dropped {
                    true => "up to 1.29, the kubelet skips it with the event `InvalidEnvironmentVariableNames`; since 1.30, it is set, but shells cannot read it",
                    false => "the kubelet sets it (up to 1.29 it was skipped), but shells cannot read it",
                })
                .help("rename the key using only letters, digits and `_`, or mount the object as a volume");
        }
    }
}
