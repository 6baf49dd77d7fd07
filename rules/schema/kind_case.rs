use podwright_rule::finding::Applicability;
use podwright_rule::{Rule, RuleContext, declare_rule};
use podwright_schema::{Problem, ProblemKind};

declare_rule! {
    KindCase {
        name: "kind-case",
        summary: "kind or API version has the wrong case",
        severity: Error,
        since: "0.1.0",
    }
}

impl Rule for KindCase {
    fn problem(&self, problem: &Problem<'_>, cx: &mut RuleContext<'_>) {
        let ProblemKind::KindCase(right) = &problem.kind else {
            return;
        };
        let fix = cx.replace(problem.node, right, Applicability::Safe);
        let is_anchored = cx.tree().is_anchored(problem.node);
        let written = cx.tree().decoded(problem.node).into_owned();
        let finding = cx.report(
            problem.node,
            format!("`{written}` must be written `{right}`"),
        );
        finding
            .note("`kind` and `apiVersion` are case-sensitive: kubectl fails with `no matches for kind`")
            .help(format!("use `{right}`"));
        finding.fixes.extend(Some(fix).filter(|_| !is_anchored));
    }
}
