use super::{kubelet_note, refusal, report_refusal, web_page};
use podwright_cluster::workspace::ImageUse;
use podwright_model::image::{ImageConcern, ImageErrorKind};
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "image-invalid-reference",
    summary: "invalid image reference",
    severity: Error,
    since: "0.1.0",
    hooks: { image: check },
}

fn check(image: &ImageUse<'_>, cx: &mut RuleContext<'_>) {
    let Some(refusal) = refusal(image, ImageConcern::Grammar, cx) else {
        return;
    };
    // `image-hub-web-url` reports `hub.docker.com/_/nginx`.
    if web_page(&image.text).is_some() {
        return;
    }
    let finding = report_refusal(
        image,
        refusal,
        "write the image as `[HOST[:PORT]/]PATH[:TAG][@DIGEST]`, with the path in lowercase",
        cx,
    );
    finding.note(kubelet_note(image, refusal));
    if refusal.error.kind == ImageErrorKind::Uppercase && refusal.accepted_since.is_some() {
        finding.note("newer kubelets treat the first part of the image as a registry host");
    }
}
