use super::{faults, report_fault};
use crate::cluster::keyring::KeyFault;
use crate::finding::{Level, Safety};
use crate::model::DockerDocument;
use crate::rule::{Check, Cx, Meta, Rule};

/// Options of `registry-key-has-tag`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct RegistryKeyHasTag {}

impl Rule for RegistryKeyHasTag {
    const META: Meta = Meta {
        name: "registry-key-has-tag",
        chapter: "dockerconfig",
        summary: "registry key contains a tag or digest",
        page: include_str!("../../../rules/dockerconfig/registry-key-has-tag.md"),
        level: Level::Error,
        since: "0.1.0",
    };
}

impl Check for RegistryKeyHasTag {
    fn docker_config(&self, document: &DockerDocument, cx: &mut Cx<'_>) {
        for (entry, fault) in faults(document) {
            if fault != KeyFault::Tag {
                continue;
            }
            let message = format!(
                "registry key `{}` never matches: it contains a tag or digest",
                entry.registry
            );
            report_fault(document, (entry, &fault), Safety::Safe, message, cx)
                .note("the kubelet looks up credentials by image host and path, without tag and digest")
                .help("remove the tag or digest");
        }
    }
}
