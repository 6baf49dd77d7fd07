use crate::finding::Level;
use crate::model::{ContainerKind, LifecycleHandler};
use crate::rule::{Check, Cx, Meta, Rule};

/// Options of `lifecycle-job-prestop`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct LifecycleJobPrestop {}

impl Rule for LifecycleJobPrestop {
    const META: Meta = Meta {
        name: "lifecycle-job-prestop",
        chapter: "lifecycle",
        summary: "preStop hook does not run when a Job completes",
        page: include_str!("../../../rules/lifecycle/lifecycle-job-prestop.md"),
        level: Level::Info,
        since: "0.1.0",
    };
}

impl Check for LifecycleJobPrestop {
    fn hook(&self, name: &'static str, hook: &LifecycleHandler, cx: &mut Cx<'_>) {
        let is_job = cx
            .object
            .is_some_and(|(_, object)| object.is("batch", "Job") || object.is("batch", "CronJob"));
        // The kubelet stops a sidecar, and runs its hook, when the other containers have exited.
        let is_regular = cx
            .container
            .is_some_and(|c| c.kind == ContainerKind::Regular);
        if name != "preStop" || !is_job || !is_regular {
            return;
        }
        cx.report_missing(hook.node, "`preStop` does not run when the Job's container completes")
            .note("the kubelet runs it only for a container that it stops: on deletion, eviction or a failed probe")
            .help("move steps that must always run to the end of the container's command");
    }
}
