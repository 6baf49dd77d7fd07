use podwright_model::DockerDocument;
use podwright_model::docker_config::{DockerConfigProblem, DockerConfigProblemKind};
use podwright_rule::{Applicability, Finding, Fix, RuleContext, declare_rule};
use podwright_syntax::SyntaxErrorKind;
use podwright_syntax::text::{Span, TextProblemKind};

declare_rule! {
    name: "dockerconfig-invalid-json",
    summary: "docker config is not a JSON object",
    severity: Error,
    since: "0.1.0",
    hooks: { docker_config: check },
}

fn check(document: &DockerDocument, cx: &mut RuleContext<'_>) {
    if is_utf16(document, cx) {
        let message = "docker config is not valid JSON: the file is encoded as UTF-16";
        report(document, Span::at(0), message, "save it as UTF-8", cx);
        return;
    }
    // `pull-secret-double-base64` reports this.
    if document.is_encoded_once_more(cx.tree()) {
        return;
    }
    // Report only the first error; later ones are usually caused by it.
    let mut problems = document.config.problems.iter();
    if let Some((problem, help)) = problems.find_map(|problem| Some((problem, help(problem)?))) {
        let fix = without_mark(document, problem, cx);
        let finding = report(document, problem.span, &problem.to_string(), help, cx);
        finding.fix(fix);
    }
}

fn report<'c>(
    document: &DockerDocument,
    at: Span,
    message: &str,
    help: &str,
    cx: &'c mut RuleContext<'_>,
) -> &'c mut Finding {
    let note = match document.holder {
        Some(_) => "the API server rejects the Secret (422): the value must be a JSON object",
        None => {
            "the kubelet silently skips the file, uses the next one in its search path, and may pull without \
             credentials"
        }
    };
    cx.report_docker(document, at, "", message)
        .note(note)
        .help(help)
}

/// Returns a fix that removes a byte order mark. Other errors have no automatic fix, because the intended content is
/// unknown.
fn without_mark(
    document: &DockerDocument,
    problem: &DockerConfigProblem,
    cx: &RuleContext<'_>,
) -> Option<Fix> {
    let is_mark = matches!(
        problem.kind,
        DockerConfigProblemKind::NotJson(SyntaxErrorKind::ByteOrderMark)
    );
    let is_file = document.holder.is_none();
    let edit = (problem.span, "");
    (is_mark && is_file).then(|| cx.fix("Remove the byte order mark", Applicability::Safe, [edit]))
}

/// Returns the help for a document that is not a JSON object, or `None` if another rule reports the problem.
fn help(problem: &DockerConfigProblem) -> Option<&'static str> {
    match problem.kind {
        DockerConfigProblemKind::NotJson(_) => Some(
            "use strict JSON: no comments, no trailing commas, and nothing after the closing brace",
        ),
        DockerConfigProblemKind::NotAnObject => {
            Some("use an object: `{\"auths\": {\"registry.example\": {…}}}`")
        }
        _ => None,
    }
}

/// Returns whether the file is UTF-16, which podwright can read but Go's JSON decoder cannot.
fn is_utf16(document: &DockerDocument, cx: &RuleContext<'_>) -> bool {
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
