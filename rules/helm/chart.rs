use podwright_cluster::workspace::{
    BuildError, ChartRelease, NoticeKind, ProblemKind, Render, accepts_version,
};
use podwright_model::{KubernetesVersion, VersionRange};
use podwright_rule::finding::Severity;
use podwright_rule::{RuleContext, declare_rules};
use podwright_syntax::text::Location;

declare_rules! {
    hooks: { release: check },
    HELM_CHART_INVALID {
        name: "helm-chart-invalid",
        summary: "`Chart.yaml` is invalid",
        severity: Error,
        since: "0.1.0",
    }
    HELM_KUBERNETES_VERSION {
        name: "helm-kubernetes-version",
        summary: "chart does not accept the Kubernetes version",
        severity: Error,
        since: "0.1.0",
    }
    HELM_REQUIREMENTS_FILE {
        name: "helm-requirements-file",
        summary: "`requirements.yaml` in a chart of version 2",
        severity: Warning,
        since: "0.1.0",
    }
}

/// Whether nothing of a chart can be rendered because of its `Chart.yaml`, or what helm finds wrong with all of its files.
pub(super) fn is_about_chart_file(render: &Render, error: &BuildError) -> bool {
    error.place.file == render.root && !error.is_limit
}

fn check(render: &Render, _: &ChartRelease, cx: &mut RuleContext<'_>) {
    let rendered = match &render.result {
        Ok(rendered) => rendered,
        Err(error) => {
            if is_about_chart_file(render, error) {
                invalid(render, error, cx);
            }
            return;
        }
    };
    for problem in &rendered.problems {
        if problem.kind == ProblemKind::Chart {
            invalid(render, &problem.error, cx);
        }
    }
    for notice in &rendered.notices {
        let subject = notice.subject.as_str();
        match notice.kind {
            NoticeKind::NoApiVersion => {
                let mut sources = render.sources.iter();
                let is_old = sources.any(|&id| {
                    cx.workspace
                        .file(id)
                        .source
                        .path
                        .ends_with("requirements.yaml")
                });
                let help = match is_old {
                    true => "add `apiVersion: v1`: the dependencies are in `requirements.yaml`",
                    false => "add `apiVersion: v2`",
                };
                cx.as_rule(&HELM_CHART_INVALID)
                    .report_build(render, notice.place, "`Chart.yaml` has no `apiVersion`")
                    .note("helm reads it as `v1`, and `helm lint` rejects it")
                    .help(help)
                    .at_most(Severity::Warning);
            }
            NoticeKind::LooseVersion => {
                let message = format!("`{subject}` is not a complete semantic version");
                cx.as_rule(&HELM_CHART_INVALID)
                    .report_build(render, notice.place, message)
                    .note("`helm lint` warns about it, and OCI registries may reject it")
                    .help("write three numbers without `v`, such as `1.2.0`")
                    .at_most(Severity::Info);
            }
            NoticeKind::Requirements => requirements(render, notice.place, subject, cx),
            _ => {}
        }
    }
    kubernetes_version(render, cx);
}

fn invalid(render: &Render, error: &BuildError, cx: &mut RuleContext<'_>) {
    if super::is_syntax_error(cx.workspace, error) {
        return;
    }
    let (message, help) = super::explained(error);
    cx.as_rule(&HELM_CHART_INVALID)
        .report_build(render, error.place, message)
        .note("helm does not load the chart")
        .help(help);
}

fn requirements(render: &Render, place: Location, name: &str, cx: &mut RuleContext<'_>) {
    let tree = &cx.workspace.file(render.root).tree;
    let root = tree.documents().first().map(|document| document.root);
    let own = root.and_then(|root| tree.get(root, "dependencies"));
    let key = own.map(|entry| Location {
        file: render.root,
        span: tree.span(entry.key),
    });
    let is_list = name == "requirements.yaml";
    let message = match key.filter(|_| is_list) {
        Some(_) => "`requirements.yaml` replaces the `dependencies` of `Chart.yaml`".to_owned(),
        None => format!("charts of version 2 do not need `{name}`"),
    };
    let help = match is_list {
        true => "move its `dependencies` to `Chart.yaml`, and remove the file",
        false => "remove the file, and run `helm dependency update`, which writes `Chart.lock`",
    };
    let finding = cx
        .as_rule(&HELM_REQUIREMENTS_FILE)
        .report_build(render, place, message);
    finding
        .note("helm reads the file of charts of version 1, and warns about it")
        .help(help);
    match key.filter(|_| is_list) {
        Some(key) => _ = finding.related(key, "this list has no effect"),
        None => _ = finding.at_most(Severity::Info),
    }
}

fn kubernetes_version(render: &Render, cx: &mut RuleContext<'_>) {
    let tree = &cx.workspace.file(render.root).tree;
    let root = tree.documents().first().map(|document| document.root);
    let Some(entry) = root.and_then(|root| tree.get(root, "kubeVersion")) else {
        return;
    };
    let value = tree.resolve(entry.value);
    let range = tree.decoded(value).into_owned();
    let VersionRange { oldest, newest } = cx.versions;
    let all: Vec<KubernetesVersion> = (oldest.0..=newest.0).map(KubernetesVersion).collect();
    let refused: Vec<KubernetesVersion> = all
        .iter()
        .copied()
        .filter(|version| !range.is_empty() && !accepts_version(&range, &format!("{version}.0")))
        .collect();
    let (Some(first), Some(last)) = (refused.first(), refused.last()) else {
        return;
    };
    let message = match refused.len() {
        1 => format!("the chart does not accept Kubernetes {first}"),
        _ => format!("the chart does not accept Kubernetes {first} to {last}"),
    };
    let place = Location {
        file: render.root,
        span: tree.span(value),
    };
    // Without a configured version, the newest one is only assumed.
    let is_sure = cx.versions != VersionRange::default() && refused.len() == all.len();
    cx.as_rule(&HELM_KUBERNETES_VERSION)
        .report_build(render, place, message)
        .note("helm stops with `chart requires kubeVersion …, which is incompatible`")
        .help("change the range if the chart works there, or set `kubernetes-version` in `.podwright.yaml`")
        .at_most(match is_sure {
            true => Severity::Error,
            false => Severity::Warning,
        });
}
