use super::subject;
use podwright_rule::finding::Applicability;
use podwright_rule::{Rule, RuleContext, declare_rule};
use podwright_schema::{Problem, ProblemKind};
use podwright_syntax::Scalar;
use podwright_syntax::text::did_you_mean;

declare_rule! {
    EnumValueInvalid {
        name: "enum-value-invalid",
        summary: "value is not one of the allowed values",
        severity: Error,
        since: "0.1.0",
    }
}

impl Rule for EnumValueInvalid {
    fn problem(&self, problem: &Problem<'_>, cx: &mut RuleContext<'_>) {
        let ProblemKind::Value(values) = &problem.kind else {
            return;
        };
        if OF_OTHER_RULES.contains(&problem.field) {
            return;
        }
        let tree = cx.tree();
        let kind = tree.kind(problem.node);
        let (value, is_text) = match tree.scalar(problem.node) {
            Scalar::Str(value) => (value, true),
            // The enum of a custom resource may list values of any type.
            _ if kind.is_scalar() => (tree.source_text(problem.node).into(), false),
            _ => ("an unsupported value".into(), false),
        };
        let same = values
            .iter()
            .find(|own| own.eq_ignore_ascii_case(value.trim()));
        let near = same
            .copied()
            .or_else(|| did_you_mean(&value, values.iter().copied()))
            .filter(|_| is_text);
        let safety = if same.is_some() {
            Applicability::Safe
        } else {
            Applicability::Unsafe
        };
        let fix = near
            .filter(|_| !cx.tree().is_anchored(problem.node))
            .map(|near| cx.replace(problem.node, near, safety));
        let help = match near {
            Some(near) => format!("use `{near}`"),
            None => format!("use one of {}", quoted(values)),
        };
        let what = subject(problem, cx);
        let finding = if kind.is_scalar() {
            cx.report(problem.node, format!("invalid value `{value}` for {what}"))
        } else {
            cx.report_missing(problem.node, format!("{what} has {value}"))
        };
        finding
            .note(format!(
                "the API server rejects the object (422, `Unsupported value`); supported values: {}",
                quoted(values)
            ))
            .help(help);
        finding.fixes.extend(fix);
    }
}

/// Fields that more specific rules check.
const OF_OTHER_RULES: [&str; 1] = ["imagePullPolicy"];

fn quoted(values: &[&str]) -> String {
    let values: Vec<String> = values.iter().map(|value| format!("`{value}`")).collect();
    values.join(", ")
}
