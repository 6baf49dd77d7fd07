use crate::finding::{Edit, Finding, Fix, Level, Safety};
use crate::model::DockerDocument;
use crate::model::docker_config::{DockerConfigProblem, DockerConfigProblemKind};
use crate::rule::{Check, Cx, Meta, Rule};
use crate::syntax::SyntaxErrorKind;
use crate::text::{Place, Span, TextProblemKind};

/// Options of `dockerconfig-invalid-json`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct DockerconfigInvalidJson {}

impl Rule for DockerconfigInvalidJson {
    const META: Meta = Meta {
        name: "dockerconfig-invalid-json",
        chapter: "dockerconfig",
        summary: "the docker configuration is no JSON object",
        page: include_str!("../../../rules/dockerconfig/dockerconfig-invalid-json.md"),
        level: Level::Error,
        since: "0.1.0",
    };
}

impl Check for DockerconfigInvalidJson {
    fn docker_config(&self, document: &DockerDocument, cx: &mut Cx<'_>) {
        if is_utf16(document, cx) {
            let message = "the docker configuration is not JSON: it is UTF-16";
            report(document, Span::at(0), message, "save it as UTF-8", cx);
            return;
        }
        // `pull-secret-double-base64` says so.
        if document.is_encoded_once_more(cx.tree()) {
            return;
        }
        // What follows the first error is a consequence of it more often than not.
        let mut problems = document.config.problems.iter();
        if let Some((problem, help)) = problems.find_map(|problem| Some((problem, help(problem)?)))
        {
            let fix = without_mark(document, problem, cx);
            let finding = report(document, problem.span, &problem.to_string(), help, cx);
            finding.fixes.extend(fix);
        }
    }
}

fn report<'c>(
    document: &DockerDocument,
    at: Span,
    message: &str,
    help: &str,
    cx: &'c mut Cx<'_>,
) -> &'c mut Finding {
    let note = match document.holder {
        Some(_) => "the API server refuses the Secret with 422: its value must be a JSON object",
        None => {
            "the kubelet skips the file without a word, takes the next of its search path, and may pull without any \
             credential"
        }
    };
    cx.report_docker(document, at, "", message)
        .note(note)
        .help(help)
}

/// Everything but a byte order mark needs somebody who knows what was meant.
fn without_mark(
    document: &DockerDocument,
    problem: &DockerConfigProblem,
    cx: &Cx<'_>,
) -> Option<Fix> {
    let is_mark = matches!(
        problem.kind,
        DockerConfigProblemKind::NotJson(SyntaxErrorKind::ByteOrderMark)
    );
    let is_file = document.holder.is_none();
    let place = Place {
        file: cx.file_id,
        span: problem.span,
    };
    (is_mark && is_file).then(|| Fix {
        title: "Remove the byte order mark".to_owned(),
        safety: Safety::Safe,
        edits: vec![Edit {
            place,
            content: String::new(),
        }],
    })
}

/// What to do about a document that is no JSON object; `None` of a problem of another rule.
fn help(problem: &DockerConfigProblem) -> Option<&'static str> {
    match problem.kind {
        DockerConfigProblemKind::NotJson(_) => Some(
            "write JSON to the letter: no comments, no comma before a closing bracket, nothing behind it",
        ),
        DockerConfigProblemKind::NotAnObject => {
            Some("write an object: `{\"auths\": {\"registry.example\": {…}}}`")
        }
        _ => None,
    }
}

/// Text that podwright can read and Go's JSON decoder cannot.
fn is_utf16(document: &DockerDocument, cx: &Cx<'_>) -> bool {
    let mut problems = cx.file().problems.iter();
    document.holder.is_none()
        && problems.any(|problem| {
            matches!(
                problem.kind,
                TextProblemKind::Utf16
                    | TextProblemKind::Utf16WithoutMark
                    | TextProblemKind::InvalidUtf16
            )
        })
}
