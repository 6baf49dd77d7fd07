use super::{must_be, quote, subject};
use podwright_rule::finding::Applicability;
use podwright_rule::{Rule, RuleContext, declare_rule};
use podwright_schema::{Expected, Found, Problem, ProblemKind};

declare_rule! {
    YamlNumberLikeString {
        name: "yaml-number-like-string",
        summary: "unquoted number in a string field",
        severity: Error,
        since: "0.1.0",
    }
}

impl Rule for YamlNumberLikeString {
    fn problem(&self, problem: &Problem<'_>, cx: &mut RuleContext<'_>) {
        if problem.kind != ProblemKind::NumberLike {
            return;
        }
        let written = cx.tree().source_text(problem.node).to_owned();
        let fix = quote(problem.node, Applicability::Safe, cx);
        let what = subject(problem, cx);
        let refusal = must_be(problem, Expected::Text, Found::Integer, cx);
        let finding = cx.report(
            problem.node,
            format!("{what} must be a string, but `{written}` is a number"),
        );
        finding
            .note(refusal.as_deref().unwrap_or(
                "the API server cannot decode the object and rejects it (400, `cannot unmarshal number`)",
            ))
            .help("quote the value");
        finding.fixes.extend(fix);
    }
}
