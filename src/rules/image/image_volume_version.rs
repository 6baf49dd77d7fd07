use crate::cluster::pull::IMAGE_VOLUMES_SINCE as ON_SINCE;
use crate::finding::Level;
use crate::model::{KubernetesVersion, Pod};
use crate::rule::{Check, Cx, Meta, Rule};

/// Options of `image-volume-version`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct ImageVolumeVersion {}

impl Rule for ImageVolumeVersion {
    const META: Meta = Meta {
        name: "image-volume-version",
        chapter: "image",
        summary: "the cluster is too old for image volumes",
        page: include_str!("../../../rules/image/image-volume-version.md"),
        level: Level::Error,
        since: "0.1.0",
    };
}

/// The first Kubernetes that knows them, behind the feature gate `ImageVolume`; on by default they are later.
const KNOWN_SINCE: KubernetesVersion = KubernetesVersion(31);

impl Check for ImageVolumeVersion {
    fn pod(&self, pod: &Pod, cx: &mut Cx<'_>) {
        if cx.versions.all_since(ON_SINCE) {
            return;
        }
        let is_unknown_to_all = !cx.versions.any_since(KNOWN_SINCE);
        let ceiling = if is_unknown_to_all {
            cx.ceiling()
        } else {
            Level::Warning
        };
        let oldest = cx.versions.oldest;
        for volume in &pod.image_volumes {
            let message = if oldest < KNOWN_SINCE {
                format!("Kubernetes {oldest} has no image volumes")
            } else {
                format!("Kubernetes {oldest} has image volumes only if they are switched on")
            };
            let note = if oldest < KNOWN_SINCE {
                "the API server does not know the field and drops it; it then refuses the volume with 422 `must specify a volume type`"
            } else {
                "without the feature gate `ImageVolume` the API server drops the field and refuses the volume with 422 `must specify a volume type`"
            };
            cx.report_missing(volume.node, message)
                .at_most(ceiling)
                .note(note)
                .help(format!("they came with {KNOWN_SINCE} and are on since {ON_SINCE}; before, let an init container copy the files into an `emptyDir`"));
        }
    }
}
