use super::entries;
use crate::cluster::keyring::KeyFault;
use crate::finding::{Level, Safety};
use crate::model::DockerDocument;
use crate::rule::{Check, Cx, Meta, Rule};

/// Options of `credential-over-http`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct CredentialOverHttp {}

impl Rule for CredentialOverHttp {
    const META: Meta = Meta {
        name: "credential-over-http",
        chapter: "dockerconfig",
        summary: "registry key starts with `http://`",
        page: include_str!("../../../rules/dockerconfig/credential-over-http.md"),
        level: Level::Warning,
        since: "0.1.0",
    };
}

impl Check for CredentialOverHttp {
    fn docker_config(&self, document: &DockerDocument, cx: &mut Cx<'_>) {
        for entry in entries(document) {
            let Some(bare) = entry.registry.expose().strip_prefix("http://") else {
                continue;
            };
            if KeyFault::of(&entry.registry).is_some() {
                continue;
            }
            let fix = cx.rewrite_registry(document, entry, bare, Safety::Safe);
            let message = format!(
                "`http://` in registry key `{}` does not select plain HTTP",
                entry.registry
            );
            let finding = cx.report_registry(document, entry, message);
            finding
                .note(
                    "the kubelet strips the scheme; the container runtime configuration selects HTTP or HTTPS. Over \
                     plain HTTP, the credential can be read in transit",
                )
                .help("remove the scheme, and configure TLS on the registry");
            finding.fixes.extend(fix);
        }
    }
}
