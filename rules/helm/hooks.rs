use podwright_cluster::workspace::{ChartRelease, DELETE_POLICIES, HOOKS, NoticeKind, Render};
use podwright_rule::{Meant, RuleContext, declare_rules};
use podwright_syntax::text::{FileId, Location, nearest};

declare_rules! {
    hooks: { release: check },
    HELM_HOOK_UNKNOWN {
        name: "helm-hook-unknown",
        summary: "unknown hook of Helm",
        severity: Warning,
        since: "0.1.0",
    }
    HELM_HOOK_WEIGHT_INVALID {
        name: "helm-hook-weight-invalid",
        summary: "weight of a hook is not a number",
        severity: Warning,
        since: "0.1.0",
    }
    HELM_HOOK_DELETE_POLICY_UNKNOWN {
        name: "helm-hook-delete-policy-unknown",
        summary: "unknown delete policy of a hook",
        severity: Warning,
        since: "0.1.0",
    }
}

fn check(render: &Render, _: &ChartRelease, cx: &mut RuleContext<'_>) {
    let Some(rendered) = super::rendered(render) else {
        return;
    };
    for notice in &rendered.notices {
        let subject = notice.subject.as_str();
        match notice.kind {
            // Helm 2 needed it. Later versions install the files of `crds/`, and a template may print those for Helm 2.
            NoticeKind::UnknownHook if subject == "crd-install" => {
                if is_definition(cx, notice.place.file) {
                    continue;
                }
                cx.as_rule(&HELM_HOOK_UNKNOWN)
                    .report_build(render, notice.place, "hook `crd-install` is of Helm 2")
                    .note("helm silently ignores the object")
                    .help("move the CustomResourceDefinition to a file in `crds/`");
            }
            NoticeKind::UnknownHook => {
                let meant = near(subject, &HOOKS, notice.place, cx);
                cx.as_rule(&HELM_HOOK_UNKNOWN)
                    .report_build(render, notice.place, format!("unknown hook `{subject}`"))
                    .note("helm silently ignores the object: it is neither installed nor run as a hook")
                    .meant(
                        meant,
                        |near| format!("write `{near}`"),
                        format!("use one of {}", listed(&HOOKS[..9])),
                    );
            }
            NoticeKind::HookWeight => {
                let message = format!("hook weight `{subject}` is not a number");
                cx.as_rule(&HELM_HOOK_WEIGHT_INVALID)
                    .report_build(render, notice.place, message)
                    .note("helm silently uses 0")
                    .help("write an integer in quotes, such as `\"-5\"`");
            }
            NoticeKind::DeletePolicy => {
                let meant = near(subject, &DELETE_POLICIES, notice.place, cx);
                let message = format!("unknown delete policy `{subject}`");
                cx.as_rule(&HELM_HOOK_DELETE_POLICY_UNKNOWN)
                    .report_build(render, notice.place, message)
                    .note(
                        "helm ignores it, and does not use its default `before-hook-creation` either, so that the next \
                         upgrade may fail because the object exists",
                    )
                    .meant(
                        meant,
                        |near| format!("write `{near}`"),
                        format!("use one of {}", listed(&DELETE_POLICIES)),
                    );
            }
            _ => {}
        }
    }
}

/// Whether a file is in `crds/`.
fn is_definition(cx: &RuleContext<'_>, file: FileId) -> bool {
    cx.workspace.file(file).source.path.contains("crds/")
}

fn near(name: &str, known: &[&str], at: Location, cx: &RuleContext<'_>) -> Option<Meant> {
    let near = nearest(&name.to_lowercase(), known.iter().copied())?;
    Some(cx.suggest_at(at, name, near.name).unless(!near.is_only))
}

fn listed(names: &[&str]) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    names.join(", ")
}
