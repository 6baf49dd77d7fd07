use podwright_cluster::workspace::Render;
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "kustomize-file-outside-root",
    summary: "file is outside of the directory of the kustomization",
    severity: Warning,
    since: "0.1.0",
    hooks: { build: check },
}

fn check(render: &Render, cx: &mut RuleContext<'_>) {
    let Ok(rendered) = &render.result else {
        return;
    };
    if render.is_applied_by_flux {
        return;
    }
    for &place in &rendered.outside {
        cx.report_build(
            render,
            place,
            "the file is outside of the directory of the kustomization",
        )
        .note(
            "`kustomize build` and `kubectl apply -k` refuse such files (`security; file … is not in or below …`), \
             unless they run with `--load-restrictor LoadRestrictionsNone`; Flux reads them, Argo CD only with this \
             option",
        )
        .help("move the file into the directory, or make its directory a kustomization and list that in `resources`");
    }
}
