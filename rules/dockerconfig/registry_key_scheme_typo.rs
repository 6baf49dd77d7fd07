use super::{faults, report_fault};
use podwright_cluster::keyring::RegistryKeyError;
use podwright_model::DockerDocument;
use podwright_rule::finding::Applicability;
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "registry-key-scheme-typo",
    summary: "registry key starts with a scheme that the kubelet does not recognize",
    severity: Error,
    since: "0.1.0",
    hooks: { docker_config: check },
}

fn check(document: &DockerDocument, cx: &mut RuleContext<'_>) {
    for (entry, fault) in faults(document) {
        if fault != RegistryKeyError::Scheme {
            continue;
        }
        let message = format!(
            "the kubelet reads the scheme of `{}` as the host",
            entry.registry
        );
        report_fault(document, (entry, &fault), Applicability::Safe, message, cx)
            .note(
                "the kubelet strips one lowercase `https://` or `http://` and nothing else, so the entry never \
                 matches",
            )
            .help("remove the scheme");
    }
}
