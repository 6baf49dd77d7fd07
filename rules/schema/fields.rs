//! Fields that an object cannot have.

use super::meant::{self, Suggestion};
use super::{range, rename};
use crate::precedence::is_left_to_another_rule;
use podwright_rule::{Applicability, RuleContext, declare_rules};
use podwright_schema::{Gate, Problem, ProblemKind, Releases};

declare_rules! {
    hooks: { problem: check },
    FEATURE_GATE_OFF {
        name: "feature-gate-off",
        summary: "field is dropped because its feature gate is off by default",
        severity: Warning,
        since: "0.1.0",
    }
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
        ProblemKind::UnknownField { mapping, name, of } => {
            if is_left_to_another_rule(&UNKNOWN_FIELD, &format!("{of}.{name}")) {
                return;
            }
            let Suggestion { help, fix, note } = meant::suggestion(*mapping, node, cx);
            cx.as_rule(&UNKNOWN_FIELD)
                .report(node, format!("unknown field `{name}` in `{of}`"))
                .note(format!("kubectl requests strict validation, {DROPPED}"))
                .help(help)
                .fix(fix)
                .notes
                .extend(note);
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
        ProblemKind::FieldDropped(gate) => dropped(problem, *gate, cx),
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
            "do without the field, or set newer releases as the target: the manifests target Kubernetes",
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

fn dropped(problem: &Problem<'_>, gate: Gate, cx: &mut RuleContext<'_>) {
    let field = problem.field;
    if is_left_to_another_rule(&FEATURE_GATE_OFF, field) {
        return;
    }
    let name = gate.name;
    let dropping = Releases::ALL.without(gate.kept);
    let since = dropping.ended_in();
    let message = match since {
        Some(_) if dropping.began_in().is_some() => {
            format!(
                "field `{field}` is dropped in Kubernetes {}",
                dropping.listed()
            )
        }
        Some(since) => format!("field `{field}` is dropped before Kubernetes {since}"),
        None => format!("field `{field}` is dropped by default"),
    };
    let newer = since.map_or_else(String::new, |since| {
        format!(", or require Kubernetes {since} and set it as the target")
    });
    cx.as_rule(&FEATURE_GATE_OFF)
        .report(problem.node, message)
        .note(format!(
            "the feature gate `{name}` is off by default; the API server accepts the object without the field, and does \
             not say so"
        ))
        .help(format!(
            "remove the field{newer}; if the clusters turn `{name}` on, ignore this rule"
        ));
}
