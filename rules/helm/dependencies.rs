use podwright_cluster::workspace::{ChartRelease, NoticeKind, Render, Why};
use podwright_rule::finding::Severity;
use podwright_rule::{RuleContext, declare_rules};

declare_rules! {
    hooks: { release: check },
    HELM_DEPENDENCY_MISSING {
        name: "helm-dependency-missing",
        summary: "dependency is not in `charts/`",
        severity: Info,
        since: "0.1.0",
    }
    HELM_DEPENDENCY_VERSION {
        name: "helm-dependency-version",
        summary: "dependency in `charts/` has another version",
        severity: Warning,
        since: "0.1.0",
    }
    HELM_DEPENDENCY_CONDITION {
        name: "helm-dependency-condition",
        summary: "condition of a dependency has no effect",
        severity: Info,
        since: "0.1.0",
    }
    HELM_LOCK_OUT_OF_SYNC {
        name: "helm-lock-out-of-sync",
        summary: "`Chart.lock` does not match the dependencies",
        severity: Warning,
        since: "0.1.0",
    }
}

fn check(render: &Render, _: &ChartRelease, cx: &mut RuleContext<'_>) {
    let Some(rendered) = super::rendered(render) else {
        return;
    };
    for part in rendered
        .unknown
        .iter()
        .filter(|part| part.why == Why::HelmChart)
    {
        let message = format!("dependency `{}` is not in `charts/`", part.name);
        cx.as_rule(&HELM_DEPENDENCY_MISSING)
            .report_build(render, part.place, message)
            .note("podwright does not know its objects and templates; helm stops without it")
            .help("run `helm dependency build`, or `podwright vendor`");
    }
    for notice in &rendered.notices {
        let subject = notice.subject.as_str();
        let place = notice.place;
        match notice.kind {
            NoticeKind::DependencyVersion => {
                let (name, version) = subject.rsplit_once(' ').unwrap_or((subject, ""));
                let range = super::source_text(cx.workspace, place).to_owned();
                let message = format!("`charts/` has version {version} of `{name}`, not `{range}`");
                let finding = cx
                    .as_rule(&HELM_DEPENDENCY_VERSION)
                    .report_build(render, place, message);
                finding
                    .note("helm renders the version that is in `charts/`, and ignores `alias`")
                    .help("run `helm dependency update`");
                if let Some(related) = notice.related {
                    finding.related(related, "the version that is there");
                }
            }
            NoticeKind::DependencyRange => {
                cx.as_rule(&HELM_DEPENDENCY_VERSION)
                    .report_build(render, place, format!("invalid version range `{subject}`"))
                    .note("`helm dependency build` stops with `invalid version/constraint format`")
                    .help("write a version or a range, such as `~1.2.0`");
            }
            NoticeKind::Condition => {
                cx.as_rule(&HELM_DEPENDENCY_CONDITION)
                    .report_build(render, place, format!("condition `{subject}` names no value"))
                    .note("helm ignores the condition, and the dependency is always enabled unless a tag disables it")
                    .help(format!("set `{}` to `true` or `false` in `values.yaml`", first(subject)));
            }
            NoticeKind::ConditionType => {
                let message = format!("condition `{subject}` is not a boolean");
                let finding = cx
                    .as_rule(&HELM_DEPENDENCY_CONDITION)
                    .report_build(render, place, message);
                finding
                    .note("helm ignores the value, and the dependency stays enabled")
                    .help(format!("set `{subject}` to `true` or `false`"));
                if let Some(related) = notice.related {
                    finding.related(related, "the value");
                }
            }
            NoticeKind::Lock => {
                let lock = cx.workspace.file(place.file).name();
                let message = match subject {
                    "" => format!("`{lock}` is out of sync with the dependencies"),
                    name => format!("`{lock}` is out of sync: `{name}` differs"),
                };
                cx.as_rule(&HELM_LOCK_OUT_OF_SYNC)
                    .report_build(render, place, message)
                    .note(format!(
                        "`helm dependency build` stops with `the lock file ({lock}) is out of sync`"
                    ))
                    .help("run `helm dependency update`, and commit the lock file")
                    .at_most(Severity::Warning);
            }
            _ => {}
        }
    }
}

/// The first of several conditions.
fn first(conditions: &str) -> &str {
    conditions.split(',').next().unwrap_or(conditions)
}
