use podwright_model::Pod;
use podwright_rule::{Applicability, RuleContext, declare_rule};

declare_rule! {
    name: "hostname-fqdn-without-subdomain",
    summary: "field `setHostnameAsFQDN` has no effect without `subdomain`",
    severity: Warning,
    since: "0.1.0",
    hooks: { pod: check },
}

fn check(pod: &Pod, cx: &mut RuleContext<'_>) {
    let Some((true, node)) = pod.set_hostname_as_fqdn.known() else {
        return;
    };
    // A StatefulSet sets the subdomain of its Pods, and an operator may do so too.
    let is_stateful = cx
        .object
        .is_some_and(|(_, object)| object.is("apps", "StatefulSet"));
    let has_none = pod.subdomain.is_unset() || pod.subdomain.text() == Some("");
    if !has_none || is_stateful || cx.is_partial() || cx.is_custom() {
        return;
    }
    let fix = cx.remove(pod.node, "setHostnameAsFQDN", Applicability::Safe);
    cx.report(
        node,
        "`setHostnameAsFQDN` has no effect without `subdomain`",
    )
    .note("a Pod without a subdomain has no domain, so it keeps the short host name")
    .help("set `subdomain` to the name of a headless Service, or remove `setHostnameAsFQDN`")
    .fix(fix);
}
