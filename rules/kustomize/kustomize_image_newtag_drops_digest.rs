use podwright_cluster::workspace::Render;
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "kustomize-image-newtag-drops-digest",
    summary: "`newTag` removes the digest of an image",
    severity: Warning,
    since: "0.1.0",
    hooks: { build: check },
}

/// Most images that are shown.
const MAX_SHOWN: usize = 3;

fn check(render: &Render, cx: &mut RuleContext<'_>) {
    let Ok(rendered) = &render.result else {
        return;
    };
    for entry in &rendered.images {
        let Some((tag, place)) = entry.new_tag.as_ref().filter(|_| entry.digest.is_none()) else {
            continue;
        };
        let pinned = entry
            .matched
            .iter()
            .filter(|(image, _)| image.contains('@'));
        let pinned: Vec<_> = pinned.collect();
        let Some((first, _)) = pinned.first() else {
            continue;
        };
        let name = super::image_name(first);
        let message = format!("`newTag` removes the digest of `{name}`");
        let finding = cx.report_build(render, place.unwrap_or(entry.place), message);
        finding
            .note(format!(
                "kustomize replaces tag and digest together: the image becomes one with the tag `{tag}` and without a \
                 digest, so that it is no longer pinned"
            ))
            .help("set `digest`, too, or remove the digest from the image if the tag is enough");
        for (_, at) in pinned.iter().take(MAX_SHOWN) {
            if let Some(at) = at {
                finding.related(*at, "pinned here");
            }
        }
    }
}
