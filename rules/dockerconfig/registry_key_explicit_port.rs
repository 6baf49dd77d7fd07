use super::{each_lookup, entries};
use podwright_cluster::keyring::{MatchFailure, NormalKey, RegistryKeyError};
use podwright_model::{DockerDocument, Pod};
use podwright_rule::finding::Severity;
use podwright_rule::{Rule, RuleContext, declare_rule};

declare_rule! {
    RegistryKeyExplicitPort {
        name: "registry-key-explicit-port",
        summary: "registry key contains a default port",
        severity: Warning,
        since: "0.1.0",
    }
}

const NOTE: &str = "ports are compared as strings: an omitted port does not equal 443 or 80";

impl Rule for RegistryKeyExplicitPort {
    fn docker_config(&self, document: &DockerDocument, cx: &mut RuleContext<'_>) {
        for entry in entries(document) {
            let port = NormalKey::new(&entry.registry)
                .ok()
                .and_then(|key| key.port());
            if RegistryKeyError::of(&entry.registry).is_none()
                && matches!(port.as_deref(), Some("443" | "80"))
            {
                let key = &entry.registry;
                cx.report_registry(
                    document,
                    entry,
                    format!("registry key `{key}` matches only images with the same port"),
                )
                .at_most(Severity::Info)
                .note(NOTE)
                .help("remove the port if the images do not have it");
            }
        }
    }

    fn pod(&self, pod: &Pod, cx: &mut RuleContext<'_>) {
        each_lookup(pod, cx, |image, repository, lookup, cx| {
            if !lookup.tried.is_empty() {
                return;
            }
            for passed in &lookup.not_tried {
                let is_default =
                    |port: &Option<String>| matches!(port.as_deref(), None | Some("443" | "80"));
                let MatchFailure::Port { key, image: port } = &passed.why else {
                    continue;
                };
                if !is_default(key) || !is_default(port) {
                    continue;
                }
                let message = passed
                    .why
                    .describe(&passed.entry.registry.to_string(), repository);
                cx.report_image(image, 0..0, message)
                    .related(passed.entry.origin.place, "registry key of the credential")
                    .note(NOTE)
                    .note("the kubelet tries no credential for this image")
                    .help("use the same form in the image and in the key");
            }
        });
    }
}
