use podwright_cluster::workspace::ImageUse;
use podwright_model::image::TagKind;
use podwright_rule::{Applicability, RuleContext, declare_rule};

declare_rule! {
    name: "pull-policy-ifnotpresent-mutable-tag",
    summary: "nodes keep an old image when its tag moves",
    severity: Warning,
    since: "0.1.0",
    hooks: { image: check },
}

fn check(image: &ImageUse<'_>, cx: &mut RuleContext<'_>) {
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
        (!cx.tree().is_anchored(node)).then(|| cx.replace(node, "Always", Applicability::Unsafe));
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
