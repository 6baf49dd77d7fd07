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
        summary: "image does not name a registry",
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
        // Only the author of the manifest knows which registry is meant.
        let fix = cx.rewrite_image(image, &full, Safety::Manual);
        let finding = cx
            .report_image(image, name, format!("image does not name a registry and defaults to `{}`", reference.domain))
            .note(
                "containerd pulls from Docker Hub; CRI-O tries the registries in its `registries.conf` and may reject the name; \
                 mirrors and allowlists match the full name",
            )
            .help(format!("use `{full}`"));
        finding.fixes.extend(fix);
    }
}
