use super::{faults, report_fault};
use podwright_cluster::keyring::RegistryKeyError;
use podwright_model::DockerDocument;
use podwright_rule::finding::{Applicability, Severity};
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "registry-key-uppercase",
    summary: "registry key contains uppercase letters",
    severity: Error,
    since: "0.1.0",
    hooks: { docker_config: check },
}

fn check(document: &DockerDocument, cx: &mut RuleContext<'_>) {
    for (entry, fault) in faults(document) {
        let RegistryKeyError::Uppercase { in_path } = fault else {
            continue;
        };
        let written = entry.registry.expose();
        // A stand-in such as `REGISTRY`, which is later replaced with a host.
        let is_stand_in = !written.contains('.') && !written.contains(|c: char| c.is_lowercase());
        if is_stand_in {
            continue;
        }
        let (message, note, level, safety) = if in_path {
            (
                format!(
                    "registry key `{}` never matches: its path contains uppercase letters",
                    entry.registry
                ),
                "paths are case-sensitive, and image paths are always lowercase",
                Severity::Error,
                Applicability::Safe,
            )
        } else {
            (
                format!(
                    "registry key `{}` matches only image hosts with the same capitalization",
                    entry.registry
                ),
                "the kubelet compares hosts case-sensitively, although a registry does not distinguish them",
                Severity::Warning,
                Applicability::Unsafe,
            )
        };
        report_fault(document, (entry, &fault), safety, message, cx)
            .at_most(level)
            .note(note)
            .help("use lowercase");
    }
}
