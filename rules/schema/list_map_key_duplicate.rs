use podwright_rule::finding::Severity;
use podwright_rule::{RuleContext, declare_rule};
use podwright_schema::{Problem, ProblemKind};

declare_rule! {
    name: "list-map-key-duplicate",
    summary: "list items have the same key",
    severity: Error,
    since: "0.1.0",
    hooks: { problem: check },
}

fn check(problem: &Problem<'_>, cx: &mut RuleContext<'_>) {
    let ProblemKind::DuplicateItem {
        first,
        keys,
        is_enforced,
    } = &problem.kind
    else {
        return;
    };
    let field = problem.field;
    if OF_OTHER_RULES.contains(&field) {
        return;
    }
    let place = cx.key_place(*first);
    let span = cx.tree().key_range(problem.node);
    let level = if *is_enforced {
        Severity::Error
    } else {
        Severity::Warning
    };
    let note = if *is_enforced {
        "the API server rejects the object (422, `Duplicate value`)"
    } else {
        "the API server returns a warning, and a later apply may change the wrong item"
    };
    cx.report_span_of(
        problem.node,
        span,
        if cx.tree().kind(cx.tree().resolve(problem.node)).is_mapping() {
            format!("two items of `{field}` have `{keys}`")
        } else {
            format!("two items of `{field}` are `{keys}`")
        },
    )
    .label("second item")
    .related(place, "first item")
    .at_most(level)
    .note(note)
    .help("remove one of the items, or change its key");
}

/// Lists that more specific rules check.
const OF_OTHER_RULES: [&str; 2] = ["env", "imagePullSecrets"];
