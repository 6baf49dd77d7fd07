use super::{faults, report_fault};
use podwright_cluster::keyring::RegistryKeyError;
use podwright_model::DockerDocument;
use podwright_rule::finding::Applicability;
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "registry-key-glob-in-path-or-port",
    summary: "`*` in the path or port of a registry key is not a wildcard",
    severity: Error,
    since: "0.1.0",
    hooks: { docker_config: check },
}

fn check(document: &DockerDocument, cx: &mut RuleContext<'_>) {
    for (entry, fault) in faults(document) {
        let key = &entry.registry;
        let (what, help) = match fault {
            RegistryKeyError::StarInPath => (
                format!("`*` in the path of registry key `{key}` is not a wildcard"),
                "remove the `*`: a path matches everything that starts with it",
            ),
            RegistryKeyError::StarInPort => (
                format!("`*` in registry key `{key}` is not a valid port"),
                "add one entry per port",
            ),
            _ => continue,
        };
        let note = match fault {
            RegistryKeyError::StarInPath => {
                "paths are compared literally, and no image path contains `*`, so the entry never matches"
            }
            _ => {
                "the key is not a valid URL: the kubelet skips the entry, and reports this only in its log"
            }
        };
        report_fault(document, (entry, &fault), Applicability::Safe, what, cx)
            .note(note)
            .help(help);
    }
}
