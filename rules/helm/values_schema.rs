use podwright_cluster::workspace::{ChartRelease, Problem, ProblemKind, Render};
use podwright_rule::finding::Severity;
use podwright_rule::{RuleContext, declare_rules};

declare_rules! {
    hooks: { release: check },
    HELM_SCHEMA_REJECTS_VALUES {
        name: "helm-schema-rejects-values",
        summary: "`values.schema.json` rejects the values",
        severity: Error,
        since: "0.1.0",
    }
    HELM_SCHEMA_INVALID {
        name: "helm-schema-invalid",
        summary: "`values.schema.json` is not a valid schema",
        severity: Error,
        since: "0.1.0",
    }
}

fn check(render: &Render, release: &ChartRelease, cx: &mut RuleContext<'_>) {
    let Some(rendered) = super::rendered(render) else {
        return;
    };
    for problem in &rendered.problems {
        match problem.kind {
            ProblemKind::Schema => rejects(problem, render, release, cx),
            ProblemKind::InvalidSchema => invalid(problem, render, cx),
            ProblemKind::RemoteSchema => remote(problem, render, cx),
            _ => {}
        }
    }
}

fn rejects(problem: &Problem, render: &Render, release: &ChartRelease, cx: &mut RuleContext<'_>) {
    if super::is_solved_by_values(problem, render, release, cx) {
        return;
    }
    let error = &problem.error;
    let is_missing = error.message.contains("missing property");
    let help = error.help.clone();
    let help = help.unwrap_or_else(|| match is_missing {
        true => "add the property to the values".to_owned(),
        false => "correct the value, or the schema if it is wrong".to_owned(),
    });
    let near = error.near.as_deref();
    let meant = near.map(|(written, meant)| cx.suggest_at(error.place, written, meant));
    let finding = cx.as_rule(&HELM_SCHEMA_REJECTS_VALUES).report_build(
        render,
        error.place,
        error.message.clone(),
    );
    finding
        .note("helm stops with `values don't meet the specifications of the schema(s)`")
        .help(help)
        .meant_as_well(meant)
        .at_most(super::ceiling(release, is_missing));
    if let Some(schema) = error
        .related
        .filter(|schema| schema.file != error.place.file)
    {
        finding.related(schema, "the schema");
    }
}

fn invalid(problem: &Problem, render: &Render, cx: &mut RuleContext<'_>) {
    let error = &problem.error;
    cx.as_rule(&HELM_SCHEMA_INVALID)
        .report_build(render, error.place, error.message.clone())
        .note("helm compiles the schema before it checks the values, and stops")
        .help("correct the schema, or remove the file");
}

fn remote(problem: &Problem, render: &Render, cx: &mut RuleContext<'_>) {
    let error = &problem.error;
    cx.as_rule(&HELM_SCHEMA_INVALID)
        .report_build(render, error.place, "the schema needs one from another machine")
        .note("helm fetches it each time, and stops if it cannot; podwright does not check the values")
        .help("copy the definitions that are used into `$defs` of this schema")
        .at_most(Severity::Info);
}
