use super::{entries_at_root, is_loose, root};
use podwright_model::{DockerDocument, docker_config::Shape};
use podwright_rule::{RuleContext, Severity, declare_rule};

declare_rule! {
    name: "dockerconfig-no-auths",
    summary: "docker config contains no credentials",
    severity: Warning,
    since: "0.1.0",
    hooks: { docker_config: check },
}

fn check(document: &DockerDocument, cx: &mut RuleContext<'_>) {
    let config = &document.config;
    let has_helper = config.creds_store.is_some() || config.cred_helpers.is_some();
    let Some(root) = root(document, cx) else {
        return;
    };
    let is_empty = config.is_usable() && config.live_entries().next().is_none();
    if config.shape == Shape::Legacy || has_helper || !is_empty || entries_at_root(document, cx) > 0
    {
        return;
    }
    let tree = document.tree(cx.tree());
    let is_near = |key: &str| {
        let key = key.trim().to_ascii_lowercase();
        key.starts_with("auth") && key != "auths"
    };
    let near = tree.entries(root).find(|entry| {
        config.auths.is_none()
            && tree.kind(entry.value).is_mapping()
            && is_near(&tree.decoded(entry.key))
    });
    let (at, message) = match (near, config.auths) {
        (Some(near), _) => {
            let key = tree.decoded(near.key);
            (
                near.key,
                format!("the kubelet ignores `{key}`: credentials belong under `auths`"),
            )
        }
        (None, Some(auths)) => (auths, "`auths` contains no registries".to_owned()),
        (None, None) => (
            root,
            "docker config has no `auths` and therefore no credentials".to_owned(),
        ),
    };
    // An empty document may be intended. One with other keys was probably meant to contain registries too.
    let others = tree
        .entries(root)
        .filter(|entry| Some(entry.key) != config.auths);
    let is_meant = others.count() == 0;
    let span = tree.span(at);
    let level = if is_meant || is_loose(document, cx) {
        Severity::Info
    } else {
        Severity::Warning
    };
    cx.report_docker(document, span, "", message)
        .at_most(level)
        .note("the kubelet accepts the document but finds no credentials in it")
        .help("add registries and their credentials: `{\"auths\": {\"registry.example\": {…}}}`");
}
