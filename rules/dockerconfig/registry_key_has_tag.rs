use super::{faults, report_fault};
use podwright_cluster::keyring::RegistryKeyError;
use podwright_model::DockerDocument;
use podwright_rule::finding::Applicability;
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "registry-key-has-tag",
    summary: "registry key contains a tag or digest",
    severity: Error,
    since: "0.1.0",
    hooks: { docker_config: check },
}

fn check(document: &DockerDocument, cx: &mut RuleContext<'_>) {
    for (entry, fault) in faults(document) {
        if fault != RegistryKeyError::Tag {
            continue;
        }
        let message = format!(
            "registry key `{}` never matches: it contains a tag or digest",
            entry.registry
        );
        report_fault(document, (entry, &fault), Applicability::Safe, message, cx)
            .note("the kubelet looks up credentials by image host and path, without tag and digest")
            .help("remove the tag or digest");
    }
}
