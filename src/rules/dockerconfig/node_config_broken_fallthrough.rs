use super::candidates;
use crate::cluster::keyring::Fate;
use crate::finding::Level;
use crate::model::DockerDocument;
use crate::rule::{Check, Cx, Meta, Rule};
use crate::text::{Place, Span};

/// Options of `node-config-broken-fallthrough`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct NodeConfigBrokenFallthrough {}

impl Rule for NodeConfigBrokenFallthrough {
    const META: Meta = Meta {
        name: "node-config-broken-fallthrough",
        chapter: "dockerconfig",
        summary: "the kubelet skips an invalid docker config and uses another one",
        page: include_str!("../../../rules/dockerconfig/node-config-broken-fallthrough.md"),
        level: Level::Error,
        since: "0.1.0",
    };
}

impl Check for NodeConfigBrokenFallthrough {
    fn docker_config(&self, document: &DockerDocument, cx: &mut Cx<'_>) {
        if document.holder.is_some() {
            return;
        }
        for (node, all) in candidates(cx) {
            let is_broken = |one: &&crate::cluster::keyring::Candidate| {
                one.file == cx.file_id && one.fate == Fate::Broken
            };
            let own = all.iter().find(is_broken);
            let used = all.iter().find(|one| one.fate == Fate::Used);
            let (Some(own), Some(used)) = (own, used) else {
                continue;
            };
            let span = document
                .config
                .problems
                .first()
                .map_or(Span::at(0), |problem| problem.span);
            let place = Place {
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
}
