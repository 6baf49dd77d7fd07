use super::{faults, report_fault};
use crate::cluster::keyring::KeyFault;
use crate::finding::{Level, Safety};
use crate::model::DockerDocument;
use crate::rule::{Check, Cx, Meta, Rule};

/// Options of `registry-key-scheme-typo`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct RegistryKeySchemeTypo {}

impl Rule for RegistryKeySchemeTypo {
    const META: Meta = Meta {
        name: "registry-key-scheme-typo",
        chapter: "dockerconfig",
        summary: "registry key starts with a scheme that the kubelet does not recognize",
        page: include_str!("../../../rules/dockerconfig/registry-key-scheme-typo.md"),
        level: Level::Error,
        since: "0.1.0",
    };
}

impl Check for RegistryKeySchemeTypo {
    fn docker_config(&self, document: &DockerDocument, cx: &mut Cx<'_>) {
        for (entry, fault) in faults(document) {
            if fault != KeyFault::Scheme {
                continue;
            }
            let message = format!(
                "the kubelet reads the scheme of `{}` as the host",
                entry.registry
            );
            report_fault(document, (entry, &fault), Safety::Safe, message, cx)
                .note(
                    "the kubelet strips one lowercase `https://` or `http://` and nothing else, so the entry never \
                     matches",
                )
                .help("remove the scheme");
        }
    }
}
