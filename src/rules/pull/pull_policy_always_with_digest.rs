use crate::finding::{Level, Safety};
use crate::rule::{Check, Cx, Meta, Rule};
use crate::workspace::ImageUse;

/// Options of `pull-policy-always-with-digest`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct PullPolicyAlwaysWithDigest {}

impl Rule for PullPolicyAlwaysWithDigest {
    const META: Meta = Meta {
        name: "pull-policy-always-with-digest",
        chapter: "pull",
        summary: "the registry is asked at each start for an image that cannot change",
        page: include_str!("../../../rules/pull/pull-policy-always-with-digest.md"),
        level: Level::Info,
        since: "0.1.0",
    };
}

impl Check for PullPolicyAlwaysWithDigest {
    fn image(&self, image: &ImageUse<'_>, cx: &mut Cx<'_>) {
        let Some(("Always", node)) = image.pull_policy().known().map(|(text, n)| (&**text, n))
        else {
            return;
        };
        let reference = image.for_all(cx.versions);
        if !reference.is_ok_and(|reference| reference.digest.is_some()) {
            return;
        }
        let fix = (!cx.tree().is_anchored(node))
            .then(|| cx.replace(node, "IfNotPresent", Safety::Unsafe));
        let place = cx.workspace.place(image.file, image.node);
        let finding = cx
            .report(node, "each start asks the registry for an image that cannot change")
            .related(place, "the digest decides which image it is")
            .note(
                "without the registry the container does not start, though the node has the image; `Always` also makes the \
                 registry check the Pod's credentials, which since 1.35 the kubelet does by itself",
            )
            .help("write `IfNotPresent`, if the image is not kept from other tenants by this");
        finding.fixes.extend(fix);
    }
}
