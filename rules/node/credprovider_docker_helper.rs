use podwright_model::{Body, Object};
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "credprovider-docker-helper",
    summary: "credential provider is a Docker credential helper",
    severity: Warning,
    since: "0.1.0",
    hooks: { object: check },
}

/// Names of Docker credential helpers without `docker-credential-`, with the kubelet plugin for the same registry if
/// there is one.
const HELPERS: [(&str, Option<&str>); 13] = [
    // https://github.com/awslabs/amazon-ecr-credential-helper and https://github.com/kubernetes/cloud-provider-aws
    ("ecr-login", Some("ecr-credential-provider")),
    // https://github.com/GoogleCloudPlatform/docker-credential-gcr and https://github.com/kubernetes/cloud-provider-gcp
    ("gcr", Some("auth-provider-gcp")),
    ("gcloud", Some("auth-provider-gcp")),
    // https://github.com/Azure/acr-docker-credential-helper, https://github.com/chrismellard/docker-credential-acr-env and
    // https://github.com/kubernetes-sigs/cloud-provider-azure
    ("acr", Some("acr-credential-provider")),
    ("acr-env", Some("acr-credential-provider")),
    ("acr-linux", Some("acr-credential-provider")),
    ("acr-login", Some("acr-credential-provider")),
    // https://github.com/docker/docker-credential-helpers
    ("desktop", None),
    ("osxkeychain", None),
    ("pass", None),
    ("secretservice", None),
    ("wincred", None),
    ("ghcr-login", None),
];

fn check(object: &Object, cx: &mut RuleContext<'_>) {
    let Body::CredentialProviderConfig(config) = &object.body else {
        return;
    };
    for provider in config.providers.items() {
        let Some((name, node)) = provider.name.known() else {
            continue;
        };
        let bare = name.strip_prefix("docker-credential-");
        let helper = HELPERS
            .iter()
            .find(|(helper, _)| *helper == bare.unwrap_or(name));
        if bare.is_none() && helper.is_none() {
            continue;
        }
        let help = match helper.and_then(|(_, plugin)| *plugin) {
            Some(plugin) => format!("use the kubelet plugin `{plugin}`"),
            None => "use a kubelet credential provider plugin, or a `config.json` of the kubelet"
                .to_owned(),
        };
        cx.report(node, format!("`{name}` is a Docker credential helper, not a kubelet plugin"))
            .note(
                "the kubelet runs the file of this name and sends it a CredentialProviderRequest; a Docker helper answers \
                 another protocol, so the kubelet gets no credentials",
            )
            .help(help);
    }
}
