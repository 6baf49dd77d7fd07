use podwright_model::Pod;
use podwright_rule::{Applicability, RuleContext, Severity, declare_rule};

declare_rule! {
    name: "service-account-deprecated-field",
    summary: "deprecated field `serviceAccount` instead of `serviceAccountName`",
    severity: Error,
    since: "0.1.0",
    hooks: { pod: check },
}

fn check(pod: &Pod, cx: &mut RuleContext<'_>) {
    let Some((old, node)) = pod
        .service_account
        .known()
        .filter(|(old, _)| !old.is_empty())
    else {
        return;
    };
    let Some(entry) = cx.tree().get(pod.node, "serviceAccount") else {
        return;
    };
    let named = pod.service_account_name.known();
    match named.filter(|(name, _)| !name.is_empty()) {
        Some((name, _)) if name == old => {
            // The API server writes both fields, so exported objects have both.
            let fix = cx.remove(pod.node, "serviceAccount", Applicability::Safe);
            cx.report(
                entry.key,
                "`serviceAccount` is deprecated and repeats `serviceAccountName`",
            )
            .at_most(Severity::Info)
            .help("remove it")
            .fix(fix);
        }
        Some((name, at)) => {
            let (ceiling, place) = (cx.ceiling(), cx.place(at));
            cx.report(
                node,
                format!("`serviceAccount: {old}` has no effect: the Pod runs as `{name}`"),
            )
            .at_most(ceiling)
            .related(place, "this value is used")
            .note("the API server reads the deprecated field only if `serviceAccountName` is empty")
            .help("set the right name in `serviceAccountName`, and remove `serviceAccount`");
        }
        None if pod.service_account_name.is_unset() && !cx.is_partial() && !cx.is_custom() => {
            let is_key_alone = named.is_none() && pod.service_account_name.node().is_none();
            let fix = is_key_alone
                .then(|| cx.replace(entry.key, "serviceAccountName", Applicability::Safe));
            cx.report(entry.key, "`serviceAccount` is deprecated")
                .at_most(Severity::Warning)
                .note(
                    "the API server still reads it if `serviceAccountName` is empty, but some tools ignore it: \
                     kustomize, for example, does not rewrite the name in it",
                )
                .help("use `serviceAccountName`")
                .fix(fix);
        }
        None => {}
    }
}
