use super::{each_lookup, entries};
use crate::cluster::keyring::{Fit, NormalKey};
use crate::finding::Level;
use crate::model::{DockerDocument, Pod};
use crate::rule::{Check, Cx, Meta, Rule};

/// Options of `registry-key-path-not-on-boundary`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct RegistryKeyPathNotOnBoundary {}

impl Rule for RegistryKeyPathNotOnBoundary {
    const META: Meta = Meta {
        name: "registry-key-path-not-on-boundary",
        chapter: "dockerconfig",
        summary: "the path of a registry fits other paths that only begin like it",
        page: include_str!("../../../rules/dockerconfig/registry-key-path-not-on-boundary.md"),
        level: Level::Warning,
        since: "0.1.0",
    };
}

impl Check for RegistryKeyPathNotOnBoundary {
    fn docker_config(&self, document: &DockerDocument, cx: &mut Cx<'_>) {
        for entry in entries(document) {
            let path = NormalKey::new(&entry.registry)
                .map(|key| key.path())
                .unwrap_or_default();
            if path.is_empty()
                || path.ends_with('/')
                || super::KeyFault::of(&entry.registry).is_some()
            {
                continue;
            }
            let key = &entry.registry;
            cx.report_registry(
                document,
                entry,
                format!("`{key}` also fits paths that go on within the last word"),
            )
            .at_most(Level::Info)
            .note(NOTE)
            .help(HELP);
        }
    }

    fn pod(&self, pod: &Pod, cx: &mut Cx<'_>) {
        each_lookup(pod, cx, |image, repository, lookup, cx| {
            let path = repository.find('/').map_or("", |at| &repository[at..]);
            for tried in lookup.tried.iter().filter(|tried| tried.fit == Fit::Key) {
                let own = tried
                    .held
                    .key
                    .as_ref()
                    .map(NormalKey::path)
                    .unwrap_or_default();
                let rest = path.strip_prefix(own.as_str()).unwrap_or("");
                let is_within = !own.is_empty()
                    && !own.ends_with('/')
                    && !rest.is_empty()
                    && !rest.starts_with('/');
                if !is_within {
                    continue;
                }
                let key = &tried.held.registry;
                cx.report_image(
                    image,
                    0..0,
                    format!(
                        "the credential of `{key}` is sent for this image, which is not below it"
                    ),
                )
                .related(tried.held.origin.place, "the registry of the credential")
                .note(NOTE)
                .help(HELP);
            }
        });
    }
}

const NOTE: &str = "the kubelet takes a path for a prefix, without regard to where its words end: `gcr.io/proj` fits \
                    `gcr.io/proj-x/app` too";
const HELP: &str = "end the key with a `/` if it is for what is below it; the path itself needs an entry of its own then";
