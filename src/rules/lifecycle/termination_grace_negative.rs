use crate::finding::{Level, Safety};
use crate::model::{Pod, PodOrigin};
use crate::rule::{Check, Cx, Meta, Rule};
use crate::syntax::Scalar;

/// Options of `termination-grace-negative`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct TerminationGraceNegative {}

impl Rule for TerminationGraceNegative {
    const META: Meta = Meta {
        name: "termination-grace-negative",
        chapter: "lifecycle",
        summary: "termination grace period is negative",
        page: include_str!("../../../rules/lifecycle/termination-grace-negative.md"),
        level: Level::Warning,
        since: "0.1.0",
    };
}

impl Check for TerminationGraceNegative {
    fn pod(&self, pod: &Pod, cx: &mut Cx<'_>) {
        let Some((&seconds, node)) = pod.termination_grace_period_seconds.known() else {
            return;
        };
        if seconds >= 0 {
            return;
        }
        let note = if pod.origin == PodOrigin::Pod {
            "the API server stores 1 and only returns a warning"
        } else {
            "the template keeps the value, and every Pod created from it gets 1; \
             with a `sleep` hook, the API server rejects the template"
        };
        let key = "terminationGracePeriodSeconds";
        let fix = cx.assign(pod.node, key, &Scalar::Int(1), Safety::Unsafe);
        let finding = cx.report(
            node,
            format!("a grace period of {seconds} s is treated as 1 s"),
        );
        finding.note(note).help(
            "set the time that the containers need to shut down after SIGTERM; the default is 30 s",
        );
        finding.fixes.extend(fix);
    }
}
