use super::{each_lookup, entries};
use crate::cluster::keyring::{Mismatch, NormalKey, Reach};
use crate::finding::Level;
use crate::model::{DockerDocument, Pod};
use crate::rule::{Check, Cx, Meta, Rule};

/// Options of `registry-key-glob-label-count`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct RegistryKeyGlobLabelCount {}

impl Rule for RegistryKeyGlobLabelCount {
    const META: Meta = Meta {
        name: "registry-key-glob-label-count",
        chapter: "dockerconfig",
        summary: "a `*` in a registry does not stand for a `.`",
        page: include_str!("../../../rules/dockerconfig/registry-key-glob-label-count.md"),
        level: Level::Warning,
        since: "0.1.0",
    };
}

const NOTE: &str = "hosts are compared label by label, and a `*` stands for a part of one label: \
                    `*my-registry.io` fits `a-my-registry.io` and no host below `my-registry.io`, whatever the \
                    Kubernetes documentation says";

impl Check for RegistryKeyGlobLabelCount {
    fn docker_config(&self, document: &DockerDocument, cx: &mut Cx<'_>) {
        for entry in entries(document) {
            let reach = NormalKey::new(&entry.registry)
                .ok()
                .and_then(|key| key.reach());
            if reach == Some(Reach::Within) {
                let key = &entry.registry;
                cx.report_registry(document, entry, format!("`{key}` fits no host below that domain"))
                    .note(NOTE)
                    .help("write `*.` and the domain for hosts with one label more, and the domain itself as another entry");
            }
        }
    }

    fn pod(&self, pod: &Pod, cx: &mut Cx<'_>) {
        each_lookup(pod, cx, |image, repository, lookup, cx| {
            if !lookup.tried.is_empty() {
                return;
            }
            for passed in &lookup.passed {
                let shown = passed.held.registry.to_string();
                if !matches!(passed.why, Mismatch::LabelCount { .. }) || !shown.contains('*') {
                    continue;
                }
                cx.report_image(image, 0..0, passed.why.describe(&shown, repository))
                    .related(passed.held.origin.place, "the registry of the credential")
                    .note("no credential is tried for this image")
                    .help("add an entry whose host has as many labels as the image's");
            }
        });
    }
}
