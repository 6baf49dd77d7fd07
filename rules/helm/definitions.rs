use podwright_cluster::workspace::{ChartRelease, NoticeKind, Render};
use podwright_rule::{RuleContext, declare_rules};

declare_rules! {
    hooks: { release: check },
    HELM_CRD_TEMPLATED {
        name: "helm-crd-templated",
        summary: "file in `crds/` has template syntax",
        severity: Error,
        since: "0.1.0",
    }
}

fn check(render: &Render, _: &ChartRelease, cx: &mut RuleContext<'_>) {
    let Some(rendered) = super::rendered(render) else {
        return;
    };
    for notice in &rendered.notices {
        if notice.kind == NoticeKind::TemplatedDefinition {
            cx.as_rule(&HELM_CRD_TEMPLATED)
                .report_build(render, notice.place, "helm does not render files in `crds/`")
                .note("the action is applied as it is written, and the API server or the YAML parser rejects it")
                .help("move the file to `templates/`, or write the value itself");
        }
    }
}
