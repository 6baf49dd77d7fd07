use crate::finding::Level;
use crate::model::Pod;
use crate::rule::{Check, Cx, Meta, Rule};

/// Options of `termination-grace-huge`.
#[derive(Debug, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct TerminationGraceHuge {
    /// Longest grace period that is not reported, in seconds.
    longest: u64,
}

impl Default for TerminationGraceHuge {
    fn default() -> Self {
        Self { longest: 3600 }
    }
}

impl Rule for TerminationGraceHuge {
    const META: Meta = Meta {
        name: "termination-grace-huge",
        chapter: "lifecycle",
        summary: "termination grace period is very long",
        page: include_str!("../../../rules/lifecycle/termination-grace-huge.md"),
        level: Level::Info,
        since: "0.1.0",
    };
}

impl Check for TerminationGraceHuge {
    fn pod(&self, pod: &Pod, cx: &mut Cx<'_>) {
        let Some((&seconds, node)) = pod.termination_grace_period_seconds.known() else {
            return;
        };
        if u64::try_from(seconds).is_ok_and(|seconds| seconds > self.longest) {
            cx.report(node, format!("a Pod may take {seconds} s to terminate"))
                .note("a rollout or a node drain waits that long for a container that ignores SIGTERM")
                .help("set the time that the shutdown needs, or raise the option `longest` of this rule");
        }
    }
}
