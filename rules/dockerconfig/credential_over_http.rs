use super::entries;
use podwright_cluster::keyring::RegistryKeyError;
use podwright_model::DockerDocument;
use podwright_rule::finding::Applicability;
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "credential-over-http",
    summary: "registry key starts with `http://`",
    severity: Warning,
    since: "0.1.0",
    hooks: { docker_config: check },
}

fn check(document: &DockerDocument, cx: &mut RuleContext<'_>) {
    for entry in entries(document) {
        let Some(bare) = entry.registry.expose().strip_prefix("http://") else {
            continue;
        };
        if RegistryKeyError::of(&entry.registry).is_some() {
            continue;
        }
        let fix = cx.rewrite_registry(document, entry, bare, Applicability::Safe);
        let message = format!(
            "`http://` in registry key `{}` does not select plain HTTP",
            entry.registry
        );
        cx.report_registry(document, entry, message)
            .note(
                "the kubelet strips the scheme; the container runtime configuration selects HTTP or HTTPS. Over \
                 plain HTTP, the credential can be read in transit",
            )
            .help("remove the scheme, and configure TLS on the registry").fix(fix);
    }
}
