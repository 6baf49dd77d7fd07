use super::candidates;
use podwright_cluster::keyring::Usage;
use podwright_model::DockerDocument;
use podwright_rule::{RuleContext, declare_rule};
use podwright_syntax::text::{Location, Span};

declare_rule! {
    name: "node-config-broken-fallthrough",
    summary: "the kubelet skips an invalid docker config and uses another one",
    severity: Error,
    since: "0.1.0",
    hooks: { docker_config: check },
}

fn check(document: &DockerDocument, cx: &mut RuleContext<'_>) {
    if document.holder.is_some() {
        return;
    }
    for (node, all) in candidates(cx) {
        let is_broken = |one: &&podwright_cluster::keyring::Candidate| {
            one.file == cx.file_id && one.usage == Usage::Broken
        };
        let own = all.iter().find(is_broken);
        let used = all.iter().find(|one| one.usage == Usage::Used);
        let (Some(own), Some(used)) = (own, used) else {
            continue;
        };
        let span = document
            .config
            .problems
            .first()
            .map_or(Span::at(0), |problem| problem.span);
        let place = Location {
            file: used.file,
            span: Span::at(0),
        };
        let message = format!(
            "the kubelet on `{node}` uses `{}`, because `{}` is invalid",
            used.path, own.path
        );
        cx.report_span(span, message)
            .related(place, "file that is used")
            .note("the kubelet reports this only in its log, at high verbosity")
            .help("fix the file, or remove it");
    }
}
