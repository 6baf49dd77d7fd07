use super::{kubelet_note, refusal, report_refusal};
use podwright_cluster::workspace::ImageUse;
use podwright_model::image::ImageConcern;
use podwright_rule::{Check, Cx, declare_rule};

declare_rule! {
    ImageDigestMalformed {
        name: "image-digest-malformed",
        summary: "malformed image digest",
        severity: Error,
        since: "0.1.0",
    }
}

impl Check for ImageDigestMalformed {
    fn image(&self, image: &ImageUse<'_>, cx: &mut Cx<'_>) {
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
}
