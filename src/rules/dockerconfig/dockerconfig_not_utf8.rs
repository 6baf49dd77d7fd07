use super::is_json;
use crate::finding::Level;
use crate::model::DockerDocument;
use crate::rule::{Check, Cx, Meta, Rule};
use crate::text::TextProblemKind;

/// Options of `dockerconfig-not-utf8`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct DockerconfigNotUtf8 {}

impl Rule for DockerconfigNotUtf8 {
    const META: Meta = Meta {
        name: "dockerconfig-not-utf8",
        chapter: "dockerconfig",
        summary: "the docker configuration holds bytes that are no UTF-8",
        page: include_str!("../../../rules/dockerconfig/dockerconfig-not-utf8.md"),
        level: Level::Error,
        since: "0.1.0",
    };
}

impl Check for DockerconfigNotUtf8 {
    fn docker_config(&self, document: &DockerDocument, cx: &mut Cx<'_>) {
        if !is_json(document) {
            return;
        }
        let message = "the docker configuration holds a byte that is no UTF-8";
        let finding = if document.is_lossy {
            let Some(holder) = document.holder else {
                return;
            };
            cx.report(holder, message)
        } else {
            let mut problems = cx.file().problems.iter();
            let problem = problems.find(|problem| problem.kind == TextProblemKind::InvalidUtf8);
            let Some(problem) = problem.filter(|_| document.holder.is_none()) else {
                return;
            };
            cx.report_span(problem.span, message)
        };
        finding
            .note(
                "the kubelet reads U+FFFD in its place: a credential that it stands in is another one, and is refused",
            )
            .help("save the document as UTF-8; in `auth` any bytes can be encoded");
    }
}
