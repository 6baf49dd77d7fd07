use rustc_hash::FxHashMap;

use podwright_model::{Field, LocalObjectReference, Pod, ServiceAccount};
use podwright_rule::{Applicability, RuleContext, declare_rule};

declare_rule! {
    name: "image-pull-secret-duplicate",
    summary: "duplicate entry in `imagePullSecrets`",
    severity: Warning,
    since: "0.1.0",
    hooks: { pod: pod, service_account: service_account },
}

fn pod(pod: &Pod, cx: &mut RuleContext<'_>) {
    judge(&pod.image_pull_secrets, cx);
}

fn service_account(account: &ServiceAccount, cx: &mut RuleContext<'_>) {
    judge(&account.image_pull_secrets, cx);
}

fn judge(list: &Field<Vec<LocalObjectReference>>, cx: &mut RuleContext<'_>) {
    let Some((references, list)) = list.known() else {
        return;
    };
    let mut firsts: FxHashMap<&str, &LocalObjectReference> = FxHashMap::default();
    for reference in references {
        let Some((name, node)) = reference.name.known().filter(|(name, _)| !name.is_empty()) else {
            continue;
        };
        let Some(first) = firsts.get(name.as_str()) else {
            firsts.insert(name, reference);
            continue;
        };
        let first = cx.place(first.name.node().unwrap_or(first.node));
        let fix = cx.remove_item(list, reference.node, Applicability::Safe);
        cx.report(node, format!("Secret `{name}` is already in the list"))
            .related(first, "first entry")
            .note(
                "the API server accepts the duplicate with a warning; server-side apply uses the name as the list key and \
                 rejects duplicates",
            )
            .help("remove the entry")
            .fix(fix);
    }
}
