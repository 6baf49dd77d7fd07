use super::{lasting, moving_tag_note};
use podwright_cluster::workspace::ImageUse;
use podwright_model::image::TagKind;
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "image-tag-latest-explicit",
    summary: "image uses the tag `latest`",
    severity: Warning,
    since: "0.1.0",
    hooks: { image: check },
}

fn check(image: &ImageUse<'_>, cx: &mut RuleContext<'_>) {
    let Some(reference) = lasting(image, cx) else {
        return;
    };
    let Some(tag) = reference.at.tag.clone() else {
        return;
    };
    if TagKind::of(reference) != Some(TagKind::Latest) {
        return;
    }
    let name = &image.text[reference.at.name()];
    let note = moving_tag_note(image, cx);
    cx.report_image(image, tag, "image uses the mutable tag `latest`")
        .note(note)
        .help(format!("use a version tag: `{name}:VERSION`"));
}
