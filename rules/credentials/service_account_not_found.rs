use podwright_cluster::workspace::Resolution;
use podwright_model::Pod;
use podwright_rule::{RuleContext, declare_rule};

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
    let meant = cx.nearest(node, name, cx.workspace.service_account_names(from));
    let place = cx.workspace.described_namespace(from);
    cx.report(
        node,
        format!("ServiceAccount `{name}` not found in {place}"),
    )
    .note(format!(
        "the API server rejects the Pod (403, `serviceaccount \"{name}\" not found`); a workload gets no \
         Pods, only the event `FailedCreate`"
    ))
    .meant(
        meant,
        |near| format!("use `{near}`, or add the ServiceAccount `{name}`"),
        "add the ServiceAccount, or declare it under `externals` in the configuration",
    );
}
