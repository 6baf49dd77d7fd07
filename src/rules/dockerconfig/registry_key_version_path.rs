use super::{faults, report_fault};
use crate::cluster::keyring::KeyFault;
use crate::finding::{Level, Safety};
use crate::model::DockerDocument;
use crate::rule::{Check, Cx, Meta, Rule};

/// Options of `registry-key-version-path`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct RegistryKeyVersionPath {}

impl Rule for RegistryKeyVersionPath {
    const META: Meta = Meta {
        name: "registry-key-version-path",
        chapter: "dockerconfig",
        summary: "the path of a registry ends where the kubelet would not take it off",
        page: include_str!("../../../rules/dockerconfig/registry-key-version-path.md"),
        level: Level::Warning,
        since: "0.1.0",
    };
}

impl Check for RegistryKeyVersionPath {
    fn docker_config(&self, document: &DockerDocument, cx: &mut Cx<'_>) {
        for (entry, fault) in faults(document) {
            if fault != KeyFault::VersionPath {
                continue;
            }
            let message = format!(
                "`{}` fits only images whose path begins with that",
                entry.registry
            );
            report_fault(document, (entry, &fault), Safety::Unsafe, message, cx)
                .note("the kubelet takes `/v1/` and `/v2/` off a key, with a `/` at the end and not without")
                .help("write the host alone");
        }
    }
}
