use super::sources::sources;
use podwright_model::{Body, Container};
use podwright_rule::{RuleContext, Severity, declare_rule};

declare_rule! {
    name: "envfrom-binarydata-ignored",
    summary: "binary keys of a ConfigMap are ignored by `envFrom`",
    severity: Warning,
    since: "0.1.0",
    hooks: { container: check },
}

fn check(container: &Container, cx: &mut RuleContext<'_>) {
    for source in sources(container, cx) {
        let Body::ConfigMap(map) = &cx.workspace.object(source.object).body else {
            continue;
        };
        let Some(first) = map.binary_data.value().and_then(|binary| binary.first()) else {
            continue;
        };
        let place = cx.workspace.place(source.object.file, first.key);
        let message = format!(
            "`binaryData` key `{}` does not become an environment variable",
            first.name
        );
        let level = match source.keys.is_empty() {
            true => Severity::Warning,
            false => Severity::Info,
        };
        cx.report(source.node, message)
            .at_most(level)
            .related(place, "available only in volumes")
            .note("`envFrom` uses the keys of `data`; the kubelet silently ignores `binaryData`")
            .help("move text values to `data`, or mount the ConfigMap as a volume");
    }
}
