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
        summary: "an init container has a probe",
        page: include_str!("../../../rules/object/init-container-probe.md"),
        level: Level::Error,
        since: "0.1.0",
    };
}

impl Check for InitContainerProbe {
    fn container(&self, container: &Container, cx: &mut Cx<'_>) {
        // Whether it is a sidecar is not known from a part of it.
        let is_init = container.kind == ContainerKind::Init
            && !matches!(container.restart_policy, Field::Unknown(_));
        if !is_init || cx.is_partial() {
            return;
        }
        for (name, probe) in container.probes() {
            let level = cx.ceiling();
            let fix = cx.remove(container.node, name, crate::finding::Safety::Unsafe);
            let finding = cx.report_missing(
                probe.node,
                format!("an init container may have no `{name}`"),
            );
            finding
                .at_most(level)
                .note("the API server refuses the Pod with 422 `may not be set for init containers without restartPolicy=Always`")
                .help("remove it, or write `restartPolicy: Always` if it is to run beside the others");
            finding.fixes.extend(fix);
        }
    }
}
