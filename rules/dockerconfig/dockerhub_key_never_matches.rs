use super::{faults, report_fault};
use podwright_cluster::keyring::{NormalKey, RegistryKeyError};
use podwright_model::DockerDocument;
use podwright_model::docker_config::Entry;
use podwright_rule::finding::Applicability;
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "dockerhub-key-never-matches",
    summary: "registry key never matches Docker Hub images",
    severity: Error,
    since: "0.1.0",
    hooks: { docker_config: check },
}

fn check(document: &DockerDocument, cx: &mut RuleContext<'_>) {
    for (entry, fault) in faults(document) {
        if fault != RegistryKeyError::DockerHubName || is_spelled_out(entry, cx) {
            continue;
        }
        let key = &entry.registry;
        let path = NormalKey::new(key)
            .map(|key| key.path())
            .unwrap_or_default();
        // A path was probably meant to exclude other Docker Hub images.
        let safety = match path.as_str() {
            "" | "/v1" | "/v2" | "/*" => Applicability::Safe,
            _ => Applicability::Unsafe,
        };
        report_fault(document, (entry, &fault), safety, format!("`{key}` never matches a Docker Hub image"), cx)
            .note(
                "Docker Hub images have the host `docker.io`. If no key matches, the kubelet uses the key that \
                 becomes `index.docker.io` when it strips `/v1/` or `/v2/`; it strips these only with the trailing \
                 `/`",
            )
            .help("use `https://index.docker.io/v1/`, or `docker.io/` and a path");
    }
}

/// Returns whether an image in the input uses exactly this host, so that the key matches it.
fn is_spelled_out(entry: &Entry, cx: &RuleContext<'_>) -> bool {
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
