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
        summary: "registry key contains uppercase letters",
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
            // A stand-in such as `REGISTRY`, which is later replaced with a host.
            let is_stand_in =
                !written.contains('.') && !written.contains(|c: char| c.is_lowercase());
            if is_stand_in {
                continue;
            }
            let (message, note, level, safety) = if in_path {
                (
                    format!(
                        "registry key `{}` never matches: its path contains uppercase letters",
                        entry.registry
                    ),
                    "paths are case-sensitive, and image paths are always lowercase",
                    Level::Error,
                    Safety::Safe,
                )
            } else {
                (
                    format!(
                        "registry key `{}` matches only image hosts with the same capitalization",
                        entry.registry
                    ),
                    "the kubelet compares hosts case-sensitively, although a registry does not distinguish them",
                    Level::Warning,
                    Safety::Unsafe,
                )
            };
            report_fault(document, (entry, &fault), safety, message, cx)
                .at_most(level)
                .note(note)
                .help("use lowercase");
        }
    }
}
