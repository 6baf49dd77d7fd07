use super::{faults, report_fault};
use crate::cluster::keyring::{KeyFault, NormalKey};
use crate::finding::{Level, Safety};
use crate::model::DockerDocument;
use crate::rule::{Check, Cx, Meta, Rule};

/// Options of `registry-key-glob-question-mark`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct RegistryKeyGlobQuestionMark {}

impl Rule for RegistryKeyGlobQuestionMark {
    const META: Meta = Meta {
        name: "registry-key-glob-question-mark",
        chapter: "dockerconfig",
        summary: "`?` truncates a registry key instead of matching a character",
        page: include_str!("../../../rules/dockerconfig/registry-key-glob-question-mark.md"),
        level: Level::Error,
        since: "0.1.0",
    };
}

impl Check for RegistryKeyGlobQuestionMark {
    fn docker_config(&self, document: &DockerDocument, cx: &mut Cx<'_>) {
        for (entry, fault) in faults(document) {
            let KeyFault::QuestionMark { in_host } = fault else {
                continue;
            };
            let ceiling = if in_host {
                Level::Error
            } else {
                Level::Warning
            };
            let key = &entry.registry;
            let left = NormalKey::new(key)
                .map(|normal| normal.to_string())
                .unwrap_or_default();
            report_fault(
                document,
                (entry, &fault),
                Safety::Manual,
                format!("`?` in registry key `{key}` is not a wildcard: the kubelet truncates the key there"),
                cx,
            )
            .at_most(ceiling)
            .note(format!(
                "the kubelet reads the key as a URL, where `?` starts the query: `{left}` remains, and the kubelet \
                 sends the credential to every registry that this matches"
            ))
            .help("add one entry per host, or use `*`, which matches any part of one label");
        }
    }
}
