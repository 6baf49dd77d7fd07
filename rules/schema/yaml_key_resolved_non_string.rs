use super::quote;
use podwright_rule::finding::Applicability;
use podwright_rule::{Rule, RuleContext, declare_rule};
use podwright_schema::{Problem, ProblemKind};

declare_rule! {
    YamlKeyResolvedNonString {
        name: "yaml-key-resolved-non-string",
        summary: "unquoted key is converted to a different string",
        severity: Warning,
        since: "0.1.0",
    }
}

impl Rule for YamlKeyResolvedNonString {
    fn problem(&self, problem: &Problem<'_>, cx: &mut RuleContext<'_>) {
        let ProblemKind::KeyNotText(becomes) = &problem.kind else {
            return;
        };
        let written = cx.tree().source_text(problem.node).to_owned();
        let fix = quote(problem.node, Applicability::Unsafe, cx);
        let finding = cx.report(
            problem.node,
            format!("unquoted key `{written}` becomes `{becomes}`"),
        );
        finding
            .note("YAML reads the key as a boolean or a number, and kubectl converts that to a string")
            .help(format!("quote the key: `\"{written}\"`"));
        finding.fixes.extend(fix);
    }
}
