use std::time::Duration;

use crate::cluster::pre_stop::seconds;
use crate::finding::Level;
use crate::model::Container;
use crate::rule::{Check, Cx, Meta, Rule};

use super::pre_stop_wait::pre_stop_wait;

/// Options of `probe-grace-shorter-than-prestop`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct ProbeGraceShorterThanPrestop {}

impl Rule for ProbeGraceShorterThanPrestop {
    const META: Meta = Meta {
        name: "probe-grace-shorter-than-prestop",
        chapter: "lifecycle",
        summary: "grace period of a probe is shorter than the preStop hook",
        page: include_str!("../../../rules/lifecycle/probe-grace-shorter-than-prestop.md"),
        level: Level::Warning,
        since: "0.1.0",
    };
}

impl Check for ProbeGraceShorterThanPrestop {
    fn container(&self, container: &Container, cx: &mut Cx<'_>) {
        let lifecycle = container.lifecycle.value();
        let Some(hook) = lifecycle.and_then(|lifecycle| lifecycle.pre_stop.value()) else {
            return;
        };
        let Some(wait) = pre_stop_wait("preStop", hook, container, cx) else {
            return;
        };
        let place = cx.place(wait.node);
        for (name, probe) in container.probes() {
            let Some((&grace, node)) = probe.termination_grace_period_seconds.known() else {
                continue;
            };
            let Ok(whole @ 1..) = u64::try_from(grace) else {
                continue;
            };
            if name == "readinessProbe" || wait.least < Duration::from_secs(whole) {
                continue;
            }
            cx.report(
                node,
                format!(
                    "the grace period of `{name}` is {grace} s, but `preStop` takes {} or more",
                    seconds(wait.least)
                ),
            )
            .note("the hook runs before SIGTERM and is cut off; the container then has 2 s to shut down")
            .help("give the probe a longer grace period than the hook takes, or wait less")
            .related(place, "wait of the hook");
        }
    }
}
