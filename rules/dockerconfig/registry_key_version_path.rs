use super::{faults, report_fault};
use podwright_cluster::keyring::RegistryKeyError;
use podwright_model::DockerDocument;
use podwright_rule::finding::Applicability;
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "registry-key-version-path",
    summary: "registry key ends with `/v1` or `/v2` without a trailing `/`",
    severity: Warning,
    since: "0.1.0",
    hooks: { docker_config: check },
}

fn check(document: &DockerDocument, cx: &mut RuleContext<'_>) {
    for (entry, fault) in faults(document) {
        if fault != RegistryKeyError::VersionPath {
            continue;
        }
        let message = format!(
            "registry key `{}` matches only image paths with that prefix",
            entry.registry
        );
        report_fault(
            document,
            (entry, &fault),
            Applicability::Unsafe,
            message,
            cx,
        )
        .note("the kubelet strips `/v1/` and `/v2/` from a key, but only with the trailing `/`")
        .help("use only the host");
    }
}
