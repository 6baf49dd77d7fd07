use super::{faults, report_fault};
use crate::cluster::keyring::{KeyFault, NormalKey};
use crate::finding::{Level, Safety};
use crate::model::DockerDocument;
use crate::model::docker_config::Entry;
use crate::rule::{Check, Cx, Meta, Rule};

/// Options of `dockerhub-key-never-matches`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct DockerhubKeyNeverMatches {}

impl Rule for DockerhubKeyNeverMatches {
    const META: Meta = Meta {
        name: "dockerhub-key-never-matches",
        chapter: "dockerconfig",
        summary: "the kubelet does not look for Docker Hub's credentials under this name",
        page: include_str!("../../../rules/dockerconfig/dockerhub-key-never-matches.md"),
        level: Level::Error,
        since: "0.1.0",
    };
}

impl Check for DockerhubKeyNeverMatches {
    fn docker_config(&self, document: &DockerDocument, cx: &mut Cx<'_>) {
        for (entry, fault) in faults(document) {
            if fault != KeyFault::DockerHubName || is_spelled_out(entry, cx) {
                continue;
            }
            let key = &entry.registry;
            let path = NormalKey::new(key)
                .map(|key| key.path())
                .unwrap_or_default();
            // A path was meant to leave out other images of Docker Hub.
            let safety = match path.as_str() {
                "" | "/v1" | "/v2" | "/*" => Safety::Safe,
                _ => Safety::Unsafe,
            };
            report_fault(document, (entry, &fault), safety, format!("`{key}` fits no image of Docker Hub"), cx)
                .note(
                    "images of Docker Hub have the host `docker.io`; if no key fits that, the kubelet takes the one that is \
                     `index.docker.io` when `/v1/` or `/v2/` is taken off, with the `/` at the end",
                )
                .help("write `https://index.docker.io/v1/`, or `docker.io/` and a path");
        }
    }
}

/// Whether an image among the files is written with just that host, so that the key is for it.
fn is_spelled_out(entry: &Entry, cx: &Cx<'_>) -> bool {
    let Ok(key) = NormalKey::new(&entry.registry) else {
        return false;
    };
    let mut files = cx.workspace.files.iter();
    files.any(|file| {
        let mut images = file.images_at_other_hub_names();
        images.any(|image| {
            key.check(image.split(['@', ':']).next().unwrap_or(image))
                .is_ok()
        })
    })
}
