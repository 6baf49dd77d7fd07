use super::{faults, report_fault};
use podwright_cluster::keyring::RegistryKeyError;
use podwright_model::{DockerDocument, KubernetesVersion};
use podwright_rule::finding::{Applicability, Severity};
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "registry-key-glob-bracket",
    summary: "`[...]` in a registry key is not a pattern",
    severity: Error,
    since: "0.1.0",
    hooks: { docker_config: check },
}

fn check(document: &DockerDocument, cx: &mut RuleContext<'_>) {
    for (entry, fault) in faults(document) {
        let RegistryKeyError::Bracket { never_worked } = fault else {
            continue;
        };
        // Every 1.35 release includes the Go security fixes of October 2025; older minor releases have them in some
        // patch release.
        let is_certain = never_worked || cx.versions.all_since(KubernetesVersion(35));
        let key = &entry.registry;
        let finding = report_fault(
            document,
            (entry, &fault),
            Applicability::Manual,
            format!("`[…]` in registry key `{key}` is not a pattern"),
            cx,
        );
        if is_certain {
            finding.note(
                "`[` starts an IPv6 address: the kubelet skips the entry, and reports this only in its log",
            );
        } else {
            finding.at_most(Severity::Warning).note(
                "kubelets built with Go 1.24.8, 1.25.2 or later (since October 2025) skip the entry, and report \
                 this only in their log",
            );
        }
        finding.help("add one entry per host, or use `*`, which matches any part of one label");
    }
}
