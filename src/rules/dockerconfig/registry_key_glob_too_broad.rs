use super::entries;
use crate::cluster::keyring::{NormalKey, Reach};
use crate::finding::Level;
use crate::model::DockerDocument;
use crate::rule::{Check, Cx, Meta, Rule};

/// Options of `registry-key-glob-too-broad`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct RegistryKeyGlobTooBroad {}

impl Rule for RegistryKeyGlobTooBroad {
    const META: Meta = Meta {
        name: "registry-key-glob-too-broad",
        chapter: "dockerconfig",
        summary: "registry key matches unrelated registries",
        page: include_str!("../../../rules/dockerconfig/registry-key-glob-too-broad.md"),
        level: Level::Warning,
        since: "0.1.0",
    };
}

impl Check for RegistryKeyGlobTooBroad {
    fn docker_config(&self, document: &DockerDocument, cx: &mut Cx<'_>) {
        for entry in entries(document) {
            let reach = NormalKey::new(&entry.registry)
                .ok()
                .and_then(|key| key.reach());
            let is_anonymous = entry
                .credential
                .as_ref()
                .is_some_and(|credential| credential.is_empty());
            if reach == Some(Reach::TooBroad) && !is_anonymous {
                let key = &entry.registry;
                cx.report_registry(document, entry, format!("credential of `{key}` is sent to unrelated registries"))
                    .note(
                        "the kubelet sends the user name and password to the registry of any image that the key \
                         matches, no matter who operates it",
                    )
                    .help("include the domain of the registry: `*.registry.example`");
            }
        }
    }
}
