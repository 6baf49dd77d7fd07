use podwright_cluster::workspace::node::{MISNAMED_REGISTRIES_YAML, REGISTRIES_YAML};
use podwright_model::RegistryConfig;
use podwright_rule::{RuleContext, declare_rule};
use podwright_syntax::text::Span;

declare_rule! {
    name: "registries-yaml-wrong-name",
    summary: "k3s and RKE2 do not read a registry configuration of this name",
    severity: Warning,
    since: "0.1.0",
    hooks: { registry_config: check },
}

fn check(config: &RegistryConfig, cx: &mut RuleContext<'_>) {
    let mut paths = cx.file().on_nodes.iter().flat_map(|on| &on.paths);
    let path = paths.find(|path| MISNAMED_REGISTRIES_YAML.contains(&path.path.as_str()));
    let Some(path) = path.filter(|_| config.registries_yaml().is_some()) else {
        return;
    };
    let directory = path
        .path
        .rsplit_once('/')
        .map_or("", |(directory, _)| directory);
    let right = REGISTRIES_YAML
        .iter()
        .find(|right| right.starts_with(directory));
    let right = right.copied().unwrap_or("registries.yaml");
    let name = cx.file().name().to_owned();
    cx.report_span(
        Span::at(0),
        format!("k3s and RKE2 do not read a file called `{name}`"),
    )
    .note("mirrors and credentials in this file have no effect, and there is no error")
    .help(format!(
        "rename it to `{right}`, or name it in the option `private-registry`"
    ));
}
