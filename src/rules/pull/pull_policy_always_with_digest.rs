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
        summary: "pull policy is `Always` for an image pinned by digest",
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
            .report(node, "pull policy `Always` queries the registry for an image that cannot change")
            .related(place, "the digest pins the image")
            .note(
                "the container does not start while the registry is unreachable, even if the node has the image; `Always` also \
                 makes the registry check the Pod's credentials, which the kubelet does itself since 1.35",
            )
            .help("use `IfNotPresent`, unless `Always` keeps other tenants from using the image");
        finding.fixes.extend(fix);
    }
}
