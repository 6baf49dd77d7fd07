use podwright_cluster::workspace::node::docker_config_paths;
use podwright_model::DockerDocument;
use podwright_rule::{RuleContext, declare_rule};
use podwright_syntax::text::Span;

declare_rule! {
    name: "node-config-wrong-name",
    summary: "docker config is not in the kubelet's search path",
    severity: Warning,
    since: "0.1.0",
    hooks: { docker_config: check },
}

fn check(document: &DockerDocument, cx: &mut RuleContext<'_>) {
    let Some(on_nodes) = cx
        .file()
        .on_nodes
        .as_ref()
        .filter(|_| document.holder.is_none())
    else {
        return;
    };
    for node in cx.workspace.nodes(cx.file_id) {
        let flags = cx.workspace.kubelet_flags(&node);
        let places = docker_config_paths(&flags);
        let own = node
            .files
            .iter()
            .filter(|(_, file)| *file == cx.file_id)
            .map(|(path, _)| *path);
        let own: Vec<&str> = own.collect();
        let is_found = own
            .iter()
            .any(|path| places.iter().any(|(place, _)| place == path));
        let (Some(path), false, false) = (own.first(), is_found, on_nodes.paths.is_empty()) else {
            continue;
        };
        cx.report_span(
            Span::at(0),
            format!("the kubelet on `{}` does not read `{path}`", node.name),
        )
        .note(format!(
            "the kubelet looks for `{}` first, then in seven other locations",
            places[0].0
        ))
        .help(format!("move it to `{}`", places[0].0));
    }
}
