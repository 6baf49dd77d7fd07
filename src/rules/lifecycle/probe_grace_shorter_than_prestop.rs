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
        summary: "a failed probe leaves less time than the preStop hook takes",
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
                    "when `{name}` fails there are {grace} s, and `preStop` takes {} or more",
                    seconds(wait.least)
                ),
            )
            .note("the hook runs before SIGTERM and is cut off: the container gets 2 s to end")
            .help("give the probe more time than the hook takes, or wait less")
            .related(place, "the hook's wait");
        }
    }
}
