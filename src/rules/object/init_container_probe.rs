use crate::finding::Level;
use crate::model::{Container, ContainerKind, Field};
use crate::rule::{Check, Cx, Meta, Rule};

/// Options of `init-container-probe`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct InitContainerProbe {}

impl Rule for InitContainerProbe {
    const META: Meta = Meta {
        name: "init-container-probe",
        chapter: "object",
        summary: "init container has a probe",
        page: include_str!("../../../rules/object/init-container-probe.md"),
        level: Level::Error,
        since: "0.1.0",
    };
}

impl Check for InitContainerProbe {
    fn container(&self, container: &Container, cx: &mut Cx<'_>) {
        // If `restartPolicy` is unknown or the object is partial, the container may be a sidecar.
        let is_init = container.kind == ContainerKind::Init
            && !matches!(container.restart_policy, Field::Unknown(_));
        if !is_init || cx.is_partial() {
            return;
        }
        for (name, probe) in container.probes() {
            let level = cx.ceiling();
            let fix = cx.remove(container.node, name, crate::finding::Safety::Unsafe);
            let finding =
                cx.report_missing(probe.node, format!("init container cannot have a `{name}`"));
            finding
                .at_most(level)
                .note("the API server rejects the Pod (422, `may not be set for init containers without restartPolicy=Always`)")
                .help("remove it, or set `restartPolicy: Always` to run the container as a sidecar");
            finding.fixes.extend(fix);
        }
    }
}
