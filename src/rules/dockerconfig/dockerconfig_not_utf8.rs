use super::{entries, is_json};
use crate::finding::Level;
use crate::model::DockerDocument;
use crate::model::docker_config::CredentialField;
use crate::rule::{Check, Cx, Meta, Rule};
use crate::syntax::NodeId;
use crate::text::{Span, TextProblem, TextProblemKind};

/// Options of `dockerconfig-not-utf8`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct DockerconfigNotUtf8 {}

impl Rule for DockerconfigNotUtf8 {
    const META: Meta = Meta {
        name: "dockerconfig-not-utf8",
        chapter: "dockerconfig",
        summary: "docker config is not valid UTF-8",
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
        let is_lost = |problem: &&TextProblem| problem.kind == TextProblemKind::InvalidUtf8;
        let lost: Vec<Span> = match document.holder {
            Some(_) => Vec::new(),
            None => cx
                .file()
                .problems
                .iter()
                .filter(is_lost)
                .map(|problem| problem.span)
                .collect(),
        };
        if lost.is_empty() && !document.is_lossy {
            return;
        }
        let tree = document.tree(cx.tree());
        let is_spoilt = |node: NodeId| match document.holder {
            Some(_) => tree.value(node).contains(char::REPLACEMENT_CHARACTER),
            None => lost.iter().any(|&lost| tree.span(node).contains(lost)),
        };
        let spoilt = entries(document).find(|entry| {
            let mut fields = entry
                .fields
                .iter()
                .filter(|(field, _)| *field != CredentialField::Email);
            is_spoilt(entry.key) || fields.any(|(_, value)| is_spoilt(*value))
        });
        let (message, level) = match spoilt {
            Some(entry) => (
                format!("credential of `{}` contains invalid UTF-8", entry.registry),
                Level::Error,
            ),
            None => (
                "docker config contains invalid UTF-8".to_owned(),
                Level::Info,
            ),
        };
        let finding = match (document.holder, lost.first()) {
            (None, Some(&span)) => cx.report_span(span, message),
            _ => cx.report_docker(document, tree.span(tree.documents()[0].root), "", message),
        };
        finding
            .at_most(level)
            .note("the kubelet silently replaces invalid bytes with U+FFFD");
        if level == Level::Error {
            finding.note("the registry receives a different user name or password, and rejects it");
        }
        finding.help("save the document as UTF-8; `auth` can encode arbitrary bytes");
    }
}
