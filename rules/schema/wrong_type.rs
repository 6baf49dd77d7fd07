use super::{must_be, raw, subject};
use podwright_rule::finding::Applicability;
use podwright_rule::{RuleContext, declare_rule};
use podwright_schema::{Expected, Found, Problem, ProblemKind};
use podwright_syntax::Scalar;

declare_rule! {
    name: "wrong-type",
    summary: "value has the wrong type",
    severity: Error,
    since: "0.1.0",
    hooks: { problem: check },
}

fn check(problem: &Problem<'_>, cx: &mut RuleContext<'_>) {
    if problem.is_shape_of_pull_secrets() {
        return;
    }
    match &problem.kind {
        ProblemKind::WrongType { expected, found } => wrong(problem, *expected, *found, cx),
        ProblemKind::NotBase64(error) => {
            let what = subject(problem, cx);
            cx.report(problem.node, format!("{what} is not base64: {error}"))
                .note("the API server cannot decode the object: `illegal base64 data`")
                .help("encode the value, for example with `base64 -w0`");
        }
        _ => {}
    }
}

fn wrong(problem: &Problem<'_>, expected: Expected, found: Found, cx: &mut RuleContext<'_>) {
    let what = subject(problem, cx);
    let message = match (expected, found) {
        (Expected::Integer(32), Found::Integer) => {
            format!("{what} is out of range for a 32-bit integer")
        }
        (Expected::Integer(_), Found::Integer) => {
            format!("{what} is out of range for a 64-bit integer")
        }
        _ => format!("{what} must be {expected}, not {found}"),
    };
    let truth = match cx.tree().scalar(problem.node) {
        Scalar::Str(text) if expected == Expected::Boolean => match &*text {
            "true" | "false" => Some(text.into_owned()),
            _ => None,
        },
        _ => None,
    };
    let fix = truth
        .as_deref()
        .and_then(|word| raw(problem.node, word, Applicability::Safe, cx));
    let help = match &truth {
        Some(word) => format!("remove the quotes: `{word}`"),
        None => format!("use {expected}"),
    };
    let refusal = must_be(problem, expected, found, cx).unwrap_or_else(|| {
        "the API server cannot decode the object and rejects it (400, `cannot unmarshal`)"
            .to_owned()
    });
    // A list or mapping may span many lines, so report at its key.
    match found {
        Found::List | Found::Mapping => cx.report_missing(problem.node, message),
        _ => cx.report(problem.node, message),
    }
    .note(refusal)
    .help(help)
    .fix(fix);
}
