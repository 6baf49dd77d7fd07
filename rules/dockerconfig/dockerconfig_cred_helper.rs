use rustc_hash::FxHashSet;

use super::{entries, is_json, is_loose};
use podwright_model::DockerDocument;
use podwright_rule::{RuleContext, Severity, declare_rule};

declare_rule! {
    name: "dockerconfig-cred-helper",
    summary: "the kubelet does not run Docker credential helpers",
    severity: Error,
    since: "0.1.0",
    hooks: { docker_config: check },
}

fn check(document: &DockerDocument, cx: &mut RuleContext<'_>) {
    if !is_json(document) {
        return;
    }
    let config = &document.config;
    let filled = entries(document).filter(|entry| {
        let credential = entry.credential.as_ref();
        !credential.is_some_and(|credential| credential.is_empty())
    });
    let filled: FxHashSet<&str> = filled.map(|entry| entry.registry.expose()).collect();
    let is_empty = |key: &str| !filled.contains(key);
    let is_uncovered = match config.cred_helpers {
        Some(_) => config
            .helper_registries
            .iter()
            .any(|(registry, _)| is_empty(registry.expose())),
        None => false,
    };
    let has_empty = entries(document).any(|entry| is_empty(entry.registry.expose()));
    let level = match document.holder {
        _ if is_loose(document, cx) => Severity::Info,
        None if has_empty || is_uncovered => Severity::Error,
        _ => Severity::Warning,
    };
    for (key, name) in [
        (config.creds_store, "credsStore"),
        (config.cred_helpers, "credHelpers"),
    ] {
        let Some(key) = key else {
            continue;
        };
        let span = document.tree(cx.tree()).span(key);
        let finding = cx.report_docker(
            document,
            span,
            name,
            format!("the kubelet ignores `{name}`"),
        );
        finding.at_most(level);
        if has_empty {
            finding.note(
                "for an entry without a credential, the kubelet pulls anonymously; for Docker Hub images it then \
                 does not fall back to the `index.docker.io` credential",
            );
        } else if is_uncovered {
            finding.note(
                "the kubelet pulls anonymously from a registry that has a helper but no entry",
            );
        }
        finding.help(
            "put the credentials under `auths`, or configure a kubelet credential provider \
             (`--image-credential-provider-config`)",
        );
    }
}
