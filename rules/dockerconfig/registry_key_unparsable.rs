use super::{faults, report_fault};
use podwright_cluster::keyring::RegistryKeyError;
use podwright_model::DockerDocument;
use podwright_rule::finding::Applicability;
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "registry-key-unparsable",
    summary: "registry key cannot be parsed",
    severity: Error,
    since: "0.1.0",
    hooks: { docker_config: check },
}

fn check(document: &DockerDocument, cx: &mut RuleContext<'_>) {
    for (entry, fault) in faults(document) {
        let key = &entry.registry;
        let (message, note) = match &fault {
            RegistryKeyError::NotAUrl(error) => (
                format!("invalid registry key `{key}`: {error}"),
                "the kubelet skips the entry, reports this only in its log, and pulls without this credential",
            ),
            RegistryKeyError::Empty => (
                "registry key is empty".to_owned(),
                "the kubelet keeps the entry, but no image has an empty host",
            ),
            RegistryKeyError::PathCharacter => (
                format!(
                    "registry key `{key}` never matches: its path contains an invalid character"
                ),
                "the kubelet compares the path of the key with the image path character by character",
            ),
            _ => continue,
        };
        report_fault(
            document,
            (entry, &fault),
            Applicability::Manual,
            message,
            cx,
        )
        .note(note)
        .help("use the registry host, optionally with port and path: `registry.example:5000/team`");
    }
}
