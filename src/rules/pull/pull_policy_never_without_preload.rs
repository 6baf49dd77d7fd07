use super::preload::{is_preloaded, is_static};
use crate::finding::Level;
use crate::rule::{Check, Cx, Meta, Rule};
use crate::workspace::ImageUse;

/// Options of `pull-policy-never-without-preload`.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct PullPolicyNeverWithoutPreload {
    /// Images that all nodes have before the Pod comes: hosts, or hosts with the beginning of a path.
    preloaded: Vec<String>,
}

impl Rule for PullPolicyNeverWithoutPreload {
    const META: Meta = Meta {
        name: "pull-policy-never-without-preload",
        chapter: "pull",
        summary: "nothing pulls the image, and nothing says that nodes have it",
        page: include_str!("../../../rules/pull/pull-policy-never-without-preload.md"),
        level: Level::Info,
        since: "0.1.0",
    };
}

impl Check for PullPolicyNeverWithoutPreload {
    fn image(&self, image: &ImageUse<'_>, cx: &mut Cx<'_>) {
        let Some(("Never", node)) = image.pull_policy().known().map(|(text, n)| (&**text, n))
        else {
            return;
        };
        let Ok(reference) = image.for_all(cx.versions) else {
            return;
        };
        let repository = reference.repository();
        // What has no registry is built where it runs; what is `localhost`, too.
        let is_local = !reference.names_registry() || reference.domain.starts_with("localhost");
        let is_said = self.preloaded.iter().any(|one| reference.is_below(one));
        if is_local || is_said || is_static(image.pod, cx) || is_preloaded(&image.text, cx) {
            return;
        }
        let place = cx.workspace.place(image.file, image.node);
        cx.report(node, format!("the kubelet does not pull `{repository}`"))
            .related(place, "an image of a registry")
            .note("on a node that does not have it already, the container waits with `ErrImageNeverPull`")
            .help("write `IfNotPresent`; if all nodes have it, name it in the option `preloaded`");
    }
}
