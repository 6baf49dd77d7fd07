use super::entries;
use podwright_model::{DockerDocument, docker_config::CredentialField, is_placeholder};
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "dockerconfig-auth-overrides-userpass",
    summary: "`auth` differs from `username` and `password`",
    severity: Warning,
    since: "0.1.0",
    hooks: { docker_config: check },
}

fn check(document: &DockerDocument, cx: &mut RuleContext<'_>) {
    for entry in entries(document) {
        let text = |field| {
            let tree = document.tree(cx.tree());
            let text = entry
                .field(field)
                .map(|node| tree.decoded(node).into_owned());
            text.filter(|text| !text.is_empty())
        };
        let (Some(credential), Some(_)) = (&entry.credential, text(CredentialField::Auth)) else {
            continue;
        };
        let (username, password) = credential.expose();
        let differs = |field, sent: &[u8]| {
            text(field).is_some_and(|text| !is_placeholder(&text) && text.as_bytes() != sent)
        };
        let which = match (
            differs(CredentialField::Username, username),
            differs(CredentialField::Password, password),
        ) {
            (true, true) => "a different user name and password than `username` and `password`",
            (true, false) => "a different user name than `username`",
            (false, true) => "a different password than `password`",
            (false, false) => continue,
        };
        let Some(auth) = entry.field(CredentialField::Auth) else {
            continue;
        };
        let span = document.tree(cx.tree()).span(auth);
        let path = format!("{}.auth", document.config.path_of(entry));
        let message = format!("`auth` of `{}` contains {which}", entry.registry);
        cx.report_docker(document, span, &path, message)
            .note("the kubelet uses `auth`, and reads `username` and `password` only if `auth` is empty or absent")
            .help("remove the outdated value");
    }
}
