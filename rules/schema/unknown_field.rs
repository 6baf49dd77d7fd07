use super::rename;
use podwright_rule::finding::Applicability;
use podwright_rule::{RuleContext, declare_rule};
use podwright_schema::{Guess, Problem, ProblemKind};

declare_rule! {
    name: "unknown-field",
    summary: "unknown field",
    severity: Error,
    since: "0.1.0",
    hooks: { problem: check },
}

fn check(problem: &Problem<'_>, cx: &mut RuleContext<'_>) {
    let ProblemKind::UnknownField {
        mapping,
        name,
        of,
        guess,
    } = &problem.kind
    else {
        return;
    };
    let is_told =
        |(other, field): &(&str, &str)| other == of && (field.is_empty() || field == name);
    if OF_OTHER_RULES.iter().any(is_told) {
        return;
    }
    let fix = match guess {
        Some(Guess::Name(near)) => rename(*mapping, problem.node, near, Applicability::Unsafe, cx),
        _ => None,
    };
    let help = match guess {
        Some(Guess::Name(near)) => format!("use `{near}`"),
        Some(Guess::Path(path)) => {
            format!("check the indentation: the field exists at `{path}`")
        }
        None => "remove the field".to_owned(),
    };
    cx.report(problem.node, format!("unknown field `{name}` in `{of}`"))
        .note(
            "kubectl requests strict validation, so the API server rejects the object with `strict decoding error: \
             unknown field`; for other clients it silently drops the field",
        )
        .help(help).fix(fix);
}

/// Types and fields that more specific rules check; an empty field name stands for every field of the type.
const OF_OTHER_RULES: [(&str, &str); 2] = [("LocalObjectReference", "namespace"), ("Overhead", "")];
