use super::{entries, is_loose, registries};
use podwright_model::{DockerDocument, docker_config::Entry};
use podwright_rule::{Applicability, Fix, RuleContext, Severity, declare_rule};

declare_rule! {
    name: "dockerconfig-empty-credential",
    summary: "registry entry without user name and password",
    severity: Warning,
    since: "0.1.0",
    hooks: { docker_config: check },
}

fn check(document: &DockerDocument, cx: &mut RuleContext<'_>) {
    let config = &document.config;
    if config.creds_store.is_some() || config.cred_helpers.is_some() {
        // `dockerconfig-cred-helper` reports these.
        return;
    }
    let ceiling = if is_loose(document, cx) {
        Severity::Info
    } else {
        Severity::Warning
    };
    for entry in entries(document) {
        let is_empty = entry
            .credential
            .as_ref()
            .is_some_and(|credential| credential.is_empty());
        let has_token = entry.identity_token.is_some() || entry.registry_token.is_some();
        let is_wrapper = entry.registry.expose() == "auths";
        if !is_empty || has_token || is_wrapper {
            continue;
        }
        let fix = without(document, entry, cx);
        let message = format!(
            "entry of `{}` has neither a user name nor a password",
            entry.registry
        );
        cx.report_registry(document, entry, message)
            .at_most(ceiling)
            .note(
                "the kubelet still uses the entry: it pulls anonymously before it tries less specific credentials, \
                 and does not fall back to the `index.docker.io` credential for Docker Hub images",
            )
            .help("add the credential, or remove the entry")
            .fix(fix);
    }
}

fn without(document: &DockerDocument, entry: &Entry, cx: &RuleContext<'_>) -> Option<Fix> {
    let tree = document.tree(cx.tree());
    let mut holders = registries(document, cx).into_iter();
    let span =
        holders.find_map(|registries| tree.delete_entry(registries, entry.registry.expose()))?;
    Some(Fix {
        title: "Remove the entry".to_owned(),
        safety: Applicability::Unsafe,
        edits: vec![cx.edit_docker(document, span, "")?],
    })
}
