use super::{lasting, moving_tag_note};
use podwright_cluster::workspace::ImageUse;
use podwright_model::image::TagKind;
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "image-tag-latest-implicit",
    summary: "image has no tag and defaults to `latest`",
    severity: Warning,
    since: "0.1.0",
    hooks: { image: check },
}

fn check(image: &ImageUse<'_>, cx: &mut RuleContext<'_>) {
    let Some(reference) = lasting(image, cx) else {
        return;
    };
    if TagKind::of(reference) != Some(TagKind::Latest) || reference.tag.is_some() {
        return;
    }
    let name = &image.text;
    let note = moving_tag_note(image, cx);
    cx.report_image(
        image,
        reference.at.name(),
        format!("image has no tag: `{name}` means `{name}:latest`"),
    )
    .note(note)
    .help(format!("use a version tag: `{name}:VERSION`"));
}
