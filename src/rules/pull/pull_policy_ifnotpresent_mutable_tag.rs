use crate::finding::{Level, Safety};
use crate::model::image::TagKind;
use crate::rule::{Check, Cx, Meta, Rule};
use crate::workspace::ImageUse;

/// Options of `pull-policy-ifnotpresent-mutable-tag`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct PullPolicyIfnotpresentMutableTag {}

impl Rule for PullPolicyIfnotpresentMutableTag {
    const META: Meta = Meta {
        name: "pull-policy-ifnotpresent-mutable-tag",
        chapter: "pull",
        summary: "nodes keep an old image when its tag moves",
        page: include_str!("../../../rules/pull/pull-policy-ifnotpresent-mutable-tag.md"),
        level: Level::Warning,
        since: "0.1.0",
    };
}

impl Check for PullPolicyIfnotpresentMutableTag {
    fn image(&self, image: &ImageUse<'_>, cx: &mut Cx<'_>) {
        let Some((policy, node)) = image.pull_policy().known() else {
            return;
        };
        let Ok(reference) = image.for_all(cx.versions) else {
            return;
        };
        // A version series (`1.27`) moves too, but rarely enough that `IfNotPresent` is a reasonable choice.
        let moves = matches!(
            TagKind::of(reference),
            Some(TagKind::Latest | TagKind::LatestInOtherCase | TagKind::Channel)
        );
        if policy != "IfNotPresent" || !moves {
            return;
        }
        let tag = reference.effective_tag().unwrap_or_default();
        let fix =
            (!cx.tree().is_anchored(node)).then(|| cx.replace(node, "Always", Safety::Unsafe));
        let place = cx.workspace.place(image.file, image.node);
        let finding = cx
            .report(node, format!("nodes that have `{tag}` keep the old image when the tag moves"))
            .related(place, "this tag does not name a version")
            .note(
                "with `IfNotPresent` the kubelet pulls only images that the node does not have; old and new nodes run \
                 different images under the same name, and a restart does not update them",
            )
            .help("use a version tag, or set `Always`");
        if let Some(fix) = fix {
            finding.fix(fix);
        }
    }
}
