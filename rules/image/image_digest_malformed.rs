use super::{kubelet_note, refusal, report_refusal};
use podwright_cluster::workspace::ImageUse;
use podwright_model::image::ImageConcern;
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "image-digest-malformed",
    summary: "malformed image digest",
    severity: Error,
    since: "0.1.0",
    hooks: { image: check },
}

fn check(image: &ImageUse<'_>, cx: &mut RuleContext<'_>) {
    let Some(refusal) = refusal(image, ImageConcern::Digest, cx) else {
        return;
    };
    report_refusal(
        image,
        refusal,
        "copy the whole digest: `sha256:` and 64 lowercase hexadecimal digits",
        cx,
    )
    .note(kubelet_note(image, refusal));
}
