//! Images without a version: the tag `latest`, written or not, and tags that resemble it.

use super::{lasting, moving_tag_note};
use podwright_cluster::workspace::ImageUse;
use podwright_model::image::TagKind;
use podwright_rule::{Applicability, RuleContext, declare_rules};

declare_rules! {
    hooks: { image: check },
    IMAGE_TAG_LATEST {
        name: "image-tag-latest",
        summary: "image has the tag `latest`, or no tag",
        severity: Warning,
        since: "0.1.0",
    }
    IMAGE_TAG_LOOKS_LIKE_LATEST {
        name: "image-tag-looks-like-latest",
        summary: "tag differs from `latest` only in case",
        severity: Warning,
        since: "0.1.0",
    }
}

fn check(image: &ImageUse<'_>, cx: &mut RuleContext<'_>) {
    let Some(reference) = lasting(image, cx) else {
        return;
    };
    let name = &image.text[reference.at.name()];
    match (TagKind::of(reference), reference.at.tag.clone()) {
        (Some(TagKind::Latest), Some(tag)) => {
            let note = moving_tag_note(image, cx);
            cx.as_rule(&IMAGE_TAG_LATEST)
                .report_image(image, tag, "image uses the mutable tag `latest`")
                .note(note)
                .help(format!("use a version tag: `{name}:VERSION`"));
        }
        (Some(TagKind::Latest), None) => {
            let (text, note) = (&image.text, moving_tag_note(image, cx));
            let message = format!("image has no tag: `{text}` means `{text}:latest`");
            cx.as_rule(&IMAGE_TAG_LATEST)
                .report_image(image, reference.at.name(), message)
                .note(note)
                .help(format!("use a version tag: `{text}:VERSION`"));
        }
        (Some(TagKind::LatestInOtherCase), Some(tag)) => {
            let message = format!(
                "tag `{}` is not the same as `latest`",
                &image.text[tag.clone()]
            );
            // `latest` is not better; the author must choose a version.
            let fix = cx.rewrite_image(image, &format!("{name}:latest"), Applicability::Manual);
            let note = if image.pull_policy().is_unset() && !cx.is_partial() {
                "tags are case-sensitive: the API server defaults the pull policy to `IfNotPresent`, not `Always`"
            } else {
                "tags are case-sensitive: the registry looks up exactly this tag"
            };
            cx.as_rule(&IMAGE_TAG_LOOKS_LIKE_LATEST)
                .report_image(image, tag, message)
                .note(note)
                .help("use a version tag, or `latest` if the registry has that tag")
                .fix(fix);
        }
        _ => {}
    }
}
