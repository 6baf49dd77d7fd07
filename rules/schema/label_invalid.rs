use podwright_rule::{Rule, RuleContext, declare_rule};
use podwright_schema::{Problem, ProblemKind};

declare_rule! {
    LabelInvalid {
        name: "label-invalid",
        summary: "invalid label key, label value or annotation key",
        severity: Error,
        since: "0.1.0",
    }
}

impl Rule for LabelInvalid {
    fn problem(&self, problem: &Problem<'_>, cx: &mut RuleContext<'_>) {
        let (error, is_key) = match &problem.kind {
            ProblemKind::LabelKey(error) => (error, true),
            ProblemKind::LabelValue(error) => (error, false),
            _ => return,
        };
        let tree = cx.tree();
        let text = if is_key {
            tree.key_text(problem.node).into_owned()
        } else {
            tree.decoded(problem.node).into_owned()
        };
        let what = match (is_key, problem.field) {
            (true, "annotations") => "annotation key",
            (true, _) => "label key",
            (false, _) => "label value",
        };
        let help = if is_key {
            "use letters, digits, and inner `-`, `_` and `.`, at most 63 characters, with an optional prefix of a DNS \
             subdomain and `/`"
        } else {
            "use letters, digits, and inner `-`, `_` and `.`, at most 63 characters"
        };
        let message = format!("invalid {what} `{text}`: it {}", error.kind);
        cx.report_within(problem.node, error.at.clone(), message)
            .note(format!(
                "the API server rejects the object (422, `{}: Invalid value`)",
                problem.field
            ))
            .help(help);
    }
}
