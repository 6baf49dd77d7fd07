use super::{each_lookup, entries};
use podwright_cluster::keyring::{MatchFailure, MatchScope, NormalKey};
use podwright_model::{DockerDocument, Pod};
use podwright_rule::{Rule, RuleContext, declare_rule};

declare_rule! {
    RegistryKeyGlobLabelCount {
        name: "registry-key-glob-label-count",
        summary: "`*` in a registry key does not match a `.`",
        severity: Warning,
        since: "0.1.0",
    }
}

const NOTE: &str = "hosts are compared label by label, and `*` matches part of one label: `*my-registry.io` matches \
                    `a-my-registry.io` but no subdomain of `my-registry.io`, contrary to the Kubernetes documentation";

impl Rule for RegistryKeyGlobLabelCount {
    fn docker_config(&self, document: &DockerDocument, cx: &mut RuleContext<'_>) {
        for entry in entries(document) {
            let scope = NormalKey::new(&entry.registry)
                .ok()
                .and_then(|key| key.match_scope());
            if scope == Some(MatchScope::Within) {
                let key = &entry.registry;
                cx.report_registry(document, entry, format!("registry key `{key}` does not match subdomains"))
                    .note(NOTE)
                    .help(
                        "use `*.` and the domain for hosts with one more label, and add the domain itself as a \
                         separate entry",
                    );
            }
        }
    }

    fn pod(&self, pod: &Pod, cx: &mut RuleContext<'_>) {
        each_lookup(pod, cx, |image, repository, lookup, cx| {
            if !lookup.tried.is_empty() {
                return;
            }
            for passed in &lookup.not_tried {
                let shown = passed.entry.registry.to_string();
                if !matches!(passed.why, MatchFailure::LabelCount { .. }) || !shown.contains('*') {
                    continue;
                }
                cx.report_image(image, 0..0, passed.why.describe(&shown, repository))
                    .related(passed.entry.origin.place, "registry key of the credential")
                    .note("the kubelet tries no credential for this image")
                    .help("add an entry whose host has as many labels as the host of the image");
            }
        });
    }
}
