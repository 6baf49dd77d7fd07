use super::raw;
use podwright_rule::finding::Applicability;
use podwright_rule::{Rule, RuleContext, declare_rule};
use podwright_schema::{Problem, ProblemKind};

declare_rule! {
    YamlOctalSurprise {
        name: "yaml-octal-surprise",
        summary: "number with a leading 0 is octal",
        severity: Warning,
        since: "0.1.0",
    }
}

impl Rule for YamlOctalSurprise {
    fn problem(&self, problem: &Problem<'_>, cx: &mut RuleContext<'_>) {
        let ProblemKind::Octal(value, decimal) = problem.kind else {
            return;
        };
        let written = cx.tree().source_text(problem.node).to_owned();
        let fix = raw(
            problem.node,
            &decimal.to_string(),
            Applicability::Unsafe,
            cx,
        );
        let finding = cx.report(
            problem.node,
            format!("octal number `{written}` has the value {value}"),
        );
        finding
            .note("Kubernetes uses YAML 1.1, where a number with a leading 0 is octal")
            .help(format!(
                "use `{decimal}`, or `{value}` if the octal value is intended"
            ));
        finding.fixes.extend(fix);
    }
}
