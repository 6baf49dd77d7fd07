use podwright_cluster::pull::{
    AllowlistPattern, VERIFICATION_SINCE, VerificationPolicy, kubelet_configs,
};
use podwright_model::{Body, Field, KubeletConfig, KubernetesVersion, Object};
use podwright_rule::{Finding, RuleContext, Severity, declare_rule, use_name};
use podwright_syntax::NodeId;

declare_rule! {
    name: "pull-verification-policy-invalid",
    summary: "invalid image pull verification policy prevents the kubelet from starting",
    severity: Error,
    since: "0.1.0",
    hooks: { object: check },
}

const GATE: &str = "KubeletEnsureSecretPulledImages";
const POLICY: &str = "imagePullCredentialsVerificationPolicy";
const LIST: &str = "preloadedImagesVerificationAllowlist";
/// First release that has the feature gate.
const GATE_SINCE: KubernetesVersion = KubernetesVersion(33);

fn check(object: &Object, cx: &mut RuleContext<'_>) {
    let Body::KubeletConfig(config) = &object.body else {
        return;
    };
    if gate(config, cx) {
        return;
    }
    policy(config, cx);
    list_without_policy(config, cx);
    let entries = config.verification_allowlist.value().into_iter().flatten();
    for (entry, node) in entries.filter_map(Field::known) {
        if let Err(error) = entry.parse::<AllowlistPattern>() {
            report(
                node,
                format!("invalid image pattern `{entry}`: {error}"),
                cx,
            )
            .help("use an image without tag, or a path followed by `/*`");
        }
    }
}

/// Reports fields that the kubelet rejects because the feature gate is disabled. Returns whether there are any.
fn gate(config: &KubeletConfig, cx: &mut RuleContext<'_>) -> bool {
    let policy = config.verification_policy.known();
    let list = config.verification_allowlist.known();
    let set = [
        (
            POLICY,
            policy
                .filter(|(policy, _)| !policy.is_empty())
                .map(|(_, node)| node),
        ),
        (
            LIST,
            list.filter(|(list, _)| !list.is_empty())
                .map(|(_, node)| node),
        ),
    ];
    let is_on = [GATE, "AllAlpha"]
        .iter()
        .any(|gate| config.feature_gate(gate) == Some(true));
    let is_off = config.feature_gate(GATE) == Some(false);
    // Before 1.33 the fields are unknown, and the kubelet only logs a warning.
    let is_off_somewhere =
        cx.versions.any_since(GATE_SINCE) && !cx.versions.all_since(VERIFICATION_SINCE);
    if !is_off && (is_on || !is_off_somewhere) {
        return false;
    }
    // The command line, or a file that is not in the input, may enable the feature gate.
    let level = if is_off {
        Severity::Error
    } else {
        Severity::Warning
    };
    for (name, node) in set {
        if let Some(node) = node {
            let why = if is_off {
                "disabled here"
            } else {
                "disabled before 1.35"
            };
            let message = format!("`{name}` is rejected: feature gate `{GATE}` is {why}");
            let finding = report(node, message, cx);
            finding.at_most(level).help(format!(
                "enable `{GATE}` in `featureGates`, or remove the field"
            ));
        }
    }
    set.iter().any(|(_, node)| node.is_some())
}

fn policy(config: &KubeletConfig, cx: &mut RuleContext<'_>) {
    let Some((policy, node)) = config.verification_policy.known() else {
        return;
    };
    if policy.parse::<VerificationPolicy>().is_ok() {
        return;
    }
    let names = VerificationPolicy::ALL.map(VerificationPolicy::name);
    let meant = cx.nearest_value(node, policy, &names);
    report(node, format!("invalid verification policy `{policy}`"), cx).meant(
        meant,
        use_name,
        format!("use one of `{}`", names.join("`, `")),
    );
}

/// Reports an allowlist without the one policy that uses it. Another file of the node may set that policy.
fn list_without_policy(config: &KubeletConfig, cx: &mut RuleContext<'_>) {
    let Some((_, node)) = config
        .verification_allowlist
        .known()
        .filter(|(list, _)| !list.is_empty())
    else {
        return;
    };
    let allowlisted = VerificationPolicy::NeverVerifyAllowlistedImages;
    let level = match &config.verification_policy {
        Field::Value(policy, _) if policy.parse() == Ok(allowlisted) => return,
        // `policy` already reports an invalid policy.
        Field::Value(policy, _) if policy.parse::<VerificationPolicy>().is_err() => return,
        Field::Value(..) => Severity::Error,
        Field::Missing | Field::Null(_) if is_set_elsewhere(cx) => return,
        Field::Missing | Field::Null(_) => Severity::Warning,
        Field::Unknown(_) | Field::Invalid(_) => return,
    };
    let finding = cx.report_missing(node, format!("`{LIST}` is not allowed with this policy"));
    finding.at_most(level).note(NOTE).help(format!(
        "set `{POLICY}: {}`, or remove the list",
        allowlisted.name()
    ));
    if let Some(policy) = config.verification_policy.node() {
        let place = cx.place(policy);
        if let Some(last) = cx.findings.last_mut() {
            last.related(place, "policy");
        }
    }
}

fn is_set_elsewhere(cx: &RuleContext<'_>) -> bool {
    let nodes = cx.workspace.nodes(cx.file_id);
    nodes.iter().any(|node| {
        let configs = kubelet_configs(cx.workspace, node);
        configs
            .iter()
            .any(|(file, config)| *file != cx.file_id && !config.verification_policy.is_unset())
    })
}

const NOTE: &str = "the kubelet rejects its configuration and does not start";

fn report<'c>(node: NodeId, message: String, cx: &'c mut RuleContext<'_>) -> &'c mut Finding {
    cx.report(node, message).note(NOTE)
}
