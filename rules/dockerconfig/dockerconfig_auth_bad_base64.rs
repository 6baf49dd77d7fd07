use super::{is_json, poison_note};
use podwright_model::DockerDocument;
use podwright_model::docker_config::{
    AuthError, Base64Error, DockerConfigProblemKind, PoisonedEntry,
};
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "dockerconfig-auth-bad-base64",
    summary: "`auth` is not the base64 encoding of user name and password",
    severity: Error,
    since: "0.1.0",
    hooks: { docker_config: check },
}

fn check(document: &DockerDocument, cx: &mut RuleContext<'_>) {
    if !is_json(document) {
        return;
    }
    for problem in &document.config.problems {
        let DockerConfigProblemKind::PoisonedEntry {
            why: PoisonedEntry::Auth(error),
            ..
        } = &problem.kind
        else {
            continue;
        };
        let help = match error {
            AuthError::NoColon => continue,
            AuthError::Plain => {
                "use its base64 (`printf %s user:password | base64 -w0`), or set `username` and `password`"
            }
            AuthError::EncodedTwice => "encode it only once",
            AuthError::Base64(Base64Error::Padding | Base64Error::Truncated) => {
                "encode `user:password` again; part of the value or the trailing `=` may be missing"
            }
            AuthError::Base64(_) => {
                "encode `user:password` with the standard base64 alphabet, without whitespace"
            }
        };
        cx.report_docker(
            document,
            problem.span,
            &problem.json_path,
            problem.to_string(),
        )
        .note(poison_note(document))
        .help(help);
    }
}
