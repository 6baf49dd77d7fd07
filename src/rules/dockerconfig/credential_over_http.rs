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
        summary: "a registry is written with `http://`",
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
                "the `http://` of `{}` makes no connection unencrypted",
                entry.registry
            );
            let finding = cx.report_registry(document, entry, message);
            finding
                .note(
                    "the kubelet takes the scheme off. The container runtime decides how the registry is spoken to; where \
                     it is set up to do so without TLS, the credential can be read on the way",
                )
                .help("leave out the scheme, and give the registry a certificate");
            finding.fixes.extend(fix);
        }
    }
}
