use super::{each_lookup, entries};
use podwright_cluster::keyring::{Fit, NormalKey};
use podwright_model::{DockerDocument, Pod};
use podwright_rule::finding::Severity;
use podwright_rule::{Rule, RuleContext, declare_rule};

declare_rule! {
    RegistryKeyPathNotOnBoundary {
        name: "registry-key-path-not-on-boundary",
        summary: "registry key also matches paths that extend its last segment",
        severity: Warning,
        since: "0.1.0",
    }
}

impl Rule for RegistryKeyPathNotOnBoundary {
    fn docker_config(&self, document: &DockerDocument, cx: &mut RuleContext<'_>) {
        for entry in entries(document) {
            let path = NormalKey::new(&entry.registry)
                .map(|key| key.path())
                .unwrap_or_default();
            if path.is_empty()
                || path.ends_with('/')
                || super::RegistryKeyError::of(&entry.registry).is_some()
            {
                continue;
            }
            let key = &entry.registry;
            cx.report_registry(
                document,
                entry,
                format!("registry key `{key}` also matches paths that extend its last segment"),
            )
            .at_most(Severity::Info)
            .note(NOTE)
            .help(HELP);
        }
    }

    fn pod(&self, pod: &Pod, cx: &mut RuleContext<'_>) {
        each_lookup(pod, cx, |image, repository, lookup, cx| {
            let path = repository.find('/').map_or("", |at| &repository[at..]);
            for tried in lookup.tried.iter().filter(|tried| tried.fit == Fit::Key) {
                let own = tried
                    .entry
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
                let key = &tried.entry.registry;
                cx.report_image(
                    image,
                    0..0,
                    format!(
                        "credential of `{key}` is sent for this image, which is not below that path"
                    ),
                )
                .related(tried.entry.origin.place, "registry key of the credential")
                .note(NOTE)
                .help(HELP);
            }
        });
    }
}

const NOTE: &str = "the kubelet compares paths as plain string prefixes, not by segment: `gcr.io/proj` also matches \
                    `gcr.io/proj-x/app`";
const HELP: &str = "end the key with `/` to match only what is below the path; the path itself then needs a separate \
                    entry";
