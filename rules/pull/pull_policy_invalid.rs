use podwright_model::{Container, Field, Pod};
use podwright_rule::{RuleContext, declare_rule, use_name};

declare_rule! {
    name: "pull-policy-invalid",
    summary: "pull policy is not valid",
    severity: Error,
    since: "0.1.0",
    hooks: { pod: pod, container: container },
}

const POLICIES: [&str; 3] = ["Always", "IfNotPresent", "Never"];

fn pod(pod: &Pod, cx: &mut RuleContext<'_>) {
    for volume in &pod.image_volumes {
        judge(&volume.pull_policy, cx);
    }
}

fn container(container: &Container, cx: &mut RuleContext<'_>) {
    judge(&container.image_pull_policy, cx);
}

fn judge(policy: &Field<String>, cx: &mut RuleContext<'_>) {
    let Some((policy, node)) = policy.known() else {
        return;
    };
    // The API server sets a default for "" and null.
    if policy.is_empty() || POLICIES.contains(&policy.as_str()) {
        return;
    }
    let meant = cx.nearest_value(node, policy, &POLICIES);
    cx.report(node, format!("invalid pull policy `{policy}`"))
        .note("the API server rejects it (422, `Unsupported value`); values are case-sensitive")
        .meant(meant, use_name, "use `Always`, `IfNotPresent` or `Never`");
}
