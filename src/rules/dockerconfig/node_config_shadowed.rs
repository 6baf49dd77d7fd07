use super::candidates;
use crate::cluster::keyring::Fate;
use crate::finding::Level;
use crate::model::DockerDocument;
use crate::rule::{Check, Cx, Meta, Rule};
use crate::text::{Place, Span};

/// Options of `node-config-shadowed`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct NodeConfigShadowed {}

impl Rule for NodeConfigShadowed {
    const META: Meta = Meta {
        name: "node-config-shadowed",
        chapter: "dockerconfig",
        summary: "docker config on a node is shadowed by another one",
        page: include_str!("../../../rules/dockerconfig/node-config-shadowed.md"),
        level: Level::Warning,
        since: "0.1.0",
    };
}

impl Check for NodeConfigShadowed {
    fn docker_config(&self, document: &DockerDocument, cx: &mut Cx<'_>) {
        if document.holder.is_some() {
            return;
        }
        for (node, all) in candidates(cx) {
            let own = all
                .iter()
                .find(|one| one.file == cx.file_id && one.fate == Fate::Shadowed);
            let used = all
                .iter()
                .find(|one| one.fate == Fate::Used && one.file != cx.file_id);
            let (Some(own), Some(used)) = (own, used) else {
                continue;
            };
            let place = Place {
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
}
