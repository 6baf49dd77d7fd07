use crate::finding::Level;
use crate::model::DockerDocument;
use crate::model::docker_config::{
    AuthError, Base64Error, DockerConfigProblem, DockerConfigProblemKind, PoisonedEntry,
};
use crate::rule::{Check, Cx, Meta, Rule};

/// Options of `dockerconfig-poisoned-entry`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct DockerconfigPoisonedEntry {}

impl Rule for DockerconfigPoisonedEntry {
    const META: Meta = Meta {
        name: "dockerconfig-poisoned-entry",
        chapter: "dockerconfig",
        summary: "one entry makes the whole docker configuration unusable",
        page: include_str!("../../../rules/dockerconfig/dockerconfig-poisoned-entry.md"),
        level: Level::Error,
        since: "0.1.0",
    };
}

impl Check for DockerconfigPoisonedEntry {
    fn docker_config(&self, document: &DockerDocument, cx: &mut Cx<'_>) {
        let note = match document.holder {
            Some(_) => {
                "the API server accepts the Secret, but the kubelet can use none of it: every pull of a Pod that refers \
                 to it fails with `ErrImagePull` (since 1.33 with the decoder's error as the reason), those of public \
                 images and of images that another Secret is for too"
            }
            None => {
                "the kubelet skips the whole file without a word, and with it the credentials of all registries in it"
            }
        };
        // A text that is no JSON is refused earlier.
        let problems = &document.config.problems;
        if problems
            .iter()
            .any(|problem| matches!(problem.kind, DockerConfigProblemKind::NotJson(_)))
        {
            return;
        }
        for problem in problems {
            if let Some(help) = help(problem) {
                cx.report_docker(
                    document,
                    problem.span,
                    &problem.json_path,
                    problem.to_string(),
                )
                .note(note)
                .help(help);
            }
        }
    }
}

/// What to do about the problem; `None` of one of another rule.
fn help(problem: &DockerConfigProblem) -> Option<&'static str> {
    let DockerConfigProblemKind::PoisonedEntry { why, .. } = &problem.kind else {
        return match problem.kind {
            DockerConfigProblemKind::AuthsNotAnObject => {
                Some("write registries and their entries: `{\"registry.example\": {…}}`")
            }
            DockerConfigProblemKind::HttpHeaders => {
                Some("remove it: the kubelet never sends these headers")
            }
            _ => None,
        };
    };
    Some(match why {
        PoisonedEntry::NotAnObject => {
            "write an object with `auth`, or with `username` and `password`"
        }
        PoisonedEntry::FieldNotAString(_) => "put the value into quotes",
        PoisonedEntry::Auth(AuthError::NoColon) => "write the base64 of `user:password`",
        PoisonedEntry::Auth(AuthError::Base64(Base64Error::Padding | Base64Error::Truncated)) => {
            "encode `user:password` once more: a part of it may be lost, or the `=` at its end"
        }
        PoisonedEntry::Auth(AuthError::Base64(_)) => {
            "write the base64 of `user:password` in the standard alphabet, without blanks"
        }
    })
}
