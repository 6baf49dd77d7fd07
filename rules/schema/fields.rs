//! Fields that an object cannot have.

use super::{range, rename};
use crate::precedence::is_left_to_another_rule;
use podwright_rule::{Applicability, RuleContext, declare_rules};
use podwright_schema::{Guess, Problem, ProblemKind, Releases};

declare_rules! {
    hooks: { problem: check },
    FIELD_CASE_MISMATCH {
        name: "field-case-mismatch",
        summary: "field name has the wrong case",
        severity: Error,
        since: "0.1.0",
    }
    FIELD_NOT_AVAILABLE_IN_VERSION {
        name: "field-not-available-in-version",
        summary: "field is not available in the target Kubernetes version",
        severity: Error,
        since: "0.1.0",
    }
    UNKNOWN_FIELD {
        name: "unknown-field",
        summary: "unknown field",
        severity: Error,
        since: "0.1.0",
    }
}

/// What happens to a field that the API server does not know.
const DROPPED: &str = "so the API server rejects the object with `strict decoding error: unknown field`; for other \
                       clients it silently drops the field";

fn check(problem: &Problem<'_>, cx: &mut RuleContext<'_>) {
    let node = problem.node;
    match &problem.kind {
        ProblemKind::UnknownField {
            mapping,
            name,
            of,
            guess,
        } => {
            if is_left_to_another_rule(&UNKNOWN_FIELD, &format!("{of}.{name}")) {
                return;
            }
            let (help, fix) = match guess {
                Some(Guess::Name(near)) => (
                    format!("use `{near}`"),
                    rename(*mapping, node, near, Applicability::Unsafe, cx),
                ),
                Some(Guess::Path(path)) => (
                    format!("check the indentation: the field exists at `{path}`"),
                    None,
                ),
                None => ("remove the field".to_owned(), None),
            };
            cx.as_rule(&UNKNOWN_FIELD)
                .report(node, format!("unknown field `{name}` in `{of}`"))
                .note(format!("kubectl requests strict validation, {DROPPED}"))
                .help(help)
                .fix(fix);
        }
        ProblemKind::FieldCase {
            mapping,
            name,
            right,
        } => {
            let fix = rename(*mapping, node, right, Applicability::Safe, cx);
            cx.as_rule(&FIELD_CASE_MISMATCH)
                .report(node, format!("field `{name}` must be written `{right}`"))
                .note(format!(
                    "field names are case-sensitive; kubectl requests strict validation, {DROPPED}"
                ))
                .help(format!("use `{right}`"))
                .fix(fix);
        }
        ProblemKind::FieldNotAvailable(releases) => not_available(problem, *releases, cx),
        _ => {}
    }
}

fn not_available(problem: &Problem<'_>, releases: Releases, cx: &mut RuleContext<'_>) {
    let (field, asked) = (problem.field, cx.versions);
    if is_left_to_another_rule(&FIELD_NOT_AVAILABLE_IN_VERSION, field) {
        return;
    }
    let (message, help) = match (releases.began_in(), releases.ended_in()) {
        (Some(since), _) if !asked.all_since(since) => (
            format!("field `{field}` requires Kubernetes {since} or later"),
            "remove the field, or drop support for older clusters: the manifests target Kubernetes",
        ),
        (_, Some(removed)) if asked.any_since(removed) => (
            format!(
                "field `{field}` is not available after Kubernetes {}",
                removed.before()
            ),
            "remove the field: the manifests target Kubernetes",
        ),
        _ => return,
    };
    cx.as_rule(&FIELD_NOT_AVAILABLE_IN_VERSION)
        .report(problem.node, message)
        .note(
            "API servers without this field reject the object that kubectl sends, with `strict decoding error: unknown \
             field`; for other clients they silently drop the field",
        )
        .help(format!("{help} {}", range(asked)));
}
