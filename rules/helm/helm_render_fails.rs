use podwright_cluster::workspace::{ChartRelease, ProblemKind, Render, ValuesSet};
use podwright_rule::finding::Severity;
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "helm-render-fails",
    summary: "Helm cannot render the chart",
    severity: Error,
    since: "0.1.0",
    hooks: { release: check },
}

fn check(render: &Render, release: &ChartRelease, cx: &mut RuleContext<'_>) {
    let problems = match &render.result {
        Ok(rendered) => rendered.problems.iter(),
        Err(error) => {
            let place = cx.workspace.editable(render, error.place);
            let finding = cx.report_build(render, place, error.message.clone());
            finding.note(note(release));
            return;
        }
    };
    for problem in problems {
        let error = &problem.error;
        let asks_for_values = matches!(problem.kind, ProblemKind::Required | ProblemKind::Fail);
        // Nobody edits a chart of others.
        let place = cx.workspace.editable(render, error.place);
        let finding = cx.report_build(render, place, error.message.clone());
        finding.note(note(release));
        if place != error.place {
            finding.related(error.place, "the chart stops here");
        }
        for &entry in error.through.iter().rev().take(4) {
            if entry != error.place {
                finding.related(entry, "this call leads to it");
            }
        }
        match release.values {
            // Whoever installs the chart gives values.
            ValuesSet::Defaults if asks_for_values => _ = finding.at_most(Severity::Info),
            ValuesSet::Defaults => _ = finding.at_most(Severity::Warning),
            _ => {}
        }
    }
}

fn note(release: &ChartRelease) -> &'static str {
    match release.values {
        ValuesSet::Asked => "the controller cannot install or upgrade the release",
        _ => "`helm install` and `helm template` stop with this error",
    }
}
