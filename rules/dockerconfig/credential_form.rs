//! Credentials that no registry accepts, as far as their form shows it. Nothing of a credential is shown.

use super::{entries, is_loose};
use podwright_cluster::keyring::NormalKey;
use podwright_model::DockerDocument;
use podwright_model::docker_config::{Credential, CredentialField, Entry};
use podwright_rule::{RuleContext, Severity, declare_rules};

declare_rules! {
    hooks: { docker_config: check },
    DOCKERCONFIG_CREDENTIAL_WHITESPACE {
        name: "dockerconfig-credential-whitespace",
        summary: "user name or password starts or ends with whitespace",
        severity: Warning,
        since: "0.1.0",
    }
    ROBOT_ACCOUNT_NAME_INCOMPLETE {
        name: "robot-account-name-incomplete",
        summary: "name of a Harbor robot account lost its `$`",
        severity: Warning,
        since: "0.1.0",
    }
    ECR_TOKEN_EXPIRES {
        name: "ecr-token-expires",
        summary: "docker config contains an ECR token, which is valid for 12 hours",
        severity: Warning,
        since: "0.1.0",
    }
}

fn check(document: &DockerDocument, cx: &mut RuleContext<'_>) {
    let ceiling = if is_loose(document, cx) {
        Severity::Info
    } else {
        Severity::Warning
    };
    for entry in entries(document) {
        let Some(credential) = &entry.credential else {
            continue;
        };
        whitespace(document, entry, credential, ceiling, cx);
        robot(document, entry, credential, ceiling, cx);
        ecr(document, entry, credential, ceiling, cx);
    }
}

fn whitespace(
    document: &DockerDocument,
    entry: &Entry,
    credential: &Credential,
    ceiling: Severity,
    cx: &mut RuleContext<'_>,
) {
    let (username, password) = credential.expose();
    let parts = [
        ("user name", username, CredentialField::Username),
        ("password", password, CredentialField::Password),
    ];
    for (what, value, field) in parts {
        // Google's registries parse the password as a JSON key, in which whitespace has no meaning.
        if field == CredentialField::Password && username.starts_with(b"_json_key") {
            continue;
        }
        let Some(flaw) = outer_whitespace(value) else {
            continue;
        };
        let is_in_auth = entry
            .field(CredentialField::Auth)
            .is_some_and(|node| !document.tree(cx.tree()).decoded(node).is_empty());
        let field = if is_in_auth {
            CredentialField::Auth
        } else {
            field
        };
        let registry = &entry.registry;
        let message = format!("the {what} for `{registry}` {flaw}");
        let path = format!("{}.{}", document.config.path_of(entry), field.name());
        let node = entry.field(field).unwrap_or(entry.key);
        let span = document.tree(cx.tree()).span(node);
        let help = match is_in_auth {
            true => {
                "encode it without line breaks and spaces: `printf '%s' \"$USER:$PASSWORD\" | base64 -w0`"
            }
            false => "remove the whitespace",
        };
        cx.as_rule(&DOCKERCONFIG_CREDENTIAL_WHITESPACE)
            .report_docker(document, span, &path, message)
            .at_most(ceiling)
            .note("the kubelet sends it as it is, and the registry rejects it (`401 Unauthorized`)")
            .help(help);
    }
}

/// Describes the whitespace at the start or the end of a value.
fn outer_whitespace(value: &[u8]) -> Option<&'static str> {
    let is_newline = |byte: Option<&u8>| matches!(byte, Some(b'\n' | b'\r'));
    let is_blank = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_whitespace);
    match () {
        () if is_newline(value.last()) => Some("ends with a newline"),
        () if is_blank(value.last()) => Some("ends with whitespace (a space or tab)"),
        () if is_newline(value.first()) => Some("starts with a newline"),
        () if is_blank(value.first()) => Some("starts with whitespace (a space or tab)"),
        () => None,
    }
}

/// Reports names that are left if a shell expands `robot$project+name` or `robot$name`, or if the `$` is escaped twice.
/// By default, Harbor's names start with `robot$` (`robot_name_prefix`).
fn robot(
    document: &DockerDocument,
    entry: &Entry,
    credential: &Credential,
    ceiling: Severity,
    cx: &mut RuleContext<'_>,
) {
    let (username, _) = credential.expose();
    let Some(rest) = username.strip_prefix(b"robot") else {
        return;
    };
    let host = entry.registry.expose().to_ascii_lowercase();
    // Quay's robot accounts are `organization+name`, so the organization may be called `robot`.
    if host.contains("quay") {
        return;
    }
    let is_harbor = host.contains("harbor");
    let lost = match rest {
        b"" if is_harbor => "is only the prefix of a robot account",
        b"$" => "ends after the prefix of a robot account",
        [b'+', name @ ..] if !name.is_empty() => "lacks the `$` and the project of a robot account",
        [b'$', b'+', ..] => "lacks the project of a robot account",
        [b'$', b'$', ..] | [b'\\', b'$', ..] => "has an escaped `$`",
        _ => return,
    };
    let registry = &entry.registry;
    let message = format!("the user name for `{registry}` {lost}");
    let finding = cx
        .as_rule(&ROBOT_ACCOUNT_NAME_INCOMPLETE)
        .report_registry(document, entry, message);
    finding
        .at_most(ceiling)
        .note(
            "Harbor's robot accounts are called `robot$PROJECT+NAME` or `robot$NAME`; in double quotes, a shell replaces \
             `$PROJECT` with a variable that is usually empty, and Harbor rejects the name (`401 Unauthorized`)",
        )
        .help("use the full name of the robot account, in single quotes on the command line: `'robot$PROJECT+NAME'`");
}

fn ecr(
    document: &DockerDocument,
    entry: &Entry,
    credential: &Credential,
    ceiling: Severity,
    cx: &mut RuleContext<'_>,
) {
    let (username, password) = credential.expose();
    let key = NormalKey::new(&entry.registry)
        .map(|key| key.to_string())
        .unwrap_or_default();
    let host = key.split(['/', ':']).next().unwrap_or("");
    let is_ecr = (host.contains(".dkr.ecr") && host.contains(".amazonaws.com"))
        || host.contains(".dkr-ecr.")
        || host == "public.ecr.aws";
    if !is_ecr || username != b"AWS" || password.is_empty() {
        return;
    }
    let registry = &entry.registry;
    let message = format!("the token for `{registry}` is valid for only 12 hours");
    let ceiling = match refresher(cx) {
        true => Severity::Info,
        false => ceiling,
    };
    cx.as_rule(&ECR_TOKEN_EXPIRES)
        .report_registry(document, entry, message)
        .at_most(ceiling)
        .note(
            "`aws ecr get-login-password` returns a token with an expiry; afterwards, the registry rejects it, and new \
             Pods fail with `ErrImagePull`",
        )
        .help(
            "use the kubelet credential provider `ecr-credential-provider`, or create the Secret with a controller that \
             refreshes it, such as an ECRAuthorizationToken generator with an ExternalSecret, or a CronJob",
        );
}

/// Whether a CronJob seems to replace the Secret: it names the Secret and ECR.
fn refresher(cx: &RuleContext<'_>) -> bool {
    let Some(name) = cx
        .object
        .and_then(|(_, object)| object.metadata.name.text())
    else {
        return false;
    };
    let mut jobs = cx.workspace.of_kind("batch", "CronJob");
    jobs.any(|id| {
        let tree = &cx.workspace.file(id.file).tree;
        let text = tree.source_text(cx.workspace.object(id).node);
        text.contains(name) && text.contains("ecr")
    })
}
