use podwright_model::{Container, ContainerKind};
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "image-unexpanded-variable",
    summary: "environment variable in the image is not expanded",
    severity: Warning,
    since: "0.1.0",
    hooks: { container: check },
}

fn check(container: &Container, cx: &mut RuleContext<'_>) {
    // Patches, kustomize `vars` and operators may replace the variable before Kubernetes sees it.
    if cx.is_partial()
        || cx.is_custom()
        || container.kind == ContainerKind::Ephemeral
        || cx.workspace.is_built_by_kustomize(cx.file_id)
    {
        return;
    }
    let Some(node) = container.image.node() else {
        return;
    };
    let text = cx.tree().decoded(node).into_owned();
    let own = container.env.value().into_iter().flatten();
    let names = own.filter_map(|variable| variable.name.text());
    let found = names
        .map(|name| format!("$({name})"))
        .find_map(|there| text.find(&there).map(|at| (at..at + there.len(), there)));
    let Some((at, there)) = found else {
        return;
    };
    cx.report_within(node, at, format!("`{there}` is not expanded in `image`"))
        .note(
            "variables of `env` are expanded only in `command`, `args` and later `env` entries; the kubelet cannot parse \
             the image: the container waits with reason `InvalidImageName`",
        )
        .help("write the full image, or let a tool such as kustomize or Helm insert the value");
}
