use super::{is_json, poison_note};
use podwright_model::DockerDocument;
use podwright_model::docker_config::{
    AuthError, DockerConfigProblem, DockerConfigProblemKind, PoisonedEntry,
};
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "dockerconfig-poisoned-entry",
    summary: "one invalid entry makes the whole docker config unusable",
    severity: Error,
    since: "0.1.0",
    hooks: { docker_config: check },
}

fn check(document: &DockerDocument, cx: &mut RuleContext<'_>) {
    // `dockerconfig-invalid-json` reports a document that is not JSON.
    if !is_json(document) {
        return;
    }
    for problem in &document.config.problems {
        if let Some(help) = help(problem) {
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
}

/// Returns the help for a problem, or `None` if another rule reports it.
fn help(problem: &DockerConfigProblem) -> Option<&'static str> {
    let DockerConfigProblemKind::PoisonedEntry { why, .. } = &problem.kind else {
        return match problem.kind {
            DockerConfigProblemKind::AuthsNotAnObject => {
                Some("use an object with one entry per registry: `{\"registry.example\": {…}}`")
            }
            _ => None,
        };
    };
    Some(match why {
        PoisonedEntry::NotAnObject => {
            "use an object with `auth`, or with `username` and `password`"
        }
        PoisonedEntry::FieldNotAString(_) => "quote the value",
        PoisonedEntry::Auth(AuthError::NoColon) => "use the base64 of `user:password`",
        // `dockerconfig-auth-bad-base64` reports these.
        PoisonedEntry::Auth(_) => return None,
    })
}
