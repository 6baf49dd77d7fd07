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
        summary: "registry key ends with `/v1` or `/v2` without a trailing `/`",
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
                "registry key `{}` matches only image paths with that prefix",
                entry.registry
            );
            report_fault(document, (entry, &fault), Safety::Unsafe, message, cx)
                .note("the kubelet strips `/v1/` and `/v2/` from a key, but only with the trailing `/`")
                .help("use only the host");
        }
    }
}
