use crate::finding::{Level, Safety};
use crate::model::{Container, KubernetesVersion};
use crate::rule::{Check, Cx, Meta, Rule};

/// Options of `probe-grace-invalid`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct ProbeGraceInvalid {}

impl Rule for ProbeGraceInvalid {
    const META: Meta = Meta {
        name: "probe-grace-invalid",
        chapter: "lifecycle",
        summary: "the probe has a grace period that it may not have",
        page: include_str!("../../../rules/lifecycle/probe-grace-invalid.md"),
        level: Level::Error,
        since: "0.1.0",
    };
}

/// The first release in which probes have a grace period without a feature gate.
const PROBE_GRACE: KubernetesVersion = KubernetesVersion(25);

impl Check for ProbeGraceInvalid {
    fn container(&self, container: &Container, cx: &mut Cx<'_>) {
        for (name, probe) in container.probes() {
            let Some((&seconds, node)) = probe.termination_grace_period_seconds.known() else {
                continue;
            };
            let ceiling = cx.ceiling();
            let removal = cx.remove(probe.node, "terminationGracePeriodSeconds", Safety::Safe);
            if name == "readinessProbe" {
                let finding = cx.report(node, "a readiness probe has no grace period");
                finding
                    .at_most(ceiling)
                    .note("the API server answers 422 `must not be set for readinessProbes`: no container is stopped for one")
                    .help("remove it");
                finding.fixes.extend(removal);
            } else if seconds <= 0 {
                cx.report(node, format!("the grace period of `{name}` is {seconds} s"))
                    .at_most(ceiling)
                    .note("the API server answers 422 `must be greater than 0`")
                    .help("write how long the container needs to end, or remove it: the Pod's holds then");
            } else if !cx.versions.all_since(PROBE_GRACE) {
                let (oldest, newest) = (cx.versions.oldest, cx.versions.newest);
                cx.report(node, format!("`{name}` cannot have a grace period before Kubernetes 1.25"))
                    .at_most(Level::Warning)
                    .note(format!(
                        "this manifest is for {oldest} to {newest}: earlier releases drop the field where the feature \
                         gate `ProbeTerminationGracePeriod` is off, and the Pod's grace period holds"
                    ))
                    .help("remove it, or run it on 1.25 and later only");
            }
        }
    }
}
