use super::{faults, report_fault};
use crate::cluster::keyring::KeyFault;
use crate::finding::{Level, Safety};
use crate::model::DockerDocument;
use crate::rule::{Check, Cx, Meta, Rule};

/// Options of `registry-key-glob-in-path-or-port`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct RegistryKeyGlobInPathOrPort {}

impl Rule for RegistryKeyGlobInPathOrPort {
    const META: Meta = Meta {
        name: "registry-key-glob-in-path-or-port",
        chapter: "dockerconfig",
        summary: "a `*` in the path or the port of a registry stands for itself",
        page: include_str!("../../../rules/dockerconfig/registry-key-glob-in-path-or-port.md"),
        level: Level::Error,
        since: "0.1.0",
    };
}

impl Check for RegistryKeyGlobInPathOrPort {
    fn docker_config(&self, document: &DockerDocument, cx: &mut Cx<'_>) {
        for (entry, fault) in faults(document) {
            let key = &entry.registry;
            let (what, help) = match fault {
                KeyFault::StarInPath => (
                    format!("the `*` in the path of `{key}` stands for nothing but itself"),
                    "leave out the `*`: a path fits everything that begins with it",
                ),
                KeyFault::StarInPort => (
                    format!("the `*` in the port of `{key}` is no port"),
                    "write one entry for each port",
                ),
                _ => continue,
            };
            let note = match fault {
                KeyFault::StarInPath => {
                    "paths are compared as they are written, and no image has a `*`: the entry fits none"
                }
                _ => {
                    "the key is no URL: the kubelet leaves the entry out, and says so only in its log"
                }
            };
            report_fault(document, (entry, &fault), Safety::Safe, what, cx)
                .note(note)
                .help(help);
        }
    }
}
