use podwright_cluster::pull::IMAGE_VOLUMES_SINCE as ON_SINCE;
use podwright_model::{KubernetesVersion, Pod};
use podwright_rule::{RuleContext, Severity, declare_rule};

declare_rule! {
    name: "image-volume-version",
    summary: "image volumes are not available in this Kubernetes version",
    severity: Error,
    since: "0.1.0",
    hooks: { pod: check },
}

/// The first Kubernetes version with image volumes. The feature gate `ImageVolume` is off by default there.
const KNOWN_SINCE: KubernetesVersion = KubernetesVersion(31);

fn check(pod: &Pod, cx: &mut RuleContext<'_>) {
    if cx.versions.all_since(ON_SINCE) {
        return;
    }
    let is_unknown_to_all = !cx.versions.any_since(KNOWN_SINCE);
    let ceiling = if is_unknown_to_all {
        cx.ceiling()
    } else {
        Severity::Warning
    };
    let oldest = cx.versions.oldest;
    for volume in &pod.image_volumes {
        let message = if oldest < KNOWN_SINCE {
            format!("image volumes are not available in Kubernetes {oldest}")
        } else {
            format!("image volumes are off by default in Kubernetes {oldest}")
        };
        let note = if oldest < KNOWN_SINCE {
            "the API server does not know the field and drops it, then rejects the volume (422, `must specify a volume type`)"
        } else {
            "without the feature gate `ImageVolume`, the API server drops the volume and its mounts, and does not say so"
        };
        cx.report_missing(volume.node, message)
            .at_most(ceiling)
            .note(note)
            .help(format!("let an init container copy the files into an `emptyDir`; image volumes exist since {KNOWN_SINCE} and are on by default since {ON_SINCE}"));
    }
}
