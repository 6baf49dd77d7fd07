use super::repair::{raise_grace, remove_hook};
use podwright_cluster::pre_stop::grace_period;
use podwright_model::{Field, KubernetesVersion, LifecycleHandler, Pod, PodOrigin};
use podwright_rule::{Applicability, RuleContext, Severity, declare_rule};
use podwright_syntax::NodeId;

declare_rule! {
    name: "lifecycle-sleep-out-of-range",
    summary: "hook sleep is outside the range that the API server allows",
    severity: Error,
    since: "0.1.0",
    hooks: { hook: check },
}

/// First release that supports `sleep` without a feature gate; `lifecycle-sleep-version` covers earlier releases.
const SLEEP: KubernetesVersion = KubernetesVersion(30);
/// First release that allows a sleep of 0 s.
const ZERO: KubernetesVersion = KubernetesVersion(33);

fn check(name: &'static str, hook: &LifecycleHandler, cx: &mut RuleContext<'_>) {
    let has_hooks = cx.container.is_some_and(|c| c.kind.has_hooks());
    let (Some(pod), Some((seconds, sleep))) = (cx.pod, hook.sleep.known()) else {
        return;
    };
    if !has_hooks || !cx.versions.any_since(SLEEP) {
        return;
    }
    let (seconds, node) = match *seconds {
        Field::Value(seconds, node) => (seconds, node),
        // `sleep: {}` sleeps 0 s.
        Field::Missing | Field::Null(_) if !cx.is_partial() && !cx.is_custom() => (0, sleep),
        _ => return,
    };
    let ceiling = if cx.versions.all_since(SLEEP) {
        cx.ceiling()
    } else {
        Severity::Warning
    };
    match stored_grace_period(pod, cx.is_partial()) {
        _ if seconds < 0 => negative(name, seconds, node, ceiling, cx),
        Some(grace) if seconds > grace => too_long(name, (seconds, node), grace, ceiling, cx),
        _ if seconds == 0 => zero(name, hook, node, ceiling, cx),
        _ => {}
    }
}

/// Grace period in seconds that the API server compares the sleep with. It is negative only in a pod template: the API
/// server changes a negative grace period of a Pod to 1 first.
fn stored_grace_period(pod: &Pod, partial: bool) -> Option<i64> {
    match pod.termination_grace_period_seconds {
        Field::Value(seconds, _) if seconds < 0 && pod.origin != PodOrigin::Pod => Some(seconds),
        _ => grace_period(pod, partial).and_then(|seconds| i64::try_from(seconds).ok()),
    }
}

fn negative(name: &str, seconds: i64, node: NodeId, ceiling: Severity, cx: &mut RuleContext<'_>) {
    cx.report(node, format!("`{name}` cannot sleep {seconds} s"))
        .at_most(ceiling)
        .note("the API server rejects it (422, `must be non-negative`; up to 1.32, `must be greater than 0`)")
        .help("use a number of seconds from 1 to the termination grace period");
}

fn too_long(
    name: &str,
    (seconds, node): (i64, NodeId),
    grace: i64,
    ceiling: Severity,
    cx: &mut RuleContext<'_>,
) {
    let written = cx
        .pod
        .and_then(|pod| pod.termination_grace_period_seconds.node())
        .map(|node| cx.place(node));
    let by_default = if written.is_some() {
        ""
    } else {
        " (the default)"
    };
    let fix = cx.pod.and_then(|pod| raise_grace(pod, 0, cx));
    let finding = cx.report(
        node,
        format!("`{name}` sleeps {seconds} s, but the grace period is {grace} s{by_default}"),
    );
    finding
        .at_most(ceiling)
        .note(format!(
            "the API server rejects it (422, `must be non-negative and less than \
             terminationGracePeriodSeconds ({grace})`); an equal value is allowed; the limit also applies to `postStart`"
        ))
        .help("sleep less, or set `terminationGracePeriodSeconds` to the sleep plus the time that the shutdown needs");
    if let Some(place) = written {
        finding.related(place, "grace period");
    }
    finding.fix(fix);
}

fn zero(
    name: &str,
    hook: &LifecycleHandler,
    node: NodeId,
    ceiling: Severity,
    cx: &mut RuleContext<'_>,
) {
    if cx.versions.all_since(ZERO) {
        return;
    }
    let ceiling = if cx.versions.any_since(ZERO) {
        Severity::Warning
    } else {
        ceiling
    };
    let (oldest, newest) = (cx.versions.oldest, cx.versions.newest);
    // With another handler, the hook still does something.
    let is_alone =
        hook.handlers().is_some_and(|handlers| handlers.len() == 1) && hook.others.is_empty();
    let fix = remove_hook(name, Applicability::Safe, cx).filter(|_| is_alone);
    let message = format!("`{name}` sleeps 0 s, which Kubernetes allows only since 1.33");
    match cx.tree().kind(node).is_scalar() {
        true => cx.report(node, message),
        false => cx.report_missing(node, message),
    }
        .at_most(ceiling)
        .note(format!(
            "this manifest targets {oldest} to {newest}: from 1.30 to 1.32, the API server rejects it (422, \
             `must be greater than 0`)"
        ))
        .help("remove the hook; a sleep of 0 s does nothing")
        .fix(fix);
}
