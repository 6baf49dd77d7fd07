use super::candidates;
use podwright_cluster::keyring::Usage;
use podwright_model::DockerDocument;
use podwright_rule::{RuleContext, declare_rule};
use podwright_syntax::text::{Location, Span};

declare_rule! {
    name: "node-config-shadowed",
    summary: "docker config on a node is shadowed by another one",
    severity: Warning,
    since: "0.1.0",
    hooks: { docker_config: check },
}

fn check(document: &DockerDocument, cx: &mut RuleContext<'_>) {
    if document.holder.is_some() {
        return;
    }
    for (node, all) in candidates(cx) {
        let own = all
            .iter()
            .find(|one| one.file == cx.file_id && one.usage == Usage::Shadowed);
        let used = all
            .iter()
            .find(|one| one.usage == Usage::Used && one.file != cx.file_id);
        let (Some(own), Some(used)) = (own, used) else {
            continue;
        };
        let place = Location {
            file: used.file,
            span: Span::at(0),
        };
        cx.report_span(
            Span::at(0),
            format!("the kubelet on `{node}` does not use `{}`", own.path),
        )
        .related(place, "file that is used")
        .note(format!(
            "`{}` comes first, and the kubelet does not merge the files",
            used.path
        ))
        .help("put all credentials in one file");
    }
}
