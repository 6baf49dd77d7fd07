use super::range;
use podwright_rule::{RuleContext, declare_rule};
use podwright_schema::{Problem, ProblemKind};

declare_rule! {
    name: "field-not-available-in-version",
    summary: "field is not available in the target Kubernetes version",
    severity: Error,
    since: "0.1.0",
    hooks: { problem: check },
}

fn check(problem: &Problem<'_>, cx: &mut RuleContext<'_>) {
    let ProblemKind::FieldNotAvailable(releases) = problem.kind else {
        return;
    };
    let field = problem.field;
    if OF_OTHER_RULES.contains(&field) {
        return;
    }
    let asked = cx.versions;
    let (message, help) = match (releases.began_in(), releases.ended_in()) {
        (Some(since), _) if !asked.all_since(since) => (
            format!("field `{field}` requires Kubernetes {since} or later"),
            format!(
                "remove the field, or drop support for older clusters: the manifests target Kubernetes {}",
                range(asked)
            ),
        ),
        (_, Some(removed)) if asked.any_since(removed) => (
            format!(
                "field `{field}` is not available after Kubernetes {}",
                removed.before()
            ),
            format!(
                "remove the field: the manifests target Kubernetes {}",
                range(asked)
            ),
        ),
        _ => return,
    };
    cx.report(problem.node, message)
        .note(
            "API servers without this field reject the object that kubectl sends, with `strict decoding error: unknown \
             field`; for other clients they silently drop the field",
        )
        .help(help);
}

/// Fields that more specific rules check: the image of a volume, and the handler of a hook.
const OF_OTHER_RULES: [&str; 2] = ["image", "sleep"];
