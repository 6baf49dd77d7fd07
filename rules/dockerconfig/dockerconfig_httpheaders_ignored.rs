use super::{is_json, is_loose, poison_note, root};
use podwright_model::{DockerDocument, docker_config::DockerConfigProblemKind};
use podwright_rule::{Applicability, Fix, RuleContext, Severity, declare_rule};

declare_rule! {
    name: "dockerconfig-httpheaders-ignored",
    summary: "the kubelet does not send the headers in `HttpHeaders`",
    severity: Error,
    since: "0.1.0",
    hooks: { docker_config: check },
}

fn check(document: &DockerDocument, cx: &mut RuleContext<'_>) {
    let Some(key) = document.config.http_headers.filter(|_| is_json(document)) else {
        return;
    };
    let mut problems = document.config.problems.iter();
    let problem = problems.find(|problem| problem.kind == DockerConfigProblemKind::HttpHeaders);
    let fix = without(document, cx);
    if let Some(problem) = problem {
        cx.report_docker(
            document,
            problem.span,
            &problem.json_path,
            problem.to_string(),
        )
        .note(poison_note(document))
        .note(UNUSED)
        .help("remove `HttpHeaders`, unless Docker also uses the file")
        .fix(fix);
        return;
    }
    let tree = document.tree(cx.tree());
    let entry =
        root(document, cx).and_then(|root| tree.entries(root).find(|entry| entry.key == key));
    let names = entry
        .into_iter()
        .flat_map(|entry| tree.entries(entry.value));
    // Docker itself wrote this header into every file for years.
    let is_only_dockers = names
        .map(|name| tree.decoded(name.key))
        .all(|name| name.eq_ignore_ascii_case("user-agent"));
    let span = tree.span(key);
    let level = if is_only_dockers || is_loose(document, cx) {
        Severity::Info
    } else {
        Severity::Warning
    };
    cx.report_docker(
        document,
        span,
        "HttpHeaders",
        "the kubelet does not send these headers",
    )
    .at_most(level)
    .note(UNUSED)
    .help("remove `HttpHeaders`, unless Docker also uses the file")
    .fix(fix);
}

const UNUSED: &str = "the kubelet decodes `HttpHeaders` but never uses them, contrary to the Kubernetes documentation";

fn without(document: &DockerDocument, cx: &RuleContext<'_>) -> Option<Fix> {
    let tree = document.tree(cx.tree());
    let root = root(document, cx)?;
    let key = document.config.http_headers?;
    let span = tree.delete_entry(root, &tree.decoded(key))?;
    Some(Fix {
        title: "Remove `HttpHeaders`".to_owned(),
        safety: Applicability::Manual,
        edits: vec![cx.edit_docker(document, span, "")?],
    })
}
