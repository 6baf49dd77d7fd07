use super::{lasting, moving_tag_note};
use crate::finding::Level;
use crate::model::image::TagKind;
use crate::rule::{Check, Cx, Meta, Rule};
use crate::workspace::ImageUse;

/// Options of `image-tag-latest-implicit`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct ImageTagLatestImplicit {}

impl Rule for ImageTagLatestImplicit {
    const META: Meta = Meta {
        name: "image-tag-latest-implicit",
        chapter: "image",
        summary: "image has no tag and defaults to `latest`",
        page: include_str!("../../../rules/image/image-tag-latest-implicit.md"),
        level: Level::Warning,
        since: "0.1.0",
    };
}

impl Check for ImageTagLatestImplicit {
    fn image(&self, image: &ImageUse<'_>, cx: &mut Cx<'_>) {
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
}
