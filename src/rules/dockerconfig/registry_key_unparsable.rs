use super::{faults, report_fault};
use crate::cluster::keyring::KeyFault;
use crate::finding::{Level, Safety};
use crate::model::DockerDocument;
use crate::rule::{Check, Cx, Meta, Rule};

/// Options of `registry-key-unparsable`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct RegistryKeyUnparsable {}

impl Rule for RegistryKeyUnparsable {
    const META: Meta = Meta {
        name: "registry-key-unparsable",
        chapter: "dockerconfig",
        summary: "the kubelet cannot read the registry of a credential",
        page: include_str!("../../../rules/dockerconfig/registry-key-unparsable.md"),
        level: Level::Error,
        since: "0.1.0",
    };
}

impl Check for RegistryKeyUnparsable {
    fn docker_config(&self, document: &DockerDocument, cx: &mut Cx<'_>) {
        for (entry, fault) in faults(document) {
            let key = &entry.registry;
            let (message, note) = match &fault {
                KeyFault::NotAUrl(error) => (
                    format!("`{key}` is no registry: {error}"),
                    "the kubelet leaves the entry out, says so only in its log, and pulls as if it were not there",
                ),
                KeyFault::Empty => (
                    "the registry of a credential is empty".to_owned(),
                    "the kubelet keeps the entry, and no image has an empty host",
                ),
                KeyFault::PathCharacter => (
                    format!("no image has a path like that of `{key}`"),
                    "the kubelet compares the path with that of the image character by character",
                ),
                _ => continue,
            };
            report_fault(document, (entry, &fault), Safety::Manual, message, cx)
                .note(note)
                .help("write the registry's host, with a port and a path if need be: `registry.example:5000/team`");
        }
    }
}
