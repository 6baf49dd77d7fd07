use super::{faults, report_fault};
use podwright_cluster::keyring::KeyFault;
use podwright_model::DockerDocument;
use podwright_rule::finding::Safety;
use podwright_rule::{Check, Cx, declare_rule};

declare_rule! {
    RegistryKeyUnparsable {
        name: "registry-key-unparsable",
        summary: "registry key cannot be parsed",
        severity: Error,
        since: "0.1.0",
    }
}

impl Check for RegistryKeyUnparsable {
    fn docker_config(&self, document: &DockerDocument, cx: &mut Cx<'_>) {
        for (entry, fault) in faults(document) {
            let key = &entry.registry;
            let (message, note) = match &fault {
                KeyFault::NotAUrl(error) => (
                    format!("invalid registry key `{key}`: {error}"),
                    "the kubelet skips the entry, reports this only in its log, and pulls without this credential",
                ),
                KeyFault::Empty => (
                    "registry key is empty".to_owned(),
                    "the kubelet keeps the entry, but no image has an empty host",
                ),
                KeyFault::PathCharacter => (
                    format!(
                        "registry key `{key}` never matches: its path contains an invalid character"
                    ),
                    "the kubelet compares the path of the key with the image path character by character",
                ),
                _ => continue,
            };
            report_fault(document, (entry, &fault), Safety::Manual, message, cx)
                .note(note)
                .help("use the registry host, optionally with port and path: `registry.example:5000/team`");
        }
    }
}
