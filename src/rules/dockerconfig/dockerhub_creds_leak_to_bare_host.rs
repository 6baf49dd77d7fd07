use super::each_lookup;
use crate::cluster::keyring::Fit;
use crate::finding::Level;
use crate::model::Pod;
use crate::rule::{Check, Cx, Meta, Rule};

/// Options of `dockerhub-creds-leak-to-bare-host`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct DockerhubCredsLeakToBareHost {}

impl Rule for DockerhubCredsLeakToBareHost {
    const META: Meta = Meta {
        name: "dockerhub-creds-leak-to-bare-host",
        chapter: "dockerconfig",
        summary: "the credential of Docker Hub is sent to another host",
        page: include_str!("../../../rules/dockerconfig/dockerhub-creds-leak-to-bare-host.md"),
        level: Level::Warning,
        since: "0.1.0",
    };
}

impl Check for DockerhubCredsLeakToBareHost {
    fn pod(&self, pod: &Pod, cx: &mut Cx<'_>) {
        each_lookup(pod, cx, |image, repository, lookup, cx| {
            let host = repository.split('/').next().unwrap_or("");
            if host == "docker.io" {
                return;
            }
            for tried in lookup
                .tried
                .iter()
                .filter(|tried| tried.fit == Fit::DockerHub)
            {
                let is_sent = tried
                    .held
                    .credential
                    .as_ref()
                    .is_some_and(|credential| !credential.is_empty());
                if !is_sent {
                    continue;
                }
                cx.report_image(image, 0..0, format!("the credential of Docker Hub is sent to the host `{host}`"))
                    .related(tried.held.origin.place, "the credential")
                    .note(
                        "the kubelet takes an image whose host has neither a `.` nor a `:` for one of Docker Hub, and the \
                         container runtime takes the host for what it says",
                    )
                    .help(format!("write the host with its port: `{host}:5000`, or the image of Docker Hub in full"));
            }
        });
    }
}
