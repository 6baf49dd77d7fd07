use super::{faults, report_fault};
use crate::cluster::keyring::KeyFault;
use crate::finding::{Level, Safety};
use crate::model::DockerDocument;
use crate::rule::{Check, Cx, Meta, Rule};

/// Options of `registry-key-uppercase`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct RegistryKeyUppercase {}

impl Rule for RegistryKeyUppercase {
    const META: Meta = Meta {
        name: "registry-key-uppercase",
        chapter: "dockerconfig",
        summary: "the registry of a credential has capital letters",
        page: include_str!("../../../rules/dockerconfig/registry-key-uppercase.md"),
        level: Level::Error,
        since: "0.1.0",
    };
}

impl Check for RegistryKeyUppercase {
    fn docker_config(&self, document: &DockerDocument, cx: &mut Cx<'_>) {
        for (entry, fault) in faults(document) {
            let KeyFault::Uppercase { in_path } = fault else {
                continue;
            };
            let written = entry.registry.expose();
            // `REGISTRY`: somebody puts a host there.
            let is_stand_in =
                !written.contains('.') && !written.contains(|c: char| c.is_lowercase());
            if is_stand_in {
                continue;
            }
            let (message, note, level, safety) = if in_path {
                (
                    format!(
                        "the path of `{}` has capital letters, so it fits no image",
                        entry.registry
                    ),
                    "the case of letters counts, and the path of an image has small ones only",
                    Level::Error,
                    Safety::Safe,
                )
            } else {
                (
                    format!(
                        "`{}` fits only images whose host has the same capital letters",
                        entry.registry
                    ),
                    "the kubelet compares hosts as they are written, though they mean the same to a registry",
                    Level::Warning,
                    Safety::Unsafe,
                )
            };
            report_fault(document, (entry, &fault), safety, message, cx)
                .at_most(level)
                .note(note)
                .help("write it in small letters");
        }
    }
}
