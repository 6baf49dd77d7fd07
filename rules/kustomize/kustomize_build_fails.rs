use podwright_cluster::workspace::{ProblemKind, Render, Rendered, Skipped};
use podwright_rule::finding::Severity;
use podwright_rule::{RuleContext, declare_rule};
use podwright_syntax::text::Location;

declare_rule! {
    name: "kustomize-build-fails",
    summary: "kustomize cannot build the kustomization",
    severity: Error,
    since: "0.1.0",
    hooks: { build: check },
}

/// Most entries on the way to the error that are shown.
const MAX_WAY: usize = 4;

fn check(render: &Render, cx: &mut RuleContext<'_>) {
    let error = match &render.result {
        Err(error) if render.is_kustomization() => error,
        Err(_) => return,
        Ok(rendered) => return charts(render, rendered, cx),
    };
    let is_template = |file| cx.workspace.file(file).skipped == Some(Skipped::HelmTemplate);
    let way = std::iter::once(&error.place).chain(&error.through);
    let flux = render.applied_by_flux();
    // Flux builds before it replaces variables.
    let is_filled_in = |at: Location| flux.is_none() && super::has_placeholder(cx.workspace, at);
    if flux.is_some_and(|apply| apply.may_leave_out_files)
        || way
            .clone()
            .any(|at| is_template(at.file) || is_filled_in(*at))
    {
        return;
    }
    // `yaml-syntax` reports it, in more words.
    let file = cx.workspace.file(error.place.file);
    let mut syntax_errors = file.tree.errors().iter();
    if file.skipped.is_none() && syntax_errors.any(|one| one.span == error.place.span) {
        return;
    }
    let directory = cx.workspace.file(render.root).directory();
    let directory = if directory.is_empty() { "." } else { directory };
    let help = error.help.clone().unwrap_or_else(|| match flux {
        Some(_) => "correct it, so that Flux can apply the directory".to_owned(),
        None => format!("correct it; `podwright render {directory}` shows the result of the build"),
    });
    let near = error.near.as_deref();
    let meant = near.map(|(written, meant)| cx.suggest_at(error.place, written, meant));
    let finding = cx.report_build(render, error.place, error.message.clone());
    if error.is_limit {
        finding
            .at_most(Severity::Warning)
            .note("podwright stops here, and does not check the kustomization; kustomize may go on")
            .help(help);
        return;
    }
    finding.note(match flux {
        Some(apply) => format!(
            "Flux stops with this error, so that nothing of Kustomization `{}` is applied",
            apply.name
        ),
        None => {
            "`kustomize build` stops with this error, so that nothing of the kustomization is applied"
                .to_owned()
        }
    });
    finding.help(help).meant_as_well(meant);
    if let Some(patch) = error.related {
        finding.related(patch, "the patch names its object here");
    }
    for &entry in error.through.iter().rev().take(MAX_WAY) {
        if entry != error.place {
            finding.related(entry, "this entry leads to it");
        }
    }
}

/// What stops helm in the charts of the kustomization.
fn charts(render: &Render, rendered: &Rendered, cx: &mut RuleContext<'_>) {
    if !rendered.has_charts() {
        return;
    }
    for problem in &rendered.problems {
        let error = &problem.error;
        let finding = cx.report_build(render, error.place, error.message.clone());
        finding.note(
            "`kustomize build --enable-helm` stops with this error of helm, so that nothing of the kustomization is \
             applied",
        );
        for &entry in error.through.iter().rev().take(MAX_WAY) {
            if entry != error.place {
                finding.related(entry, "this call leads to it");
            }
        }
        // Another version may be given on the command line.
        if problem.kind == ProblemKind::KubernetesVersion {
            finding.at_most(Severity::Warning);
        }
    }
}
