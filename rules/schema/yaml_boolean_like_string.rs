use super::{must_be, quote, subject};
use podwright_rule::finding::Applicability;
use podwright_rule::{Rule, RuleContext, declare_rule};
use podwright_schema::{Expected, Found, Problem, ProblemKind};

declare_rule! {
    YamlBooleanLikeString {
        name: "yaml-boolean-like-string",
        summary: "unquoted YAML boolean in a string field",
        severity: Error,
        since: "0.1.0",
    }
}

impl Rule for YamlBooleanLikeString {
    fn problem(&self, problem: &Problem<'_>, cx: &mut RuleContext<'_>) {
        let ProblemKind::BooleanLike(value) = problem.kind else {
            return;
        };
        let written = cx.tree().source_text(problem.node).to_owned();
        let fix = quote(problem.node, Applicability::Safe, cx);
        let what = subject(problem, cx);
        let refusal = must_be(problem, Expected::Text, Found::Boolean, cx).unwrap_or_else(|| {
            "the API server rejects the object (400, `cannot unmarshal bool`)".to_owned()
        });
        let finding = cx.report(
            problem.node,
            format!("{what} must be a string, but YAML reads `{written}` as `{value}`"),
        );
        finding
            .note(format!(
                "Kubernetes uses YAML 1.1, where `y`, `n`, `yes`, `no`, `on` and `off` are also booleans: {refusal}"
            ))
            .help("quote the value");
        finding.fixes.extend(fix);
    }
}
