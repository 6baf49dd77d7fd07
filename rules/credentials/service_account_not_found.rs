use podwright_cluster::workspace::Resolution;
use podwright_model::Pod;
use podwright_rule::{RuleContext, declare_rule};
use podwright_syntax::text::did_you_mean;

declare_rule! {
    name: "service-account-not-found",
    summary: "reference to a ServiceAccount that does not exist",
    severity: Warning,
    since: "0.1.0",
    hooks: { pod: check },
}

fn check(pod: &Pod, cx: &mut RuleContext<'_>) {
    let account = pod.effective_service_account();
    let (Some((name, node)), Some((from, _))) = (account.known(), cx.object) else {
        return;
    };
    // Every namespace has the ServiceAccount `default`.
    if name.is_empty()
        || name == "default"
        || cx.is_partial()
        || cx.is_custom()
        || cx.workspace.service_account(from, name) != Resolution::Missing
    {
        return;
    }
    let help = match did_you_mean(name, cx.workspace.service_account_names(from)) {
        Some(meant) => format!("use `{meant}`, or add the ServiceAccount `{name}`"),
        None => "add the ServiceAccount, or declare it under `externals` in the configuration"
            .to_owned(),
    };
    let place = cx.workspace.described_namespace(from);
    cx.report(
        node,
        format!("ServiceAccount `{name}` not found in {place}"),
    )
    .note(format!(
        "the API server rejects the Pod (403, `serviceaccount \"{name}\" not found`); a workload gets no \
         Pods, only the event `FailedCreate`"
    ))
    .help(help);
}
