use super::entries;
use podwright_cluster::keyring::{NormalKey, RegistryKeyError};
use podwright_model::DockerDocument;
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "dockerhub-key-shadowed",
    summary: "Docker Hub key is shadowed by another key",
    severity: Warning,
    since: "0.1.0",
    hooks: { docker_config: check },
}

fn check(document: &DockerDocument, cx: &mut RuleContext<'_>) {
    let key = |registry| NormalKey::new(registry).ok();
    let default = entries(document)
        .find(|entry| key(&entry.registry).is_some_and(|key| key.is_default_registry()));
    let Some(default) = default else {
        return;
    };
    let shadow = entries(document).find(|entry| {
        let is_same = entry.credential.is_some() && entry.credential == default.credential;
        let fits = key(&entry.registry)
            .is_some_and(|key| key.check(&format!("docker.io{}", key.path())).is_ok());
        fits && !is_same && RegistryKeyError::of(&entry.registry).is_none()
    });
    let Some(shadow) = shadow else {
        return;
    };
    let other = cx.docker_place(document, document.tree(cx.tree()).span(shadow.key));
    let is_whole = key(&shadow.registry).is_some_and(|key| key.path().is_empty());
    let which = if is_whole {
        "any Docker Hub image"
    } else {
        "some Docker Hub images"
    };
    let message = format!(
        "`{}` is not used for {which}, because `{}` matches",
        default.registry, shadow.registry
    );
    let mapped = document.is_mapped();
    let finding = cx.report_registry(document, default, message);
    if mapped {
        finding.related(other, "key that is used instead");
    }
    finding
        .note(
            "the kubelet uses `index.docker.io` for Docker Hub images only if no other key matches; if the \
             registry rejects the credential of the other key, the kubelet does not try this one",
        )
        .help("keep only one of the two");
}
