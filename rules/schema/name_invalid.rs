use super::subject;
use podwright_rule::{RuleContext, declare_rule};
use podwright_schema::{NameKind, Problem, ProblemKind};
use podwright_syntax::Scalar;

declare_rule! {
    name: "name-invalid",
    summary: "invalid name for the field",
    severity: Error,
    since: "0.1.0",
    hooks: { problem: check },
}

fn check(problem: &Problem<'_>, cx: &mut RuleContext<'_>) {
    let ProblemKind::NotName(kind, error) = &problem.kind else {
        return;
    };
    let Scalar::Str(text) = cx.tree().scalar(problem.node) else {
        return;
    };
    let (what, help) = match kind {
        NameKind::Label => (
            "RFC 1123 label",
            "use lowercase letters, digits and inner `-`, at most 63 characters",
        ),
        NameKind::Subdomain => (
            "RFC 1123 subdomain",
            "use lowercase letters, digits, and inner `-` and `.`, at most 253 characters",
        ),
        NameKind::Qualified => (
            "label key",
            "use letters, digits, and inner `-`, `_` and `.`, at most 63 characters, with an optional prefix of a DNS \
             subdomain and `/`",
        ),
        NameKind::Port => (
            "port name",
            "use lowercase letters, digits and single inner `-`, at least one letter and at most 15 characters",
        ),
        NameKind::Header => ("header name", "use letters, digits and `-`"),
        NameKind::Key => (
            "ConfigMap or Secret key",
            "use letters, digits, `-`, `_` and `.`, and do not start with `..`",
        ),
        NameKind::Variable => (
            "environment variable prefix",
            "use printable ASCII characters except `=`",
        ),
    };
    let subject = subject(problem, cx);
    let message = format!("{subject} is not a valid {what}: `{text}` {}", error.kind);
    cx.report_within(problem.node, error.at.clone(), message)
        .note("the API server rejects the object (422, `Invalid value`)")
        .help(help);
}
