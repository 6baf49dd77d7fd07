use super::lasting;
use crate::finding::{Level, Safety};
use crate::rule::{Check, Cx, Meta, Rule};
use crate::workspace::ImageUse;

/// Options of `image-short-name`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct ImageShortName {}

impl Rule for ImageShortName {
    const META: Meta = Meta {
        name: "image-short-name",
        chapter: "image",
        summary: "the registry of the image is left to a default",
        page: include_str!("../../../rules/image/image-short-name.md"),
        level: Level::Info,
        since: "0.1.0",
    };
    const OPT_IN: bool = true;
}

impl Check for ImageShortName {
    fn image(&self, image: &ImageUse<'_>, cx: &mut Cx<'_>) {
        let Some(reference) = lasting(image, cx).filter(|reference| !reference.names_registry())
        else {
            return;
        };
        let name = reference.at.name();
        let repository = reference.repository();
        let full = format!("{repository}{}", &image.text[name.end..]);
        // Which registry is meant is for a person to say.
        let fix = cx.rewrite_image(image, &full, Safety::Manual);
        let finding = cx
            .report_image(image, name, format!("no registry is named, which means `{}`", reference.domain))
            .note(
                "containerd pulls from Docker Hub; CRI-O asks what its `registries.conf` lists, and may refuse the name; mirrors \
                 and allow lists go by the full name",
            )
            .help(format!("write `{full}`"));
        finding.fixes.extend(fix);
    }
}
