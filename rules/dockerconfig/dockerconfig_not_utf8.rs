use super::{entries, is_json};
use podwright_model::{DockerDocument, docker_config::CredentialField};
use podwright_rule::{RuleContext, Severity, declare_rule};
use podwright_syntax::NodeId;
use podwright_syntax::text::{Span, TextProblem, TextProblemKind};

declare_rule! {
    name: "dockerconfig-not-utf8",
    summary: "docker config is not valid UTF-8",
    severity: Error,
    since: "0.1.0",
    hooks: { docker_config: check },
}

fn check(document: &DockerDocument, cx: &mut RuleContext<'_>) {
    if !is_json(document) {
        return;
    }
    let is_lost = |problem: &&TextProblem| problem.kind == TextProblemKind::InvalidUtf8;
    let lost: Vec<Span> = match document.holder {
        Some(_) => Vec::new(),
        None => cx
            .file()
            .problems
            .iter()
            .filter(is_lost)
            .map(|problem| problem.span)
            .collect(),
    };
    if lost.is_empty() && !document.is_lossy {
        return;
    }
    let tree = document.tree(cx.tree());
    let is_spoilt = |node: NodeId| match document.holder {
        Some(_) => tree.decoded(node).contains(char::REPLACEMENT_CHARACTER),
        None => lost.iter().any(|&lost| tree.span(node).contains(lost)),
    };
    let spoilt = entries(document).find(|entry| {
        let mut fields = entry
            .fields
            .iter()
            .filter(|(field, _)| *field != CredentialField::Email);
        is_spoilt(entry.key) || fields.any(|(_, value)| is_spoilt(*value))
    });
    let (message, level) = match spoilt {
        Some(entry) => (
            format!("credential of `{}` contains invalid UTF-8", entry.registry),
            Severity::Error,
        ),
        None => (
            "docker config contains invalid UTF-8".to_owned(),
            Severity::Info,
        ),
    };
    let finding = match (document.holder, lost.first()) {
        (None, Some(&span)) => cx.report_span(span, message),
        _ => cx.report_docker(document, tree.span(tree.documents()[0].root), "", message),
    };
    finding
        .at_most(level)
        .note("the kubelet silently replaces invalid bytes with U+FFFD");
    if level == Severity::Error {
        finding.note("the registry receives a different user name or password, and rejects it");
    }
    finding.help("save the document as UTF-8; `auth` can encode arbitrary bytes");
}
