use super::{kubelet_note, refusal, report_refusal, web_page};
use crate::finding::Level;
use crate::model::image::{ImageConcern, ImageErrorKind};
use crate::rule::{Check, Cx, Meta, Rule};
use crate::workspace::ImageUse;

/// Options of `image-invalid-reference`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct ImageInvalidReference {}

impl Rule for ImageInvalidReference {
    const META: Meta = Meta {
        name: "image-invalid-reference",
        chapter: "image",
        summary: "invalid image reference",
        page: include_str!("../../../rules/image/image-invalid-reference.md"),
        level: Level::Error,
        since: "0.1.0",
    };
}

impl Check for ImageInvalidReference {
    fn image(&self, image: &ImageUse<'_>, cx: &mut Cx<'_>) {
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
}
