use super::{kubelet_note, refusal, report_refusal};
use crate::finding::Level;
use crate::model::image::ImageConcern;
use crate::rule::{Check, Cx, Meta, Rule};
use crate::workspace::ImageUse;

/// Options of `image-digest-malformed`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct ImageDigestMalformed {}

impl Rule for ImageDigestMalformed {
    const META: Meta = Meta {
        name: "image-digest-malformed",
        chapter: "image",
        summary: "malformed image digest",
        page: include_str!("../../../rules/image/image-digest-malformed.md"),
        level: Level::Error,
        since: "0.1.0",
    };
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
