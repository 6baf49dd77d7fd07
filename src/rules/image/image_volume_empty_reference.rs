use crate::finding::Level;
use crate::model::{Field, Pod, PodOrigin};
use crate::rule::{Check, Cx, Meta, Rule};

/// Options of `image-volume-empty-reference`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct ImageVolumeEmptyReference {}

impl Rule for ImageVolumeEmptyReference {
    const META: Meta = Meta {
        name: "image-volume-empty-reference",
        chapter: "image",
        summary: "image volume has no image",
        page: include_str!("../../../rules/image/image-volume-empty-reference.md"),
        level: Level::Error,
        since: "0.1.0",
    };
}

impl Check for ImageVolumeEmptyReference {
    fn pod(&self, pod: &Pod, cx: &mut Cx<'_>) {
        if cx.is_partial() || cx.is_custom() {
            return;
        }
        for volume in &pod.image_volumes {
            let message = "image volume has no image";
            let finding = match &volume.reference {
                Field::Absent => cx.report_missing(volume.node, message),
                Field::Null(node) => cx.report_missing(*node, message),
                Field::Is(text, node) if text.is_empty() => cx.report(*node, message),
                _ => continue,
            };
            match pod.origin {
                PodOrigin::Pod => {
                    finding.note("the API server rejects the Pod (422, `image.reference: Required value`)")
                }
                _ => finding.at_most(Level::Warning).note(
                    "the API server accepts the template, but rejects every Pod created from it unless a controller \
                     or webhook sets the image",
                ),
            };
            finding.help("set the image in `reference`");
        }
    }
}
