use super::{entries, is_loose};
use podwright_model::DockerDocument;
use podwright_rule::{RuleContext, Severity, declare_rule};

declare_rule! {
    name: "dockerconfig-identitytoken-ignored",
    summary: "the kubelet ignores the token of an entry",
    severity: Warning,
    since: "0.1.0",
    hooks: { docker_config: check },
}

fn check(document: &DockerDocument, cx: &mut RuleContext<'_>) {
    let is_loose = is_loose(document, cx);
    for entry in entries(document) {
        let tokens = [
            (entry.identity_token, "identitytoken"),
            (entry.registry_token, "registrytoken"),
        ];
        let password = entry
            .credential
            .as_ref()
            .map(|credential| !credential.expose().1.is_empty());
        for (key, name) in tokens {
            let Some(key) = key else {
                continue;
            };
            let span = document.tree(cx.tree()).span(key);
            let path = format!("{}.{name}", document.config.path_of(entry));
            let message = format!("the kubelet ignores `{name}` of `{}`", entry.registry);
            let finding = cx.report_docker(document, span, &path, message);
            // If the entry has a password, the token is not needed.
            if is_loose || password != Some(false) {
                finding.at_most(Severity::Info);
            }
            if password == Some(false) {
                finding.note("the entry has no password, so no usable credential remains");
            }
            finding.help(
                "use a long-lived user name and password (a repository token, a service principal), or a kubelet \
                 credential provider",
            );
        }
    }
}
