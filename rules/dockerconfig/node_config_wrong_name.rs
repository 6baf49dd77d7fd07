use podwright_cluster::workspace::node::docker_config_paths;
use podwright_model::{DockerDocument, KubeletHome};
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
            .map(|(path, _)| path.as_str());
        let own: Vec<&str> = own.collect();
        let is_found = own
            .iter()
            .any(|path| places.iter().any(|(place, _)| place == path));
        let (Some(path), false, false) = (own.first(), is_found, on_nodes.paths.is_empty()) else {
            continue;
        };
        let is_of_root = ["/root/.docker/config.json", "/root/.dockercfg"].contains(path);
        let home = match flags.kubelet_home() {
            KubeletHome::Unset if is_of_root => Some(
                "the systemd unit of the kubelet sets neither `HOME` nor `User=`, so `HOME` is not set".to_owned(),
            ),
            KubeletHome::Directory(home) if is_of_root => {
                Some(format!("the kubelet runs with `HOME={home}`"))
            }
            _ => None,
        };
        let finding = cx.report_span(
            Span::at(0),
            format!("the kubelet on `{}` does not read `{path}`", node.name),
        );
        finding.notes.extend(home);
        finding
            .note(format!(
                "the kubelet looks for `{}` first, then in seven other locations",
                places[0].0
            ))
            .help(format!("move it to `{}`", places[0].0));
    }
}
