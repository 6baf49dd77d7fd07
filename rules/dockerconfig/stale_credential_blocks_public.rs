use super::entries;
use podwright_cluster::keyring::NormalKey;
use podwright_model::DockerDocument;
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "stale-credential-blocks-public",
    summary: "a rejected credential also blocks pulls of public images",
    severity: Info,
    since: "0.1.0",
    hooks: { docker_config: check },
}

fn check(document: &DockerDocument, cx: &mut RuleContext<'_>) {
    if !document.config.is_usable() {
        return;
    }
    for entry in entries(document) {
        let key = NormalKey::new(&entry.registry)
            .map(|key| key.to_string())
            .unwrap_or_default();
        let is_sent = entry
            .credential
            .as_ref()
            .is_some_and(|credential| !credential.is_empty());
        if is_sent && PUBLIC.contains(&key.as_str()) {
            let message = format!(
                "a rejected credential of `{}` also blocks pulls of public images",
                entry.registry
            );
            cx.report_registry(document, entry, message)
                .note("the kubelet does not fall back to an anonymous pull if a credential matches the image")
                .help("restrict the key to the path of the private images, or monitor when the credential expires");
        }
    }
}

/// Registries that serve public images.
const PUBLIC: [&str; 9] = [
    "docker.io",
    "index.docker.io",
    "gcr.io",
    "ghcr.io",
    "mcr.microsoft.com",
    "public.ecr.aws",
    "quay.io",
    "registry.gitlab.com",
    "registry.k8s.io",
];
