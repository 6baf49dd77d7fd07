use super::{faults, report_fault};
use podwright_cluster::keyring::{NormalKey, RegistryKeyError};
use podwright_model::DockerDocument;
use podwright_rule::finding::{Applicability, Severity};
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "registry-key-glob-question-mark",
    summary: "`?` truncates a registry key instead of matching a character",
    severity: Error,
    since: "0.1.0",
    hooks: { docker_config: check },
}

fn check(document: &DockerDocument, cx: &mut RuleContext<'_>) {
    for (entry, fault) in faults(document) {
        let RegistryKeyError::QuestionMark { in_host } = fault else {
            continue;
        };
        let ceiling = if in_host {
            Severity::Error
        } else {
            Severity::Warning
        };
        let key = &entry.registry;
        let left = NormalKey::new(key)
            .map(|normal| normal.to_string())
            .unwrap_or_default();
        report_fault(
            document,
            (entry, &fault),
            Applicability::Manual,
            format!("`?` in registry key `{key}` is not a wildcard: the kubelet truncates the key there"),
            cx,
        )
        .at_most(ceiling)
        .note(format!(
            "the kubelet reads the key as a URL, where `?` starts the query: `{left}` remains, and the kubelet \
             sends the credential to every registry that this matches"
        ))
        .help("add one entry per host, or use `*`, which matches any part of one label");
    }
}
