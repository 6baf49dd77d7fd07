use podwright_model::{Container, KubernetesVersion};
use podwright_rule::{Applicability, RuleContext, Severity, declare_rule};

declare_rule! {
    name: "probe-grace-invalid",
    summary: "invalid grace period in a probe",
    severity: Error,
    since: "0.1.0",
    hooks: { container: check },
}

/// First release in which probes have a grace period without a feature gate.
const PROBE_GRACE: KubernetesVersion = KubernetesVersion(25);

fn check(container: &Container, cx: &mut RuleContext<'_>) {
    for (name, probe) in container.probes() {
        let Some((&seconds, node)) = probe.termination_grace_period_seconds.known() else {
            continue;
        };
        let ceiling = cx.ceiling();
        let removal = cx.remove(
            probe.node,
            "terminationGracePeriodSeconds",
            Applicability::Safe,
        );
        if name == "readinessProbe" {
            cx.report(node, "a readiness probe cannot have a grace period")
                .at_most(ceiling)
                .note("the API server rejects it (422, `must not be set for readinessProbes`); a readiness probe never stops a container")
                .help("remove it")
                .fix(removal);
        } else if seconds <= 0 {
            cx.report(node, format!("invalid grace period of {seconds} s in `{name}`"))
                .at_most(ceiling)
                .note("the API server rejects it (422, `must be greater than 0`)")
                .help("set the time that the container needs to shut down, or remove it to use the Pod's grace period");
        } else if !cx.versions.all_since(PROBE_GRACE) {
            let (oldest, newest) = (cx.versions.oldest, cx.versions.newest);
            cx.report(node, format!("`{name}` cannot have a grace period before Kubernetes 1.25"))
                .at_most(Severity::Warning)
                .note(format!(
                    "this manifest targets {oldest} to {newest}: earlier releases drop the field if the feature \
                     gate `ProbeTerminationGracePeriod` is off, and the Pod's grace period applies"
                ))
                .help("remove it, or require Kubernetes 1.25 or later");
        }
    }
}
