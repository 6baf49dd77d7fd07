use super::entries;
use podwright_cluster::keyring::{MatchScope, NormalKey};
use podwright_model::DockerDocument;
use podwright_rule::{Rule, RuleContext, declare_rule};

declare_rule! {
    RegistryKeyGlobTooBroad {
        name: "registry-key-glob-too-broad",
        summary: "registry key matches unrelated registries",
        severity: Warning,
        since: "0.1.0",
    }
}

impl Rule for RegistryKeyGlobTooBroad {
    fn docker_config(&self, document: &DockerDocument, cx: &mut RuleContext<'_>) {
        for entry in entries(document) {
            let scope = NormalKey::new(&entry.registry)
                .ok()
                .and_then(|key| key.match_scope());
            let is_anonymous = entry
                .credential
                .as_ref()
                .is_some_and(|credential| credential.is_empty());
            if scope == Some(MatchScope::TooBroad) && !is_anonymous {
                let key = &entry.registry;
                cx.report_registry(document, entry, format!("credential of `{key}` is sent to unrelated registries"))
                    .note(
                        "the kubelet sends the user name and password to the registry of any image that the key \
                         matches, no matter who operates it",
                    )
                    .help("include the domain of the registry: `*.registry.example`");
            }
        }
    }
}
