use super::{faults, report_fault};
use crate::cluster::keyring::KeyFault;
use crate::finding::{Level, Safety};
use crate::model::{DockerDocument, KubernetesVersion};
use crate::rule::{Check, Cx, Meta, Rule};

/// Options of `registry-key-glob-bracket`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct RegistryKeyGlobBracket {}

impl Rule for RegistryKeyGlobBracket {
    const META: Meta = Meta {
        name: "registry-key-glob-bracket",
        chapter: "dockerconfig",
        summary: "`[...]` in a registry key is not a pattern",
        page: include_str!("../../../rules/dockerconfig/registry-key-glob-bracket.md"),
        level: Level::Error,
        since: "0.1.0",
    };
}

impl Check for RegistryKeyGlobBracket {
    fn docker_config(&self, document: &DockerDocument, cx: &mut Cx<'_>) {
        for (entry, fault) in faults(document) {
            let KeyFault::Bracket { never_worked } = fault else {
                continue;
            };
            // Every 1.35 release includes the Go security fixes of October 2025; older minor releases have them in some
            // patch release.
            let is_certain = never_worked || cx.versions.all_since(KubernetesVersion(35));
            let key = &entry.registry;
            let finding = report_fault(
                document,
                (entry, &fault),
                Safety::Manual,
                format!("`[…]` in registry key `{key}` is not a pattern"),
                cx,
            );
            if is_certain {
                finding.note(
                    "`[` starts an IPv6 address: the kubelet skips the entry, and reports this only in its log",
                );
            } else {
                finding.at_most(Level::Warning).note(
                    "kubelets built with Go 1.24.8, 1.25.2 or later (since October 2025) skip the entry, and report \
                     this only in their log",
                );
            }
            finding.help("add one entry per host, or use `*`, which matches any part of one label");
        }
    }
}
